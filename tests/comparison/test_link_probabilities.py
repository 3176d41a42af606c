"""Probabilities of the link, kept with a comparison where others are recovered."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from skloss import TorchClassifier, compare_losses
from skloss.comparison import restore_comparison, store_comparison

RNG = np.random.default_rng(2)
X = pd.DataFrame(RNG.normal(size=(90, 2)), columns=["size", "age"])
Y = pd.Series(np.where(X["size"] + RNG.normal(size=90) > 0.8, "late", "paid"))
HOW = {"task": "binary", "cv": 2, "random_state": 0}
MODEL = TorchClassifier(hidden_layer_sizes=(), random_state=0)


@pytest.fixture(scope="module")
def compared():
    return compare_losses(X, Y, ["cross_entropy", "focal"], estimator=MODEL, **HOW)


def test_they_are_sigmoids_of_the_scores_where_others_are_recovered(compared):
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


def test_they_are_restored(compared):
    state = json.loads(json.dumps(store_comparison(compared)))
    losses = {"cross_entropy": "cross_entropy", "focal": "focal"}
    again = restore_comparison(state, X, Y, losses=losses, estimator=MODEL, **HOW)
    pd.testing.assert_frame_equal(
        again.link_probabilities, compared.link_probabilities, rtol=1e-6
    )
