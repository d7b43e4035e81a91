"""compare: which of several runs is better, on the rows that all of them answered."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.commands.speaking import Home, Json, say, table
from dashboard.language.formats import metric_value
from dashboard.language.words import tr
from storage import Store

if TYPE_CHECKING:
    from core.comparison import Comparison
    from dashboard.cached.comparable import Comparable


def compare_runs(
    runs: Annotated[list[str], typer.Argument(help="Runs' ids; ID:tfidf is the run's baseline.")],
    metric: Annotated[
        str, typer.Option("--metric", help="accuracy, f1_macro, mae ...; the runs' headline without it.")
    ] = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say which of several runs is better on the same test rows, and how sure that is."""
    from core.comparison import compare
    from dashboard.cached.comparable import asked, comparables, margin_of, multiplicity

    store = Store.open(home)
    found = comparables(store, runs)
    answers = {one.key: one.read(store) for one in found}
    held = multiplicity(found, asked(store, found))
    compared = compare(answers, metric=metric, multiplicity=held, margin=margin_of(found))
    say(as_dict(compared, found), _for_people(compared, found), as_json=as_json)


def as_dict(compared: "Comparison", found: "list[Comparable]") -> dict[str, Any]:
    """JSON document of a comparison, best first. A difference is b's metric less a's."""
    from dashboard.sentences.comparison import pair_sentence

    names = {one.key: one.name for one in found}
    return {
        "runs": [
            {
                "id": name,
                "name": names[name],
                "rows_left_out": compared.left_out[name],
                "metrics": {metric: one.model_dump() for metric, one in compared.measured[name].items()},
            }
            for name in compared.ranking
        ],
        "metric": compared.metric,
        "rows": compared.rows,
        "pairs": [
            {
                "a": pair.a,
                "b": pair.b,
                "difference": pair.difference.model_dump(),
                "p_value": pair.p_value,
                "adjusted_p_value": pair.adjusted_p_value,
                "better": pair.better,
                "rows_needed": pair.rows_needed,
                "only_a": pair.only_a,
                "only_b": pair.only_b,
                "sentence": pair_sentence(pair, compared, names),
            }
            for pair in compared.pairs
        ],
    }


def _for_people(compared: "Comparison", found: "list[Comparable]") -> str:
    from dashboard.sentences.asked import metric_sentence
    from dashboard.sentences.comparison import left_out_sentence, pair_sentence

    names = {one.key: one.name for one in found}
    kind = one.kind if (one := found[0].run.evaluation) else ""
    rows = []
    for name in compared.ranking:
        one = compared.measured[name][compared.metric]
        rows.append(
            [name, names[name], *(metric_value(compared.metric, number) for number in (one.value, one.low, one.high))]
        )
    parts = [
        left_out_sentence(compared, names),
        table(rows, [tr("run"), tr("name"), compared.metric, tr("low"), tr("high")]),
        *(pair_sentence(pair, compared, names) for pair in compared.pairs),
        metric_sentence(kind, compared.metric),
    ]
    return "\n".join(part for part in parts if part)
