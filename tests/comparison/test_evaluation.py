"""What is kept of each fold: whether it has learned, and probabilities of the link."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.special import expit
from sklearn.datasets import load_diabetes

from skloss import TorchClassifier, TorchRegressor, compare_losses, losses
from skloss.comparison import restore_comparison, store_comparison
from skloss.comparison.evaluation import has_learned
from skloss.training import FitResult, Outcome

RNG = np.random.default_rng(2)
X = pd.DataFrame(RNG.normal(size=(90, 2)), columns=["size", "age"])
Y = pd.Series(np.where(X["size"] + RNG.normal(size=90) > 0.8, "late", "paid"))
HOW = {"task": "binary", "cv": 2, "random_state": 0}
MODEL = TorchClassifier(hidden_layer_sizes=(), random_state=0)


@pytest.fixture(scope="module")
def compared():
    return compare_losses(X, Y, ["cross_entropy", "focal"], estimator=MODEL, **HOW)


def test_link_probabilities_are_sigmoids_where_others_are_recovered(
    compared,
):
    rows = compared.predictions.query("loss == 'focal'")
    found = compared.link_probabilities.loc[rows.index, "proba_paid"]
    expected = np.empty(len(X))
    for train, test in compared.splits:
        model = TorchClassifier("focal", hidden_layer_sizes=(), random_state=0)
        model.fit(X.iloc[train].to_numpy(), Y.iloc[train])
        expected[test] = expit(model.decision_function(X.iloc[test].to_numpy()))
    np.testing.assert_allclose(found, expected[rows["row"]], atol=1e-5)
    assert np.abs(found - rows["proba_paid"]).max() > 0.01


def test_losses_whose_probabilities_are_those_of_the_link_have_none(compared):
    rows = compared.predictions.query("loss == 'cross_entropy'").index
    assert compared.link_probabilities.loc[rows].isna().all(axis=None)


def test_link_probabilities_are_restored(compared):
    state = json.loads(json.dumps(store_comparison(compared)))
    losses = {"cross_entropy": "cross_entropy", "focal": "focal"}
    again = restore_comparison(state, X, Y, losses=losses, estimator=MODEL, **HOW)
    pd.testing.assert_frame_equal(
        again.link_probabilities, compared.link_probabilities, rtol=1e-6
    )


@pytest.mark.parametrize(
    ("outcome", "history", "learned"),
    [
        (Outcome.FINISHED, [], True),  # at the optimum from the start
        (Outcome.STOPPED, [], False),
        (Outcome.DIVERGED, [{"train": np.nan, "validation": np.nan}], False),
        (Outcome.DIVERGED, [{"train": 1.0}, {"train": np.inf}], True),
        (Outcome.STOPPED, [{"train": 1.0}], True),
    ],
)
def test_a_model_has_learned_if_some_epoch_had_a_finite_loss(outcome, history, learned):
    class Spec:
        validation_rows = None

    fit = FitResult(None, history, outcome=outcome)
    assert has_learned(Spec, fit) is learned


def test_the_loss_of_validation_rows_decides_where_there_are_some():
    class Spec:
        validation_rows = np.arange(3)

    fit = FitResult(None, [{"train": 1.0, "validation": np.inf}])
    assert has_learned(Spec, fit) is False


def test_a_loss_that_diverges_at_once_is_not_scored_with_its_initial_weights():
    def infinite(prediction, y_true):
        """Finite for a constant, which the first predictions of a network are not."""
        error = (prediction - y_true) ** 2
        return torch.where(prediction == prediction.flatten()[0], error, torch.inf)

    with pytest.warns(UserWarning):
        found = compare_losses(
            *(*load_diabetes(return_X_y=True), ["mse", losses.Custom(infinite)]),
            estimator=TorchRegressor(max_iter=3, hidden_layer_sizes=(4,)),
            cv=2,
        )
    assert found.stopped == ()
    assert found.table.iloc[1].isna().all()
    assert found.standing("mae").index.tolist() == ["squared_error"]
