"""The sentences about a comparison follow from its folds."""

import html

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skloss import report
from skloss.report import Markup
from skloss.report.summary import answers
from tests.report.comparisons import comparison_of

BOLD = Markup(html.escape, lambda text: f"**{text}**")


@pytest.fixture
def tied():
    return comparison_of(
        mae__squared_error=[50, 51, 49, 50, 50],
        mae__absolute_error=[40, 41, 39, 40, 40],
        mae__huber=[40.1, 40.9, 39.2, 39.9, 40.2],
    )


def test_a_clear_winner_is_named_with_its_gap():
    comparison = comparison_of(
        unit="mm",
        mae__squared_error=[50, 51, 49, 50, 50],
        mae__huber=[40, 41, 39, 40, 40],
    )
    assert answers(comparison) == [
        "Huber gives the smallest typical error (MAE 40.0 mm, 20% better than "
        "squared error, a clear difference)."
    ]


def test_the_gap_is_that_to_the_second():
    comparison = comparison_of(
        mae__worst=[90.0, 91.0, 90.0],
        mae__best=[40.0, 41.0, 40.0],
        mae__second=[50.0, 51.0, 50.0],
    )
    (sentence,) = answers(comparison)
    assert "20% better than second, a clear" in sentence


def test_a_gap_is_a_number_where_zero_is_not_the_best():
    comparison = comparison_of(nll__a=[1.0, 1.1, 0.9], nll__b=[-2.0, -2.1, -1.9])
    (sentence,) = answers(comparison)
    assert "(NLL −2.00 nats, 3.0 better than a, a clear difference)" in sentence


def test_tied_winners_are_named_together(tied):
    assert answers(tied) == [
        "Absolute error and Huber are tied for the smallest typical error "
        "(MAE from 40.0)."
    ]


def test_folds_that_disagree_give_no_clear_winner():
    comparison = comparison_of(mae__a=[50, 40, 45], mae__b=[40, 50, 46])
    assert answers(comparison) == [
        "No loss clearly gives the smallest typical error (MAE 45.0 to 45.3)."
    ]


@pytest.mark.parametrize(
    ("n_tied", "names"),
    [
        (4, "Loss0, loss1, loss2 and loss3"),
        (5, "Loss0, loss1, loss2 and 2 more"),
        (6, "Loss0, loss1, loss2 and 3 more"),
    ],
)
def test_many_tied_losses_are_counted(n_tied, names):
    ties = {f"mae__loss{k}": [1.0, 1.1 + k / 99, 1.2] for k in range(n_tied)}
    comparison = comparison_of(**ties, mae__bad=[5.0, 5.1, 5.2])
    (sentence,) = answers(comparison)
    assert sentence.startswith(f"{names} are tied for the smallest typical error")


@pytest.mark.parametrize(
    ("noise", "sentence"),
    [
        (stats.laplace, "Residuals of a: Laplace fits better than Student t by 0."),
        (stats.norm, "Residuals of a: Gaussian fits better than Laplace by 0."),
        (stats.logistic, "Residuals of a: Student t fits better than Gaussian by 0."),
    ],
)
def test_the_sentence_on_noise_models_names_the_noise(noise, sentence):
    residuals = noise.ppf((np.arange(2000) + 0.5) / 2000)
    predictions = pd.DataFrame({"loss": "a", "y_true": residuals, "y_pred": 0.0})
    comparison = comparison_of(
        predictions=predictions, nll__a=[1.0, 1.1], nll__b=[1.2, 1.0]
    )
    (found,) = answers(comparison)
    assert found.startswith("No loss clearly gives the best noise model for new rows")
    assert sentence in found


def test_each_question_of_classifiers_has_a_sentence():
    comparison = comparison_of(
        "binary",
        log_loss__a=[0.5, 0.5, 0.5],
        log_loss__b=[0.1, 0.1, 0.1],
        balanced_accuracy__a=[0.9, 0.9, 0.9],
        balanced_accuracy__b=[0.5, 0.5, 0.5],
        pr_auc__a=[0.8, 0.7, 0.8],
        pr_auc__b=[0.8, 0.8, 0.7],
        accuracy__a=[1.0, 1.0, 1.0],
        accuracy__b=[0.0, 0.0, 0.0],
    )
    assert answers(comparison) == [
        "B gives the most accurate probabilities (Log-loss 0.100 nats, 0.40 better "
        "than a, a clear difference).",
        "A gives the best decisions if all classes count the same (Balanced accuracy "
        "0.900, 0.40 better than b, a clear difference).",
        "No loss clearly gives the best ranking of the rows (PR-AUC 0.767 for all).",
    ]


def test_scores_of_which_more_is_better_ascend_in_a_sentence_too():
    comparison = comparison_of(
        "binary", pr_auc__a=[0.9, 0.5, 0.8], pr_auc__b=[0.6, 0.8, 0.7]
    )
    (sentence,) = answers(comparison)
    assert sentence.endswith("(PR-AUC 0.700 to 0.733).")


def test_a_single_loss_is_described_and_not_ranked():
    comparison = comparison_of(unit="mm", mae__huber=[1.0, 2.0], rmse__huber=[2.0, 3.0])
    assert answers(comparison) == [
        "Huber is the only loss: MAE 1.50 mm and RMSE 2.50 mm."
    ]


@pytest.mark.parametrize(
    ("stopped", "sentence"),
    [
        (("best",), "Best was stopped early and not ranked."),
        (("best", "b"), "Best and b were stopped early and not ranked."),
    ],
)
def test_losses_that_were_stopped_are_never_called_best(stopped, sentence):
    values = {"best": [1.0, 1.0, 1.0], "b": [3.0, 3.1, 3.0], "c": [9.0, 9.0, 9.1]}
    values = {f"mae__{loss}": by_fold for loss, by_fold in values.items()}
    *ranked, last = answers(comparison_of(stopped=stopped, **values))
    assert last == sentence
    assert not any("best" in one.lower() for one in ranked)


def test_the_scores_of_the_only_loss_that_finished_are_stated():
    values = {"mae__huber": [1.0, 2.0], "mae__b": [2.0, 2.0]}
    assert answers(comparison_of(stopped=("b",), **values)) == [
        "Huber is the only loss that was trained to its end: MAE 1.50.",
        "B was stopped early and not ranked.",
    ]


def test_stopped_losses_are_not_ranked():
    comparison = comparison_of(stopped=("a", "b"), mae__a=[1.0, 1.0], mae__b=[2.0, 2.0])
    assert answers(comparison) == ["A and b were stopped early and not ranked."]


def test_the_winner_is_strong_and_all_names_pass_through_the_markup(tied):
    tied.unit = "<mm>"
    assert answers(tied, BOLD) == [
        "**Absolute error** and **Huber** are tied for the smallest typical error "
        "(MAE from 40.0 &lt;mm&gt;)."
    ]


def test_a_hostile_label_is_escaped_wherever_it_stands():
    labels = ["<i>", "<b>", "<u>"]
    ranks = dict(
        zip(labels, ([1.0, 1.0, 1.1], [5.0, 5.0, 5.1], [0.0] * 3), strict=True)
    )
    comparison = comparison_of(
        stopped=("<u>",), **{f"mae__{label}": folds for label, folds in ranks.items()}
    )
    text = " ".join(answers(comparison, BOLD))
    assert "<" not in text
    assert text.count("&lt;") == 3


def test_a_long_label_and_a_long_unit_are_cut(tied):
    tied.unit = "u" * 100
    assert "u" * 19 + "…" in report.summary(tied)
    assert "u" * 20 not in report.summary(tied)


def test_the_summary_joins_the_sentences(tied):
    assert report.summary(tied) == " ".join(report.sentences(tied))
    assert tied.summary() == report.summary(tied)


def test_no_loss_is_called_best_that_a_constant_equals():
    comparison = comparison_of(unit="mm", mae__a=[2.0, 2.0], mae__b=[3.0, 3.1])
    comparison.no_skill = pd.Series({"mae": 1.9})
    assert answers(comparison) == [
        "No loss is better than a constant prediction in MAE (at best 2.00 mm, the "
        "constant 1.90 mm)."
    ]


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        (
            ["no", "no", "no", "no"],
            [
                "No loss ever predicts the class “<yes>”: lower the decision "
                "threshold, or use a loss that weights rare classes."
            ],
        ),
        (["no", "<yes>", "no", "no"], []),
    ],
)
def test_a_class_that_no_loss_predicts_is_named(given, sentences):
    predictions = pd.DataFrame(
        {"loss": list("aabb"), "y_true": ["no", "<yes>"] * 2, "y_pred": given}
    )
    values = {"f1__a": [0.0, 0.0], "f1__b": [0.0, 0.0]}
    comparison = comparison_of("binary", predictions=predictions, **values)
    assert answers(comparison) == sentences


def test_several_classes_that_no_loss_predicts_are_listed():
    frame = pd.DataFrame({"loss": "a", "y_true": list("vwxyz"), "y_pred": "v"})
    comparison = comparison_of("multiclass", predictions=frame, f1__a=[0.0], f1__b=[0])
    (sentence,) = answers(comparison, BOLD)
    assert "the classes “w”, “x”, “y” and 1 more: lower" in sentence
