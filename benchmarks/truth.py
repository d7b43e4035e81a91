"""How often each interval holds the truth, and how often each claim is false, in worlds of known truth.

    python benchmarks/truth.py [--only WORDS] [--datasets N] [--write docs/truth.md] [--json]

Every line is one claim (tests/truth/) in one world: the rate, its Monte Carlo standard error, and whether it keeps its
bounds: 93 to 97 of 100 for an interval, at most 6 of 100 for a claim. A line outside them names its reason. `--write`
puts the table in place of the one below the page's mark; with `--only`, its lines of these claims, and new ones.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.truth.claim import Claim, Rate
from tests.truth.claims import CLAIMS

MARK = "<!-- benchmarks/truth.py writes what follows -->"


HEAD = ("| what is said | world | wanted | counted | datasets | |", "|---|---|---|---:|---:|---|")


def line_of(claim: Claim, rate: Rate) -> str:
    """Line of the table in Markdown."""
    wanted = "93 to 97" if claim.kind == "covers" else "at most 6"
    verdict = "" if claim.holds(rate) else claim.except_ or "**outside**"
    return f"{_start(claim)} {wanted} | {rate.value:.1%} ± {rate.error:.1%} | {rate.datasets:,} | {verdict} |"


def _start(claim: Claim) -> str:
    return f"| {claim.about} | {claim.world} |"


def table(written: str, counted: Mapping[Claim, str]) -> list[str]:
    """Lines of every claim: what was counted now, else what is written; a claim that is no more has none."""
    known = {"|".join(line.split("|")[:3]) + "|": line for line in written.splitlines() if line.startswith("|")}
    found = (counted.get(claim) or known.get(_start(claim)) for claim in CLAIMS)
    return [*HEAD, *(line for line in found if line)]


def main() -> None:
    """Prints the table."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--only", default="", help="claims whose name or world has these words")
    given.add_argument("--datasets", type=int)
    given.add_argument("--write", type=Path)
    given.add_argument("--json", action="store_true")
    wanted = given.parse_args()
    found: dict[Claim, str] = {}
    for claim in CLAIMS:
        if wanted.only not in claim.name:
            continue
        rate = claim.count(wanted.datasets)
        found[claim] = line_of(claim, rate)
        told = {"about": claim.about, "world": claim.world, "kind": claim.kind, "rate": rate.value, "n": rate.datasets}
        star = "" if claim.holds(rate) else " *"
        line = f"{claim.kind:7}{rate.value:8.1%} ± {rate.error:.1%} of {rate.datasets:6,}  {claim.name}{star}"
        print(json.dumps(told) if wanted.json else line, flush=True)
    if wanted.write:
        above, _, below = wanted.write.read_text(encoding="utf-8").partition(MARK)
        lines = table(below, found)
        wanted.write.write_text(above + MARK + "\n\n" + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
