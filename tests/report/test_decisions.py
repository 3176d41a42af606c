"""What decisions cost: sentences, the table and the script."""

from types import SimpleNamespace

import numpy as np

from skloss import costs, report
from skloss.tasks import as_task
from tests.figures.comparisons import ranked

COMPARISON = SimpleNamespace(
    recipe=SimpleNamespace(cost=costs.Linear(under=9, over=1)),
    classes=None,
    task=as_task("regression"),
    script=lambda: "comparison = ...\n",
)


def test_the_sentences_give_the_rule_the_cheapest_loss_and_what_deciding_saves():
    assert report.decision_sentences(COMPARISON, ranked()) == [
        "The best decision is the 0.9 quantile.",
        "Squared error costs least: 1.00 per row (95% interval 0.500 to 1.50), with "
        "decisions from its predicted distribution.",
        "Taking its prediction as the decision instead costs 1.00 more per row "
        "(95% interval 0.750 to 1.25).",
    ]


def test_a_prediction_that_is_cheapest_is_not_compared_with_itself():
    first = ranked().iloc[1:].reset_index(drop=True)
    sentences = report.decision_sentences(COMPARISON, first)
    assert len(sentences) == 2
    assert sentences[1].endswith("with its predictions as decisions.")


def test_without_a_ranked_loss_the_rule_remains():
    sentences = report.decision_sentences(COMPARISON, ranked().iloc[:0])
    assert sentences == ["The best decision is the 0.9 quantile."]


def test_missing_intervals_are_left_out():
    one_fold = ranked().assign(low=np.nan, high=np.nan, gap_low=np.nan)
    sentence = report.decision_sentences(COMPARISON, one_fold)[1]
    assert "interval" not in sentence
    assert report.decision_table(one_fold)["95% interval"].tolist() == ["–"] * 6


def test_the_table_gives_costs_and_differences_to_the_first_row():
    table = report.decision_table(ranked())
    assert table.index.unique().tolist() == ["squared error", "absolute error", "Huber"]
    assert table["Cost per row"].tolist()[:2] == ["1.00", "2.00"]
    assert table["More than the first"].tolist()[:2] == ["–", "1.00"]
    assert table["95% interval of that"].tolist()[1] == "0.750\u00a0to\u00a01.25"
    assert table["Trained for it"].tolist() == ["", "", "", "", "yes", "yes"]


def test_the_script_prices_the_comparison_and_draws_the_row():
    lines = report.decision_script(
        COMPARISON, "costs.Linear(9, 1)", 4, "huber"
    ).splitlines()
    assert lines[0] == "comparison = ..."
    assert "priced = reprice(comparison, costs.Linear(9, 1))" in lines
    assert lines[-1] == "figures.decision(priced, 'huber', row=4).show()"
    compile("\n".join(lines), "script", "exec")
