"""Invalid arguments of compare_losses are refused in a sentence before training."""

import decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold, KFold
from sklearn.preprocessing import StandardScaler

from skloss import TorchClassifier, TorchRegressor, compare_losses


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, as_frame=True, scaled=False)


def test_metric_of_another_task_is_refused_before_training(diabetes):
    def refuse(progress):
        raise AssertionError("training began")

    with pytest.raises(ValueError, match="'accuracy' is not for a regression task"):
        compare_losses(*diabetes, "mse", scoring="accuracy", on_epoch=refuse)


def test_a_constant_target_is_refused_whatever_the_estimator(diabetes):
    X, _ = diabetes
    for estimator in (None, TorchRegressor()):
        with pytest.raises(ValueError, match="one value only"):
            compare_losses(X, np.ones(len(X)), "mse", estimator=estimator)


def test_a_fold_that_trains_without_a_class_is_refused():
    X, y = load_iris(return_X_y=True)
    X, y = X[:101], y[:101]  # sorted, and one row of class 2
    with pytest.raises(
        ValueError, match="Split 2 of cv has no training row of the class 2"
    ):
        compare_losses(X, y, "ce", task="multiclass", cv=KFold(3))


def test_unusable_input_is_refused_in_a_sentence(diabetes):
    X, y = diabetes
    with pytest.raises(ValueError, match="does not support a regression"):
        compare_losses(X, y, ["focal"])
    with pytest.raises(ValueError, match="rows"):
        compare_losses(X, y[:-1])
    with pytest.raises(ValueError, match="too few"):
        compare_losses(X[:8], y[:8], cv=5)
    with pytest.raises(ValueError, match="folds"):
        compare_losses(X, y, cv=1)
    with pytest.raises(TypeError, match="y is None; pass the target"):
        compare_losses(X, None)
    with pytest.raises(TypeError, match="verbose must be 0, 1 or 2, got 'x'"):
        compare_losses(X, y, verbose="x")
    with pytest.raises(TypeError, match="Pipeline"):
        compare_losses(X, y, estimator=StandardScaler())
    with pytest.raises(ValueError, match="TorchRegressor"):
        compare_losses(X, y, estimator=TorchClassifier())
    rare = np.where(np.arange(len(y)) < 3, "rare", "usual")
    with pytest.raises(ValueError, match="'rare' has 3 row"):
        compare_losses(X, rare, cv=5)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"cv": []}, "cv is empty"),
        (
            {"cv": [(np.arange(150), [])]},
            "Split 0 of cv has no training or no test rows",
        ),
        ({"task": "binary"}, "task='binary' needs two classes, but y holds 3"),
        ({"losses": []}, "losses is empty"),
        ({"scoring": []}, "scoring is empty; name a metric"),
        ({"n_jobs": 0}, "use -1 for all cores"),
        ({"cv": KFold}, "must be a number of folds such as 5, a splitter"),
    ],
)
def test_the_message_names_what_cannot_be_compared(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        compare_losses(*load_iris(return_X_y=True), **{"losses": "ce"} | arguments)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_labels_are_counted(missing):
    X = np.zeros((6, 2))
    y = pd.Series(["a", missing, "b", "a", missing, "b"], dtype=object)
    with pytest.raises(ValueError, match="contains NaN: 2 values are missing"):
        compare_losses(X, y, "ce")
    with pytest.raises(ValueError, match="contains NaN: 2 values are missing"):
        TorchClassifier().fit(X, y)


FAST = {"hidden_layer_sizes": (4,), "max_iter": 2, "n_members": 1, "random_state": 0}


def test_rows_may_be_named_by_a_mask_or_from_the_end(diabetes):
    X, y = diabetes
    first = np.arange(len(y)) < 200
    by_number = [(np.flatnonzero(first), np.flatnonzero(~first))] * 2
    by_mask = [(first, ~first)] * 2
    from_the_end = [(train - len(y), test) for train, test in by_number[:1]]
    found = [
        compare_losses(X, y, "mse", estimator=TorchRegressor(**FAST), cv=cv)
        for cv in (by_number, by_mask, by_number[:1] + from_the_end)
    ]
    pd.testing.assert_frame_equal(found[0].predictions, found[1].predictions)
    pd.testing.assert_frame_equal(found[0].predictions, found[2].predictions)


def test_labels_may_be_a_column_and_losses_a_generator():
    X, y = load_iris(return_X_y=True)
    model = TorchClassifier(**FAST)
    flat = compare_losses(X, y, ["ce", "focal"], estimator=model)
    names = (name for name in ["ce", "focal"])
    column = compare_losses(X, y[:, None], names, estimator=model)
    pd.testing.assert_frame_equal(flat.table, column.table)


def test_a_frame_of_one_column_is_compared_as_that_column(diabetes):
    X, y = diabetes
    model = TorchRegressor(hidden_layer_sizes=())
    flat, column, array = (
        compare_losses(X, target, ["mse", "mae"], estimator=model, cv=3)
        for target in (y, y.to_frame("progression"), y.to_numpy()[:, None])
    )
    for found in (column, array):
        pd.testing.assert_frame_equal(found.predictions, flat.predictions)
        pd.testing.assert_frame_equal(found.table, flat.table)
        pd.testing.assert_frame_equal(found.references(), flat.references())
        assert np.ndim(found.y) == 1
    assert column.target == "progression"


@pytest.mark.parametrize(
    ("of_classes", "task"),
    [
        (lambda k: decimal.Decimal(int(k)) / 3, "regression"),
        (lambda k: int(k > 4), "binary"),
        (lambda k: bool(k > 4), "binary"),
        (lambda k: 101 if k > 4 else "foo", "binary"),
    ],
)
def test_targets_of_objects_are_compared_as_their_values(of_classes, task):
    rng = np.random.default_rng(0)
    y = pd.Series([of_classes(k) for k in rng.integers(0, 10, 60)], dtype=object)
    comparison = compare_losses(rng.normal(size=(60, 2)), y, cv=2)
    assert comparison.task == task
    assert comparison.references().index[0] == "constant"


def test_an_ordinal_loss_is_compared_in_the_order_of_the_categories():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 2))
    codes = np.digitize(X[:, 0] + 0.5 * rng.normal(size=200), [-1, 0, 1])
    names = ["none", "mild", "moderate", "severe"]
    y = pd.Series(pd.Categorical.from_codes(codes, names, ordered=True))
    model = TorchClassifier(hidden_layer_sizes=(), random_state=0)
    scores = [
        compare_losses(X, target, ["corn"], cv=3, estimator=model).table
        for target in (y, codes)
    ]
    for metric in ("log_loss", "accuracy", "balanced_accuracy"):
        first, second = (table[metric, "mean"].iloc[0] for table in scores)
        assert first == pytest.approx(second)


@pytest.mark.parametrize("weight", [None, np.r_[0.0, np.ones(441)]])
def test_splits_beyond_the_rows_are_refused(diabetes, weight):
    rows = np.arange(442)
    splits = [(rows[:400], rows[400:]), (rows[:400], rows[400:] + 1)]
    with pytest.raises(ValueError, match="Split 1 of cv does not fit y: give numbers"):
        compare_losses(*diabetes, ["mse"], cv=splits, sample_weight=weight)


@pytest.mark.parametrize("part", [np.arange(3.0), np.ones(3, dtype=bool), [[0, 999]]])
def test_what_is_neither_row_numbers_nor_a_mask_is_refused(diabetes, part):
    splits = [(part, np.arange(9))]
    with pytest.raises(ValueError, match="Split 0 of cv does not fit y"):
        compare_losses(*diabetes, ["mse"], cv=splits)


MISTAKES = {
    "names in one text": ({"losses": "mse, mae"}, "pass a list: ['mse', 'mae']"),
    "estimator without a name": ({"losses": ["mse", Ridge()]}, "{'ridge': Ridge()}"),
    "folds as text": ({"cv": "5"}, "cv='5' must be a number of folds such as 5"),
    "folds as a float": ({"cv": 5.0}, "cv=5.0 must be a number of folds"),
    "groups missing": ({"cv": GroupKFold(3)}, "GroupKFold divides rows by group; pass"),
    "groups too short": ({"groups": [1, 2]}, "groups has 2 values, but y has 442 rows"),
    "callback": ({"on_epoch": 5}, "on_epoch must be a function of one record, got 5"),
    "cores": ({"n_jobs": "all"}, "n_jobs must be an integer, -1 for all cores"),
}


@pytest.mark.parametrize(("given", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_common_mistake_is_answered_by_what_to_do(diabetes, given, sentence):
    with pytest.raises((TypeError, ValueError)) as error:
        compare_losses(*diabetes, **{"losses": "mse"} | given)
    assert sentence in str(error.value)
