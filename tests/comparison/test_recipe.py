"""The recipe of a comparison holds how it was made."""

import copy
import pickle
import platform

import numpy as np
import pandas as pd
import pytest
import sklearn
import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import TorchRegressor, compare_losses, losses, table
from skloss.comparison import Recipe, Source
from skloss.comparison.recipe import as_source
from skloss.datasets import load_sample

LINEAR = TorchRegressor(hidden_layer_sizes=())
X, Y = load_diabetes(return_X_y=True, as_frame=True)


def recipe_of(*names, **options):
    options = {"cv": 2, "estimator": LINEAR} | options
    return compare_losses(X, Y, list(names) or "mse", **options).recipe


def test_losses_are_kept_by_label_as_they_were_given():
    huber, criterion = losses.Huber(delta=3.0), torch.nn.L1Loss()
    recipe = recipe_of("mae", huber, criterion)
    assert recipe.losses == {
        "absolute_error": "mae",
        "huber": huber,
        "L1Loss": criterion,
    }


@pytest.mark.parametrize("given", ["mse", losses.SquaredError(), iter(["mse"])])
def test_one_loss_and_an_iterator_are_kept_too(given):
    recipe = compare_losses(X, Y, given, cv=2, estimator=LINEAR).recipe
    assert list(recipe.losses) == ["squared_error"]


def test_default_losses_are_named():
    recipe = compare_losses(X, Y, cv=2, estimator=LINEAR).recipe
    assert list(recipe.losses.values()) == list(recipe.task.default_losses)


def test_the_recipe_has_the_arguments_of_the_call():
    cv, groups = GroupKFold(2), np.arange(len(Y)) % 4
    weight = np.arange(len(Y)) + 1.0
    recipe = recipe_of(
        cv=cv,
        groups=groups,
        scoring=["mae"],
        sample_weight=weight,
        random_state=5,
        unit="mg",
    )
    assert recipe.cv is cv
    assert recipe.groups is groups
    assert recipe.sample_weight is weight
    assert (recipe.scoring, recipe.random_state, recipe.unit) == (["mae"], 5, "mg")
    assert (recipe.task, recipe.n_rows, recipe.n_features) == ("regression", 442, 10)


def test_rows_of_weight_zero_are_counted_and_kept():
    weight = np.arange(len(Y)) % 2
    comparison = compare_losses(
        X, Y, "mse", cv=2, estimator=LINEAR, sample_weight=weight
    )
    assert comparison.recipe.n_rows == len(comparison.X) == len(comparison.y) == 442
    held_out = np.concatenate([test for _, test in comparison.splits])
    assert sorted(held_out) == list(range(1, 442, 2))


def test_splits_of_an_iterator_are_kept():
    recipe = recipe_of(cv=KFold(3).split(X))
    assert [len(test) for _, test in recipe.cv] == [148, 147, 147]


def test_the_estimator_is_kept_without_its_loss():
    model = make_pipeline(
        StandardScaler(), TorchRegressor("huber", alpha=0.5, max_iter=3)
    )
    kept = recipe_of(estimator=model).estimator
    assert (kept[-1].loss, kept[-1].alpha) == ("squared_error", 0.5)
    assert kept is not model
    assert model[-1].loss == "huber"


def test_the_default_estimator_is_none():
    recipe = compare_losses(X[["bmi"]], Y, "mse", cv=2, random_state=1).recipe
    assert recipe.estimator is None


@pytest.mark.parametrize("seed", [None, 7])
def test_a_seed_is_kept_as_given(seed):
    model = TorchRegressor(hidden_layer_sizes=(), random_state=seed)
    assert recipe_of(estimator=model).estimator.random_state == seed


def test_a_generator_is_replaced_by_the_seed_drawn_from_it():
    drawn = np.random.RandomState(4).randint(np.iinfo("i4").max)
    model = TorchRegressor(hidden_layer_sizes=(), random_state=np.random.RandomState(4))
    assert recipe_of(estimator=model).estimator.random_state == drawn


@pytest.mark.parametrize(
    ("y", "name"),
    [
        (Y, "target"),
        (Y.rename("price"), "price"),
        (Y.rename(3), "3"),
        (Y.to_frame("dose"), "dose"),
        (Y.to_numpy(), None),
        (pd.concat([Y.rename("a"), Y.rename("b") + X["bmi"]], axis=1), None),
    ],
)
def test_the_target_has_the_name_of_y(y, name):
    comparison = compare_losses(X[["bmi"]], y, "mse", cv=2, estimator=LINEAR)
    assert comparison.recipe.target == name
    assert comparison.target == (name or "target")


@pytest.mark.parametrize(
    ("target", "options", "unit"),
    [
        ("progression", {"source": "diabetes"}, "points"),
        ("progression", {"source": "diabetes", "unit": "steps"}, "steps"),
        ("progression", {"source": "diabetes", "unit": ""}, ""),
        ("age", {"source": "diabetes"}, ""),
        ("progression", {"source": "other.csv"}, ""),
        ("progression", {}, ""),
    ],
)
def test_the_unit_is_that_of_the_sample_unless_it_is_given(target, options, unit):
    frame = load_sample("diabetes").frame
    comparison = compare_losses(
        *(frame[["bmi"]], frame[target], "mse"), cv=2, estimator=LINEAR, **options
    )
    assert (comparison.unit, comparison.recipe.unit) == (unit, unit)


def test_a_source_is_a_sample_a_path_or_complete(tmp_path):
    complete = Source("a.csv", {"decimal": ","})
    assert as_source(complete) is complete
    assert as_source(None) is None
    assert as_source(tmp_path / "a.csv").name == str(tmp_path / "a.csv")


@pytest.mark.parametrize("source", [3, b"a.csv", ["a.csv"]])
def test_another_source_is_refused_before_training(source):
    with pytest.raises(TypeError, match="name of a sample, a path or a"):
        compare_losses(X, Y, "mse", cv=2, source=source)


def test_a_source_keeps_the_options_that_its_table_was_read_with(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("code;price\n" + "".join(f"0{k};{k},5\n" for k in range(9)))
    frame = table.read_table(path, types={"code": "number"}, decimal=",")
    X, _, _ = table.split_target(frame, "price")
    source = as_source(path, X)
    assert source.overrides == {"types": {"code": "number"}, "decimal": ","}
    pd.testing.assert_frame_equal(source.read(), frame)
    assert table.read_table(path).attrs["overrides"] == {}


def test_a_source_reads_its_sample_its_file_or_the_table_at_hand(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    at_hand = pd.DataFrame({"a": [1.0]})
    assert Source("diabetes").read().equals(load_sample("diabetes").frame)
    assert Source(str(path)).read().to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    assert Source("missing.csv", frame=at_hand).read() is at_hand
    with pytest.raises(OSError, match=r"missing\.csv"):
        Source("missing.csv").read()


def test_versions_are_those_of_this_process():
    versions = recipe_of().versions
    assert versions["torch"] == str(torch.__version__)
    assert (versions["sklearn"], versions["python"]) == (
        sklearn.__version__,
        platform.python_version(),
    )


def test_a_recipe_cannot_be_changed():
    with pytest.raises(AttributeError):
        recipe_of().unit = "other"


def test_a_comparison_of_named_losses_survives_pickling_and_copying():
    comparison = compare_losses(X, Y, "mse", cv=2, estimator=LINEAR, source="diabetes")
    for again in (pickle.loads(pickle.dumps(comparison)), copy.deepcopy(comparison)):
        assert isinstance(again.recipe, Recipe)
        assert again.recipe.source.name == "diabetes"
        pd.testing.assert_frame_equal(again.table, comparison.table)


def test_a_comparison_of_functions_can_be_pickled():
    X, y = load_diabetes(return_X_y=True)
    comparison = compare_losses(
        X,
        y,
        [lambda y_pred, y_true: (y_pred - y_true).abs(), "mse"],
        estimator=TorchRegressor(
            network=lambda n_in, n_out: torch.nn.Linear(n_in, n_out),
            max_iter=1,
            random_state=0,
        ),
        scoring={"mae": "mae", "one": lambda model, X, y: 1.0},
        cv=2,
    )
    loaded = pickle.loads(pickle.dumps(comparison))
    pd.testing.assert_frame_equal(loaded.table, comparison.table)
    assert loaded.recipe.losses["squared_error"] == "mse"
    assert "<lambda>" in repr(loaded.recipe.losses["<lambda>"])
    assert loaded.recipe.scoring["mae"] == "mae"
    script = loaded.script()
    compile(script, "script", "exec")
    assert script.splitlines()[:4] == [
        "X, y = ...",
        "loss_1 = ...",
        "model = ...",
        "scoring = ...",
    ]
    assert copy.deepcopy(comparison).recipe.losses == comparison.recipe.losses


def test_the_number_of_networks_is_decided_by_the_smallest_training_fold(rng):
    X = rng.normal(size=(376, 2))
    estimator = TorchRegressor(hidden_layer_sizes=(4,), max_iter=1, schedule="cosine")
    found = compare_losses(X, X[:, 0], ["mse"], cv=5, estimator=estimator)
    assert sorted({len(train) for train, _ in found.splits}) == [300, 301]
    assert found.recipe.n_members == 8
    assert (found.histories.groupby("fold")["member"].nunique() == 8).all()
    sentence = "Each fit is an ensemble of 8 networks."
    assert sentence in found.summary() and f"# {sentence}" in found.script()
    linear = TorchRegressor(hidden_layer_sizes=())
    alone = compare_losses(X, X[:, 0], ["mse"], cv=5, estimator=linear)
    assert alone.recipe.n_members == 1
    assert "ensemble" not in alone.summary() + alone.script()
