"""Means of the target by category."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor, compare_losses
from skloss.table import make_preprocessor
from skloss.table.target_means import TargetMeans


def levels(n, n_levels, seed=0):
    """Labels of equally frequent levels, and a number for each row's level."""
    rng = np.random.default_rng(seed)
    code = rng.permutation(np.arange(n) % n_levels)
    labels = np.array([f"k{k:03}" for k in range(n_levels)], dtype=object)
    return labels[code], rng.normal(size=n_levels)[code]


def standardised(values):
    return (values - values.mean()) / values.std()


def test_new_rows_get_the_mean_of_their_category():
    labels, effect = levels(4000, 40)
    X = labels[:, None]
    encoded = TargetMeans().fit(X, effect).transform(X)[:, 0]
    # 100 rows without noise in a level: nothing is shrunk.
    assert encoded == pytest.approx(standardised(effect), abs=1e-6)


def test_training_rows_are_encoded_without_their_own_target():
    labels, _ = levels(400, 200)
    y = np.random.default_rng(1).normal(size=400)
    encoded = TargetMeans().fit_transform(labels[:, None], y)[:, 0]
    assert abs(np.corrcoef(encoded, y)[0, 1]) < 0.15
    seen = TargetMeans().fit(labels[:, None], y).transform(labels[:, None])[:, 0]
    assert np.corrcoef(seen, y)[0, 1] > 0.5


@pytest.mark.parametrize(
    ("y", "names"),
    [
        (np.arange(60.0), ["a (mean target)"]),
        (np.arange(60) % 2, ["a (mean target)"]),
        (np.array(["no", "yes"] * 30), ["a (share of yes)"]),
        (np.arange(60) % 3, [f"a (share of {k})" for k in range(3)]),
        (np.arange(60), ["a (mean target)"]),  # counts
        (np.arange(120.0).reshape(60, 2), [f"a (mean target {k})" for k in (0, 1)]),
        (np.arange(60.0)[:, None], ["a (mean target)"]),
        (np.array([f"c{k % 25}" for k in range(60)]), []),  # too many classes
        (None, []),
    ],
)
def test_columns_follow_the_target(y, names):
    X = pd.DataFrame({"a": levels(60, 6)[0]})
    encoder = TargetMeans()
    out = encoder.fit_transform(X, y)
    assert out.shape == encoder.transform(X).shape == (60, len(names))
    assert encoder.get_feature_names_out().tolist() == names
    assert encoder.get_feature_names_out(["a"]).tolist() == names


def test_a_category_that_was_not_seen_or_is_missing_has_a_finite_mean():
    labels, effect = levels(300, 3)
    X = labels[:, None]
    encoder = TargetMeans().fit(X, effect)
    new = np.array([["new"], [np.nan]], dtype=object)
    assert encoder.transform(new)[:, 0] == pytest.approx([0, 0], abs=0.05)
    gaps = np.array([["a"], ["b"], [np.nan]] * 40, dtype=object)
    y = np.array([0.0, 1.0, 5.0] * 40) + np.linspace(0, 1e-6, 120)  # not classes
    found = TargetMeans().fit(gaps, y).transform(gaps[:3])[:, 0]
    assert found == pytest.approx(standardised(y)[:3], abs=1e-5)


def test_many_levels_of_few_rows_each_are_learned():
    labels, effect = levels(1500, 150)
    rng = np.random.default_rng(2)
    X = pd.DataFrame({"x": rng.normal(size=1500), "town": labels})
    y = X["x"] + 2 * effect + rng.normal(size=1500)
    scores = cross_val_score(make_pipeline(make_preprocessor(X), Ridge()), X, y)
    few = make_pipeline(make_preprocessor(X[["x"]]), Ridge())
    alone = cross_val_score(few, X[["x"]], y)
    # The noise alone leaves 1 / var(y) unexplained.
    assert scores.mean() > 0.9 * (1 - 1 / y.var()) > 0.5 > alone.mean()


def test_a_preprocessor_with_means_can_be_cloned_and_pickled():
    labels, effect = levels(200, 50)
    X = pd.DataFrame({"town": labels})
    preprocessor = clone(make_preprocessor(X)).fit(X, effect)
    again = pickle.loads(pickle.dumps(preprocessor))
    np.testing.assert_array_equal(again.transform(X), preprocessor.transform(X))
    names = list(preprocessor.get_feature_names_out())
    assert names[-1] == "target__town (mean target)"
    frame = preprocessor.set_output(transform="pandas").transform(X)
    assert list(frame.columns) == names


def test_a_comparison_encodes_each_fold_by_its_training_rows():
    labels, _ = levels(240, 120)
    y = pd.Series(np.random.default_rng(3).normal(size=240), name="y")
    linear = TorchRegressor(hidden_layer_sizes=())
    X = pd.DataFrame({"town": labels})
    pipeline = make_pipeline(make_preprocessor(X), linear)
    found = compare_losses(X, y, ["squared_error"], estimator=pipeline, cv=3)
    # The target is noise: rows that entered their own mean would be fitted well.
    assert found.table["r2", "mean"].iloc[0] < 0.1
