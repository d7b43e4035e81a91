"""Command line: the same engine as the browser. Exit code 0 done, 1 failed, 2 wrong usage or a UserError."""

import sys

import typer

from core.errors import UserError
from dashboard.commands import comparing, data, keeping, labels, payoff, people, runs, serving, sharing, training
from dashboard.commands.speaking import say_error

app = typer.Typer(
    name="tuneboard",
    help="Fine-tune, judge and hand over pretrained models, with no code.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

for command in (serving.up, serving.dashboard, serving.worker, serving.predictor, data.scenarios):
    app.command()(command)
app.add_typer(data.datasets, name="datasets")
app.add_typer(data.models, name="models")
for command in (training.train, training.quote, labels.labels):
    app.command()(command)
app.add_typer(runs.runs, name="runs")
for command in (runs.evaluate, payoff.payoff, runs.predict, runs.explain):
    app.command()(command)
app.command("compare")(comparing.compare_runs)
for command in (sharing.report, sharing.share, sharing.shares, sharing.unshare):
    app.command()(command)
for command in (keeping.backup, keeping.restore, keeping.publish, keeping.health, keeping.prune):
    app.command()(command)
app.command("copy-to")(keeping.copy_to)
app.add_typer(people.accounts, name="accounts")
app.command()(people.audit)


def main() -> None:
    """Entry point: runs the command that the arguments name, and exits with its code."""
    as_json = "--json" in sys.argv
    try:
        code = app(standalone_mode=False)
    except UserError as error:
        say_error(error, as_json=as_json)
        sys.exit(2)
    except typer.TyperException as error:
        say_error(UserError(error.format_message(), "'tuneboard --help' lists the commands."), as_json=as_json)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
