"""Large, wide and streamed tables: memory stays near the data, numbers stay right."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge

from skloss import TorchClassifier, TorchRegressor, compare_losses
from skloss.losses import Custom

ROOT = Path(__file__).parents[2]
PROBE = """
import resource
import numpy as np
from scipy import sparse
from skloss import TorchClassifier, TorchRegressor, compare_losses

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

few = np.random.default_rng(0).normal(size=(300, 20))
TorchRegressor(max_iter=1).fit(few, few[:, 0]).predict(few)
"""


def grown(*steps):
    """Run steps in a new process; return what each added to its largest size, bytes.

    Everything before the first step, imports included, is not counted.
    """
    lines = [PROBE, textwrap.dedent(steps[0]), "print(peak())"]
    for step in steps[1:]:
        lines += [textwrap.dedent(step), "print(peak())"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return np.diff(np.array(done.stdout.split(), dtype=float))


LONG = """
rng = np.random.default_rng(0)
X = np.empty((1_000_000, 20), dtype=np.float32)
for rows in np.array_split(X, 100):
    rng.standard_normal(dtype=np.float32, out=rows)
y = X[:, 0] * X[:, 1] + X[:, 2]
"""


@pytest.mark.parametrize(
    "model",
    [
        "TorchRegressor(max_iter=1)",
        "TorchRegressor(hidden_layer_sizes=())",
        "TorchRegressor('huber', hidden_layer_sizes=())",
        "TorchRegressor('log_cosh', hidden_layer_sizes=())",
        "TorchClassifier(max_iter=1)",
    ],
)
def test_memory_is_at_most_two_and_a_half_times_the_data(model):
    target = "y > 0" if "Classifier" in model else "y"
    fit, predict = grown(LONG, f"model = {model}.fit(X, {target})", "model.predict(X)")
    data = 1_000_000 * 20 * 4
    assert data + fit <= 2.5 * data
    assert predict <= 0.5 * data


def test_many_classes_of_a_linear_model_take_memory_by_class_and_not_by_pair():
    data = """
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(16_384, 4)), rng.integers(100, size=16_384)
    """
    (fit,) = grown(data, "TorchClassifier(hidden_layer_sizes=(), max_iter=3).fit(X, y)")
    assert fit <= 16 * 16_384 * 100 * 8


WIDE = """
rng = np.random.default_rng(0)
n, d = 20_000, 5_000
level = rng.integers(0, d, (n, 3))
X = sparse.csr_matrix(
    (np.ones(3 * n), (np.repeat(np.arange(n), 3), level.ravel())), shape=(n, d)
)
y = rng.normal(size=d)[level].sum(1)
"""


@pytest.mark.parametrize(
    "step",
    [
        "TorchRegressor(max_iter=2).fit(X, y).predict(X)",
        "TorchRegressor(hidden_layer_sizes=()).fit(X, y).predict(X)",
        "TorchClassifier(max_iter=2).fit(X.tocoo(), y > 0).predict_proba(X)",
    ],
)
def test_a_wide_sparse_table_is_never_made_dense(step):
    dense = 20_000 * 5_000 * 4
    assert grown(WIDE, step)[0] < 0.4 * dense


def one_hot(rng, n=3000, d=700):
    """Three one-hot columns of many levels each, and a target that adds effects."""
    level = rng.integers(0, d, (n, 3))
    X = sparse.csr_matrix(
        (np.ones(3 * n), (np.repeat(np.arange(n), 3), level.ravel())), shape=(n, d)
    )
    return X, rng.normal(size=d)[level].sum(1) + 0.1 * rng.normal(size=n)


@pytest.mark.parametrize("kind", ["csr_matrix", "csc_matrix", "coo_array", "csr_array"])
@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_sparse_input_of_any_kind_gives_the_numbers_of_dense(kind, dtype, rng):
    X, y = one_hot(rng, n=400, d=50)
    model = TorchRegressor("huber", max_iter=3, random_state=0)
    expected = model.fit(X.toarray(), y).predict(X.toarray())
    given = getattr(sparse, kind)(X.astype(dtype))
    np.testing.assert_allclose(
        model.fit(given, y).predict(given), expected, atol=1e-5 * y.std()
    )


def test_members_on_sparse_input_learn_from_rows_of_their_own_as_on_dense(rng):
    X, y = one_hot(rng, n=400, d=50)
    model = TorchRegressor(n_members=2, max_iter=3, random_state=0)
    expected = model.fit(X.toarray(), y).predict(X.toarray())
    np.testing.assert_allclose(
        model.fit(X, y).predict(X), expected, atol=1e-6 * y.std()
    )


def test_a_wide_sparse_linear_model_is_ridge(rng):
    X, y = one_hot(rng)
    ours = TorchRegressor(hidden_layer_sizes=(), alpha=2.0, tol=0.0).fit(X, y)
    units = ours.network_[0].scale.numpy()
    dense = X.toarray()
    standard = (dense - dense.mean(0)) / units
    theirs = Ridge(alpha=1.0, tol=1e-10).fit(standard, y)
    np.testing.assert_allclose(
        ours.predict(X), theirs.predict(standard), atol=1e-4 * y.std()
    )


def test_a_wide_sparse_classifier_is_logistic_regression(rng):
    X, y = one_hot(rng)
    labels = np.digitize(y, [-1, 1])
    ours = TorchClassifier(hidden_layer_sizes=(), alpha=5.0).fit(X, labels)
    dense = X.toarray()
    standard = (dense - dense.mean(0)) / ours.network_[0].scale.numpy()
    theirs = LogisticRegression(C=1 / 5.0, tol=1e-8, max_iter=1000)
    expected = theirs.fit(standard, labels).predict_proba(standard)
    np.testing.assert_allclose(ours.predict_proba(X), expected, atol=1e-3)


def test_a_thousand_classes(rng):
    centres = rng.normal(size=(1000, 20))
    y = rng.permutation(np.repeat(np.arange(1000), 6))
    X = (centres[y] + 0.2 * rng.normal(size=(len(y), 20))).astype(np.float32)
    model = TorchClassifier(max_iter=30, random_state=0).fit(X, y)
    assert model.score(X, y) > 0.95
    assert model.predict_proba(X[:5]).shape == (5, 1000)
    comparison = compare_losses(
        X, y, ["cross_entropy", "focal"], cv=2, estimator=TorchClassifier(max_iter=10)
    )
    assert comparison.task == "multiclass"
    assert (comparison.table["accuracy", "mean"] > 0.3).all()


def stream(rng, n_chunks, rows=2000):
    for _ in range(n_chunks):
        X = rng.normal(size=(rows, 4))
        yield X, np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]


def test_a_model_learns_from_chunks_as_from_the_whole_table(rng):
    model = TorchRegressor(random_state=0)
    for X, y in stream(rng, 30):
        model.partial_fit(X, y)
    X, y = next(stream(rng, 1))
    assert model.score(X, y) > 0.95


@pytest.mark.parametrize("n_members", [1, 3])
def test_calls_on_full_batches_are_epochs_of_one_fit(n_members, rng):
    """Adam's moments continue: a new start would differ from the second step on."""
    X, y = next(stream(rng, 1, rows=200))
    params = {"batch_size": 200, "n_members": n_members, "random_state": 0}
    whole = TorchRegressor(max_iter=6, early_stopping=False, **params).fit(X, y)
    parts = TorchRegressor(**params)
    for _ in range(6):
        parts.partial_fit(X, y)
    np.testing.assert_allclose(parts.predict(X), whole.predict(X), rtol=1e-9)


def test_each_call_uses_its_rows_in_a_new_order(rng):
    X, y = next(stream(rng, 1))
    batches = []

    def squares(y_pred, y_true):
        is_step = y_pred.requires_grad and len(y_true) < len(y)
        batches.append(tuple(y_true.tolist()) * is_step)
        return (y_pred - y_true).square()

    model = TorchRegressor(Custom(squares), random_state=0)
    for _ in range(4):
        model.partial_fit(X, y)
    trained = list(filter(None, batches))
    assert len(trained) >= 8
    assert len(set(trained)) == len(trained)


def test_targets_are_standardised_by_the_first_chunk(rng):
    model = TorchRegressor(hidden_layer_sizes=(4,), random_state=0)
    first, second = stream(rng, 2)
    model.partial_fit(*first)
    scale = model.network_[0].scale.clone()
    model.partial_fit(100 * second[0], 100 * second[1])
    assert (model.network_[0].scale == scale).all()


def test_auto_takes_the_gpu_where_there_is_one(rng):
    X, y = next(stream(rng, 1))
    model = TorchRegressor(max_iter=1, device="auto").fit(X, y)
    there_is = "cuda" if torch.cuda.is_available() else "cpu"
    assert model.network_[0].mean.device.type == there_is
    assert np.isfinite(model.predict(X)).all()
