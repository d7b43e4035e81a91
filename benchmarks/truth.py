"""How often each interval holds the truth, and how often each claim is false, in worlds of known truth.

    python benchmarks/truth.py [--only WORDS] [--datasets N] [--write docs/truth.md] [--json]

Every line is one claim (tests/truth/) in one world: the rate, its Monte Carlo standard error, and whether it keeps its
bounds: 93 to 97 of 100 for an interval, at most 6 of 100 for a claim. A line outside them names its reason. `--write`
puts the table in place of the one below the page's mark.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.truth.claim import Claim, Rate
from tests.truth.claims import CLAIMS

MARK = "<!-- benchmarks/truth.py writes what follows -->"


def lines(found: list[tuple[Claim, Rate]]) -> Iterator[str]:
    """The table in Markdown."""
    yield "| what is said | world | wanted | counted | datasets | |"
    yield "|---|---|---|---:|---:|---|"
    for claim, rate in found:
        wanted = "93 to 97" if claim.kind == "covers" else "at most 6"
        verdict = "" if claim.holds(rate) else claim.except_ or "**outside**"
        share = f"{rate.value:.1%} ± {rate.error:.1%}"
        yield f"| {claim.about} | {claim.world} | {wanted} | {share} | {rate.datasets:,} | {verdict} |"


def main() -> None:
    """Prints the table."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--only", default="", help="claims whose name or world has these words")
    given.add_argument("--datasets", type=int)
    given.add_argument("--write", type=Path)
    given.add_argument("--json", action="store_true")
    wanted = given.parse_args()
    found = []
    for claim in CLAIMS:
        if wanted.only not in claim.name:
            continue
        rate = claim.count(wanted.datasets)
        found.append((claim, rate))
        told = {"about": claim.about, "world": claim.world, "kind": claim.kind, "rate": rate.value, "n": rate.datasets}
        star = "" if claim.holds(rate) else " *"
        line = f"{claim.kind:7}{rate.value:8.1%} ± {rate.error:.1%} of {rate.datasets:6,}  {claim.name}{star}"
        print(json.dumps(told) if wanted.json else line, flush=True)
    if wanted.write:
        above = wanted.write.read_text(encoding="utf-8").split(MARK)[0]
        wanted.write.write_text(above + MARK + "\n\n" + "\n".join(lines(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
