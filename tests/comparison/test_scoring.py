"""Scorers are tried before the training and called as scikit-learn calls them."""

import warnings

import numpy as np
import pytest
from sklearn import config_context
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import (
    get_scorer,
    make_scorer,
    mean_absolute_error,
    mean_squared_log_error,
    roc_auc_score,
)
from sklearn.model_selection import KFold, cross_val_score

from skloss import TorchClassifier, TorchRegressor, compare_losses

X, Y = load_diabetes(return_X_y=True)
LINEAR = TorchRegressor(hidden_layer_sizes=(), random_state=0)
SPLITS = list(KFold(3).split(X))


def compared(**options):
    return compare_losses(X, Y, ["mse"], cv=SPLITS, estimator=LINEAR, **options)


def by_fold(comparison, metric):
    rows = comparison.folds[comparison.folds["metric"] == metric]
    return rows["value"].to_numpy()


@pytest.fixture
def untrained(monkeypatch):
    """Let training raise an error: what is refused must be refused before it."""

    def train(*arguments):
        raise AssertionError("models were trained")

    monkeypatch.setattr("skloss.comparison.folds.train", train)


def no_weights(estimator, X, y):
    return float(np.mean(estimator.predict(X) - y))


@pytest.mark.parametrize(
    "scorer",
    [make_scorer(lambda y_true, y_pred: np.ptp(y_pred)), no_weights],
    ids=["of a function", "a function"],
)
def test_a_scorer_without_weights_is_called_without_them_and_warns(scorer):
    weight = np.linspace(0.5, 2.0, len(Y))
    sentence = "scorer 'mine' does not take sample_weight, so its scores are not"
    with pytest.warns(UserWarning, match=sentence):
        found = compared(sample_weight=weight, scoring={"mine": scorer})
    alone = LINEAR.fit(X[SPLITS[0][0]], Y[SPLITS[0][0]], weight[SPLITS[0][0]])
    test = SPLITS[0][1]
    assert by_fold(found, "mine")[0] == pytest.approx(scorer(alone, X[test], Y[test]))


def test_a_scorer_that_takes_weights_is_called_with_them():
    weight = np.linspace(0.5, 2.0, len(Y))
    scorer = make_scorer(mean_absolute_error, greater_is_better=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        found = compared(sample_weight=weight, scoring={"mine": scorer, "mae": "mae"})
    np.testing.assert_allclose(by_fold(found, "mine"), -by_fold(found, "mae"))


def test_a_request_that_was_set_on_a_scorer_decides():
    weight = np.linspace(0.5, 2.0, len(Y))
    with config_context(enable_metadata_routing=True):
        plain = make_scorer(mean_absolute_error).set_score_request(sample_weight=False)
        weighted = make_scorer(mean_absolute_error).set_score_request(
            sample_weight=True
        )
        found = compared(
            sample_weight=weight, scoring={"plain": plain, "with": weighted}
        )
    rows = found.predictions
    errors = (rows["y_true"] - rows["y_pred"]).abs()
    expected = errors.groupby(rows["fold"]).mean()
    np.testing.assert_allclose(by_fold(found, "plain"), expected)
    products = (errors * weight[rows["row"]]).groupby(rows["fold"]).sum()
    sums = rows["fold"].map(
        rows["row"].map(dict(enumerate(weight))).groupby(rows["fold"]).sum()
    )
    expected = products / sums.groupby(rows["fold"]).first()
    np.testing.assert_allclose(by_fold(found, "with"), expected)


def failing(estimator, X, y):
    raise RuntimeError("two\nlines")


@pytest.mark.parametrize(
    ("scorer", "sentence"),
    [
        (failing, "'mine' cannot score the loss 'squared_error': RuntimeError: two li"),
        (lambda estimator, X, y: estimator.predict(X), "returns an array of shape"),
        (lambda estimator, X, y: "high", "could not convert string"),
        (make_scorer(mean_squared_log_error), "contain values less than"),
        (get_scorer("roc_auc"), "'mine' cannot score"),
        (get_scorer("neg_log_loss"), "'mine' cannot score"),
    ],
)
def test_a_scorer_that_must_fail_is_refused_before_the_training(
    scorer, sentence, untrained
):
    with pytest.raises(ValueError, match=sentence):
        compare_losses(
            *(X, Y - Y.mean(), ["mse"]),
            cv=3, estimator=LINEAR, scoring={"mine": scorer},
        )  # fmt: skip


def test_a_scorer_for_two_classes_is_refused_for_three(untrained):
    iris = load_iris(return_X_y=True)
    scorer = make_scorer(roc_auc_score, response_method="predict_proba")
    with pytest.raises(ValueError, match="multi_class must be in"):
        compare_losses(*iris, ["cross_entropy"], cv=3, scoring={"auc": scorer})


def test_predictions_of_untrained_layers_do_not_refuse_a_scorer():
    """A log error needs positive predictions, as those of a trained model are."""
    target = 100 + Y
    scorer = make_scorer(mean_squared_log_error, greater_is_better=False)
    estimator = TorchRegressor(hidden_layer_sizes=(8,), max_iter=5, random_state=0)
    found = compare_losses(
        *(X, target, ["mse"]), cv=SPLITS, estimator=estimator, scoring={"msle": scorer}
    )
    expected = cross_val_score(estimator, X, target, cv=SPLITS, scoring=scorer)
    np.testing.assert_allclose(by_fold(found, "msle"), expected, rtol=1e-5)


@pytest.mark.parametrize("splits", [SPLITS[:1], SPLITS[1:]])
def test_a_scorer_is_tried_once_for_each_loss_on_the_first_fold(splits):
    n_rows = []

    def count_rows(estimator, X, y):
        n_rows.append(len(y))
        return 1.0

    options = {"cv": splits, "estimator": LINEAR, "scoring": [count_rows]}
    compare_losses(X, Y, ["mse", "mae"], **options)
    held_out = [len(test) for _, test in splits]
    assert n_rows[:2] == [held_out[0]] * 2
    assert sorted(n_rows[2:]) == sorted(held_out * 2)


def test_a_scorer_that_fails_after_the_training_leaves_a_gap_and_warns():
    calls = []

    def fails_once(estimator, X, y):
        calls.append(len(y))
        if len(calls) == 3:  # the trial, then two folds
            raise RuntimeError("once")
        return 1.0

    with pytest.warns(UserWarning, match="'fails_once' failed for 'squared_error' in"):
        found = compared(scoring=["mae", fails_once])
    assert by_fold(found, "fails_once")[[0, 2]].tolist() == [1.0, 1.0]
    assert np.isnan(by_fold(found, "fails_once")[1])
    assert np.isfinite(by_fold(found, "mae")).all()


def test_a_metric_under_another_name_is_a_scorer_of_which_greater_is_better():
    found = compare_losses(
        *(X, Y, ["mse", "log_cosh"]),
        cv=3,
        estimator=TorchRegressor(hidden_layer_sizes=(8,), max_iter=20),
        scoring={"error": "rmse", "rmse": "rmse"},
    )
    np.testing.assert_allclose(by_fold(found, "error"), -by_fold(found, "rmse"))
    assert found.winners()["error"] == found.winners()["rmse"]


def test_another_scorer_cannot_have_the_name_of_a_metric(untrained):
    scorer = make_scorer(mean_absolute_error, greater_is_better=False)
    with pytest.raises(ValueError, match="the name of the metric 'mae'; choose a diff"):
        compared(scoring={"mae": scorer})


def test_scorers_of_probabilities_are_those_of_scikit_learn():
    data = load_breast_cancer(return_X_y=True)
    estimator = TorchClassifier(hidden_layer_sizes=(), random_state=0)
    splits = list(KFold(3, shuffle=True, random_state=0).split(data[0]))
    found = compare_losses(
        *(*data, ["cross_entropy"]),
        cv=splits,
        estimator=estimator,
        scoring="roc_auc_ovr",
    )
    expected = cross_val_score(estimator, *data, cv=splits, scoring="roc_auc_ovr")
    np.testing.assert_allclose(by_fold(found, "roc_auc_ovr"), expected, rtol=1e-6)


def test_an_unknown_name_is_refused_with_the_metrics_of_the_task(untrained):
    with pytest.raises(ValueError, match=r"'nope' is neither a metric of a regression"):
        compared(scoring="nope")


def test_two_functions_of_one_name_are_refused(untrained):
    scorers = [lambda estimator, X, y: 0.0, lambda estimator, X, y: 1.0]
    with pytest.raises(ValueError, match="two scorers named '<lambda>'; pass a dict"):
        compared(scoring=scorers)


def test_a_metric_may_be_named_twice():
    found = compared(scoring=["mae", "".join(["m", "ae"])])
    assert found.table.columns.unique(level=0).tolist() == ["mae"]
