"""Steps before the estimator act as in a pipeline of its own, samplers included."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import make_classification
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, compare_losses
from skloss.comparison.steps import apply_steps, has_sampler

X, Y = make_classification(200, weights=[0.8], random_state=0)
MODEL = TorchClassifier(hidden_layer_sizes=(8,), max_iter=10, random_state=0)
SPLITS = StratifiedKFold(3, shuffle=True, random_state=0)


class Repeat(BaseEstimator):
    """Repeat the rows of class 1, as imbalanced-learn's samplers add rows."""

    def fit_resample(self, X, y):
        more = np.flatnonzero(np.asarray(y) == 1)
        rows = np.r_[np.arange(len(y)), more, more]
        return X[rows], y[rows]


class Resampled(BaseEstimator):
    """Scale, repeat rows and fit: the pipeline written out by hand."""

    _estimator_type = "classifier"

    def __init__(self, scale_first=True):
        self.scale_first = scale_first

    def fit(self, X, y):
        self.scaler = StandardScaler()
        if self.scale_first:
            X = self.scaler.fit_transform(X)
        X, y = Repeat().fit_resample(X, y)
        if not self.scale_first:
            X = self.scaler.fit_transform(X)
        self.model = TorchClassifier(**MODEL.get_params()).fit(X, y)
        self.classes_ = self.model.classes_
        return self

    def predict(self, X):
        return self.model.predict(self.scaler.transform(X))

    def predict_proba(self, X):
        return self.model.predict_proba(self.scaler.transform(X))


@pytest.mark.parametrize("scale_first", [True, False])
def test_a_sampler_changes_the_training_rows_alone(scale_first):
    steps = (
        [StandardScaler(), Repeat()] if scale_first else [Repeat(), StandardScaler()]
    )
    pipeline = Pipeline([(str(k), step) for k, step in enumerate([*steps, MODEL])])
    found = compare_losses(X, Y, ["cross_entropy"], estimator=pipeline, cv=SPLITS)
    alone = cross_val_predict(
        Resampled(scale_first), X, Y, cv=SPLITS, method="predict_proba"
    )
    rows = found.predictions.sort_values("row")
    np.testing.assert_allclose(rows["proba_1"], alone[:, 1], atol=1e-6)


def test_the_ensemble_suits_the_number_of_sampled_rows():
    # 267 rows of a fold become 320 to 330: below 300 rows an ensemble has 8 networks.
    rows, labels = make_classification(400, weights=[0.9], random_state=0)
    pipeline = Pipeline([("repeat", Repeat()), ("model", MODEL)])
    found = compare_losses(rows, labels, "cross_entropy", estimator=pipeline, cv=SPLITS)
    train, _ = found.splits[0]
    alone = clone(MODEL).fit(*Repeat().fit_resample(rows[train], labels[train]))
    assert found.recipe.n_members == len(alone.history_["member"].unique()) == 2


def test_baselines_learn_from_the_sampled_rows():
    pipeline = Pipeline([("repeat", Repeat()), ("model", MODEL)])
    found = compare_losses(X, Y, ["cross_entropy"], estimator=pipeline, cv=SPLITS)
    plain = compare_losses(X, Y, ["cross_entropy"], estimator=MODEL, cv=SPLITS)
    sampled, before = (
        one.references().loc["linear_model", ("log_loss", "mean")]
        for one in (found, plain)
    )
    assert sampled > before  # tripled rows of class 1 shift the probabilities


def test_weights_with_a_sampler_are_refused():
    pipeline = Pipeline([("repeat", Repeat()), ("model", MODEL)])
    with pytest.raises(ValueError, match="changes the training rows, so that sample_w"):
        compare_losses(
            *(X, Y, ["cross_entropy"]),
            estimator=pipeline, cv=SPLITS, sample_weight=np.ones(len(Y)),
        )  # fmt: skip


def test_steps_that_do_nothing_are_skipped():
    steps = Pipeline([("a", "passthrough"), ("b", Repeat()), ("c", None)])
    X_train, y_train, X_test = apply_steps(steps, X[:50], Y[:50], X[50:])
    assert len(X_train) == len(y_train) == 50 + 2 * Y[:50].sum()
    assert X_test is not None
    np.testing.assert_array_equal(X_test, X[50:])


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, False),
        (StandardScaler(), False),
        (make_pipeline(StandardScaler()), False),
        (Pipeline([("a", "passthrough"), ("b", Repeat())]), True),
    ],
)
def test_a_sampler_is_known_by_its_method(before, expected):
    assert has_sampler(before) is expected
