"""report, share, shares and unshare: what is handed to others."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import UserError
from dashboard.commands.speaking import Home, Json, say, table
from dashboard.commands.spread import spread
from dashboard.language.formats import size
from dashboard.language.words import joined, tr
from dashboard.sentences.keys import LINK_KINDS, LINK_STATES
from storage import Share, Store
from storage.files import write_whole

RunIds = Annotated[list[str], typer.Argument(help="One to ten ids of finished runs of one dataset.")]
LOCAL = "http://127.0.0.1:8501"


@dataclass(frozen=True)
class ReportArguments:
    """Options of the command line that say what a report shows."""

    approved_by: Annotated[str, typer.Option("--approved-by", help="Who vouches for it.")] = ""
    note: Annotated[str, typer.Option("--note", help="A sentence of your own at the top.")] = ""
    examples: Annotated[
        int, typer.Option("--examples", help="So many right and wrong rows; 0 shows none.", min=0, max=50)
    ] = 6
    column: Annotated[
        list[str] | None, typer.Option("--column", help="A column to show beside the text; none otherwise.")
    ] = None
    as_written: Annotated[
        bool, typer.Option("--as-written", help="Leave addresses, accounts and numbers in the texts.")
    ] = False

    def written(self, store: Store, run_ids: list[str]) -> str:
        """The report on these runs, as HTML. Raises UserError."""
        from dashboard.report import ReportOptions
        from dashboard.report import report as write

        options = ReportOptions(
            approved_by=self.approved_by,
            note=self.note,
            examples=self.examples,
            columns=tuple(self.column or ()),
            as_written=self.as_written,
        )
        return write(store, run_ids, options)


@spread
def report(
    run_ids: RunIds,
    arguments: ReportArguments,
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")],
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF beside it, where a Chrome is found.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write a report of one or more runs: one HTML file that opens anywhere."""
    html = arguments.written(Store.open(home), run_ids)
    write_whole(output, html.encode(), mode=0o644)
    done: dict[str, Any] = {"report": str(output), "bytes": len(html.encode()), "runs": run_ids}
    people = tr("Written: {file} ({size}).", file=output, size=size(len(html.encode())))
    if pdf:
        from dashboard.report import to_pdf

        write_whole(output.with_suffix(".pdf"), to_pdf(html), mode=0o644)
        done["pdf"] = str(output.with_suffix(".pdf"))
        people = joined([people, tr("And {file}.", file=done["pdf"])])
    say(done, people, as_json=as_json)


@spread
def share(
    run_ids: RunIds,
    arguments: ReportArguments,
    days: Annotated[float, typer.Option("--days", help="How long the link opens.")] = 7,
    demo: Annotated[bool, typer.Option("--demo", help="A page to try one run's model, instead of a report.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a link to a frozen report, or to a demo; it is said once and ends by itself."""
    from dashboard.shares.address import address_of
    from dashboard.shares.create import share_demo, share_report

    store = Store.open(home)
    if demo:
        if len(run_ids) != 1:
            raise UserError(f"A demo shows one run; {len(run_ids)} were named.", "Name one, or leave out --demo.")
        made, token = share_demo(store, store.runs.get(run_ids[0]), days=days)
    else:
        html = arguments.written(store, run_ids)
        made, token = share_report(store, run_ids, html, days=days)
    url = address_of(token, LOCAL)
    until = f"{made.expires:%Y-%m-%d %H:%M} UTC"
    people = f"{url}\n{tr('It opens until {moment}. It is shown this once; keep it.', moment=until)}"
    say({"share": as_dict(made), "token": token, "url": url}, people, as_json=as_json)


def shares(home: Home = None, as_json: Json = False) -> None:
    """List what is shared and how often it was seen."""
    found = Store.open(home).shares.list()
    rows = [
        [
            one.id,
            tr(LINK_STATES[one.state]),
            tr(LINK_KINDS[one.kind]),
            one.title,
            f"{one.expires:%Y-%m-%d %H:%M}",
            str(one.seen),
        ]
        for one in found
    ]
    people = table(rows, _heads()) if rows else tr("Nothing is shared.")
    say({"shares": [as_dict(one) for one in found]}, people, as_json=as_json)


def _heads() -> list[str]:
    return [tr("id"), tr("state"), tr("kind"), tr("title"), tr("ends (UTC)"), tr("seen")]


def unshare(
    token: Annotated[str, typer.Argument(help="A link, its token, or the id that 'tuneboard shares' lists.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take a link back: from now on it opens nothing."""
    word = re.split(r"[?#]", token)[0].rstrip("/").rsplit("/", 1)[-1]
    made = Store.open(home).shares.revoke(word)
    say({"share": as_dict(made)}, tr("Taken back: {title}.", title=made.title), as_json=as_json)


def as_dict(made: Share) -> dict[str, Any]:
    """JSON document of a share."""
    return made.model_dump(mode="json") | {"state": made.state}
