"""A comparison in JSON without its data, made again, and hostile content."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss import TorchClassifier, TorchRegressor, compare_losses, costs
from skloss.comparison import reprice, restore_comparison, store_comparison
from skloss.comparison.arrays import packed, unpacked
from skloss.losses.contract.registry import losses_that_take

RNG = np.random.default_rng(4)
X = pd.DataFrame({"size": RNG.normal(size=60).round(3), "age": RNG.normal(size=60)})
Y = pd.Series((2 * X["size"] + RNG.normal(size=60)).round(4), name="price")
KIND = pd.Series(np.where(Y > 0, "secret dear", "secret cheap"), name="kind")
LOSSES = {"squared_error": "mse", "gaussian_nll": "gaussian_nll", "huber": "huber"}
NUMBERS = {
    "losses": LOSSES,
    "estimator": TorchRegressor(hidden_layer_sizes=()),
    **{"task": "regression", "cv": 3, "random_state": 0, "unit": "euros"},
}
CLASSES = {
    "losses": {"cross_entropy": "cross_entropy", "hinge": "hinge"},
    "estimator": TorchClassifier(hidden_layer_sizes=()),
    **{"task": "binary", "cv": 2, "random_state": 0},
}


def compared(y, given):
    return compare_losses(X, y, **given | {"losses": list(given["losses"].values())})


@pytest.fixture(scope="module")
def numbers():
    return compared(Y, NUMBERS)


@pytest.fixture(scope="module")
def classes():
    return compared(KIND, CLASSES)


@pytest.fixture(scope="module")
def text(numbers):
    return json.dumps(store_comparison(numbers))


def assert_alike(again, comparison):
    for name in ("table", "folds", "predictions", "histories"):
        pd.testing.assert_frame_equal(
            getattr(again, name), getattr(comparison, name), check_dtype=False
        )
    assert again.histories.attrs == comparison.histories.attrs
    assert again.stopped == comparison.stopped
    assert again.classes == comparison.classes
    assert again.recipe.versions == comparison.recipe.versions
    assert again.summary() == comparison.summary()
    assert again.script() == comparison.script()
    for one, other in zip(again.splits, comparison.splits, strict=True):
        np.testing.assert_array_equal(np.sort(one[0]), np.sort(other[0]))
        np.testing.assert_array_equal(one[1], other[1])


def test_numbers_are_restored(numbers, text):
    again = restore_comparison(json.loads(text), X, Y, **NUMBERS)
    assert_alike(again, numbers)
    pd.testing.assert_frame_equal(again.standing("mae"), numbers.standing("mae"))


def test_classes_are_restored(classes):
    state = json.loads(json.dumps(store_comparison(classes)))
    assert_alike(restore_comparison(state, X, KIND, **CLASSES), classes)


@pytest.mark.parametrize("task", ["regression", "multilabel"])
def test_several_targets_are_restored(task):
    names = {
        "regression": NUMBERS["losses"],
        "multilabel": ["focal", "binary_cross_entropy"],
    }[task]
    numbers = pd.DataFrame({"price": Y, "rent": Y + X["age"]})
    y = {"regression": numbers, "multilabel": (numbers > 0).astype(int)}[task]
    model = {"regression": TorchRegressor, "multilabel": TorchClassifier}[task]
    given = {
        "losses": {name: name for name in names},
        "estimator": model(hidden_layer_sizes=()),
        **{"task": task, "cv": 2, "random_state": 0},
    }
    comparison = compared(y, given)
    state = json.loads(json.dumps(store_comparison(comparison)))
    again = restore_comparison(state, X, y, **given)
    assert_alike(again, comparison)
    with pytest.raises(ValueError, match="stored results are"):
        restore_comparison(state, X, y.assign(more=y["rent"]), **given)


def test_an_ensemble_is_restored_with_its_size():
    given = NUMBERS | {"losses": {"squared_error": "mse"}, "cv": 2}
    given["estimator"] = TorchRegressor(hidden_layer_sizes=(4,), n_members=3)
    comparison = compared(Y, given)
    again = restore_comparison(store_comparison(comparison), X, Y, **given)
    assert again.recipe.n_members == 3
    assert_alike(again, comparison)


def test_distributions_are_restored_also_around_a_loss_that_learns(numbers, text):
    again = restore_comparison(json.loads(text), X, Y, **NUMBERS)
    cost = costs.Linear(3, 1)
    expected = reprice(numbers, cost).table["cost_decided", "mean"]
    found = reprice(again, cost).table["cost_decided", "mean"]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_distribution_of_every_loss_is_restored():
    y = np.abs(Y) + 1
    names = losses_that_take(y.to_numpy(), "regression")
    given = NUMBERS | {"losses": {name: name for name in names}, "cv": 2}
    given["estimator"] = TorchRegressor(hidden_layer_sizes=(), max_iter=20)
    comparison = compared(y, given)
    state = json.loads(json.dumps(store_comparison(comparison)))
    again = restore_comparison(state, X, y, **given)
    assert {loss for loss, _ in again.distributions} >= {"huber", "log_cosh", "poisson"}
    assert again.distributions.keys() == comparison.distributions.keys()
    for key, one in comparison.distributions.items():
        found = again.distributions[key]
        np.testing.assert_allclose(found.ppf(0.8), one.ppf(0.8), rtol=1e-9)
        assert found.seen == one.seen


@pytest.fixture(scope="module")
def with_baselines(classes):
    classes.references()
    return json.loads(json.dumps(store_comparison(classes)))


def test_baselines_are_restored_without_a_fit(classes, with_baselines):
    again = restore_comparison(with_baselines, X, KIND, **CLASSES)
    pd.testing.assert_frame_equal(again.baselines, classes.references())
    order = ["loss", "fold", "metric"]
    pd.testing.assert_frame_equal(
        again.baseline_folds.sort_values(order, ignore_index=True),
        classes.baseline_folds.sort_values(order, ignore_index=True),
    )
    assert again.summary() == classes.summary()


def test_baselines_that_were_not_computed_are_not_restored(text):
    state = json.loads(text)
    assert restore_comparison(state, X, Y, **NUMBERS).baselines is None
    del state["baselines"]  # as an earlier version stored it
    assert restore_comparison(state, X, Y, **NUMBERS).baselines is None


@pytest.mark.parametrize(
    "names", [["constant", "linear_model"], ["mine", "linear_model"], ["linear_model"]]
)
def test_baselines_of_other_names_are_refused(with_baselines, names):
    changed = with_baselines["baselines"] | {"names": names}
    with pytest.raises(ValueError, match="The stored results are not valid"):
        restore_comparison(with_baselines | {"baselines": changed}, X, KIND, **CLASSES)


def test_baselines_without_the_scores_of_a_fold_are_computed_again(with_baselines):
    scores = with_baselines["baselines"]["scores"]
    cut = {
        name: packed(unpacked(scores[name])[:-1])
        for name in ("loss", "fold", "metric", "value")
    }
    changed = with_baselines["baselines"] | {"scores": scores | cut}
    state = with_baselines | {"baselines": changed}
    assert restore_comparison(state, X, KIND, **CLASSES).baselines is None


def test_a_stopped_comparison_is_restored_as_stopped():
    stopped = compare_losses(
        *(X, Y, ["mse"]),
        estimator=TorchRegressor(random_state=0),
        cv=2,
        on_epoch=lambda progress: True,
    )
    given = NUMBERS | {"losses": {"squared_error": "mse"}, "cv": 2}
    again = restore_comparison(store_comparison(stopped), X, Y, **given)
    assert again.stopped == ("squared_error",)


@pytest.mark.parametrize(
    ("y", "given"),
    [
        (Y[:40], NUMBERS),
        (Y, NUMBERS | {"losses": {"squared_error": "mse"}}),
    ],
)
def test_results_of_other_data_or_losses_are_refused(text, y, given):
    with pytest.raises(ValueError, match="stored results are"):
        restore_comparison(json.loads(text), X[: len(y)], y, **given)


BAD = [
    ("splits", []),
    ("splits", 3),
    ("labels", ["a"]),
    ("stopped", [99]),
    ("versions", {"python": "<script>"}),
    ("versions", ["3.11"]),
    ("n_members", 0),
    ("n_members", 1001),
    ("n_members", 2.0),
    ("folds", {}),
    ("predictions", None),
    ("histories", []),
    ("distributions", [{"loss": 0, "fold": 0, "family": "nope", "parameters": {}}]),
    ("distributions", [{"loss": 0, "fold": 9, "family": "gaussian", "parameters": {}}]),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_damaged_part_is_refused_in_a_sentence(text, name, value):
    with pytest.raises(ValueError, match=r"^The stored results are .*\.$"):
        restore_comparison(json.loads(text) | {name: value}, X, Y, **NUMBERS)


@pytest.mark.parametrize("ends", [[1.0], ["a", 1.0], [1.0, 2.0, 3.0], [True, 2.0]])
def test_a_range_of_targets_that_is_not_one_is_refused(text, ends):
    state = json.loads(text)
    state["distributions"][0]["seen"] = ends
    with pytest.raises(ValueError, match="a range of targets is not of two numbers"):
        restore_comparison(state, X, Y, **NUMBERS)


@pytest.mark.parametrize(
    ("part", "name", "array"),
    [
        ("predictions", "row", np.full(180, 60, dtype=np.int32)),
        ("predictions", "row", np.zeros(180, dtype=np.int32)),
        ("predictions", "loss", np.full(180, -1, dtype=np.int32)),
        ("predictions", "y_pred", np.full(180, np.nan)),
        ("predictions", "y_pred", np.full(7, 1.0)),
        ("folds", "fold", np.full(36, 3, dtype=np.int32)),
        ("folds", "metric", np.zeros(36, dtype=np.int32)),
        ("histories", "clipped", np.array([0.5, 0.5, 1.01])),
        ("histories", "clipped", np.array([0.5, 0.5, -0.01])),
    ],
)
def test_arrays_that_do_not_fit_are_refused(text, part, name, array):
    state = json.loads(text)
    state[part][name] = packed(array)
    with pytest.raises(ValueError, match="The stored results are not valid"):
        restore_comparison(state, X, Y, **NUMBERS)


def test_clipped_steps_are_found_in_a_restored_comparison(text):
    state = json.loads(text)
    state["histories"]["clipped"] = packed([0.0, 0.25, np.nan])
    found = restore_comparison(state, X, Y, **NUMBERS).checks()
    (clipped,) = found[found["code"] == "SKL302"].itertuples()
    assert clipped.loss == list(NUMBERS["losses"])[1]
    assert clipped.evidence == "25% of the steps of Adam were clipped"


def test_results_without_clipped_steps_are_restored(text):
    state = json.loads(text)
    del state["histories"]["clipped"]
    again = restore_comparison(state, X, Y, **NUMBERS)
    assert again.histories.attrs == {"clipped": {}}


def nested():
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )


@given(st.sampled_from(["predictions", "folds", "histories"]), st.data())
def test_any_json_in_a_part_is_refused_or_restored(text, part, data):
    state = json.loads(text)
    name = data.draw(st.sampled_from(sorted(state[part])))
    state[part][name] = data.draw(nested())
    with pytest.raises(ValueError, match="The stored results are"):
        restore_comparison(state, X, Y, **NUMBERS)


@given(nested())
def test_any_json_as_a_whole_is_refused(state):
    with pytest.raises(ValueError, match="The stored results are"):
        restore_comparison(state, X, Y, **NUMBERS)
