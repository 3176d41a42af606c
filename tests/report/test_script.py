"""A script repeats its comparison to the last digit, or marks what is missing."""

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold, PredefinedSplit, RepeatedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skloss import (
    TorchClassifier,
    TorchRegressor,
    compare_losses,
    get_loss,
    losses,
    report,
    table,
)
from skloss.comparison import Source
from skloss.datasets import load_sample
from tests.report.comparisons import comparison_of

ROOT = Path(__file__).parents[2]
LINEAR = TorchRegressor(hidden_layer_sizes=())
SMALL = TorchRegressor(hidden_layer_sizes=(4,), max_iter=5)
LABELS = TorchClassifier(hidden_layer_sizes=())
PAIR = ["mse", "mae"]
HOSTILE = '"); raise SystemExit("\n\'\\ # {x} \u2028é'


def diabetes():
    frame = load_sample("diabetes").frame
    return frame.drop(columns="progression"), frame["progression"]


def default_estimator(folder):
    return compare_losses(*diabetes(), ["mse", "mae"], cv=3, source="diabetes")


def default_losses_of_classes(folder):
    frame = load_sample("breast_cancer").frame
    X, y, _ = table.split_target(frame, "diagnosis")
    return compare_losses(X, y, cv=3, estimator=LABELS, source="breast_cancer")


def arrays_without_names(folder):
    X, y = (part.to_numpy(dtype=float) for part in diabetes())
    return compare_losses(X, y, PAIR, cv=3, estimator=LINEAR, source="diabetes")


def a_regular_part_of_the_rows(folder):
    X, y = (part.iloc[5:300:3] for part in diabetes())
    return compare_losses(X, y, PAIR, cv=3, estimator=LINEAR, source="diabetes")


def rows_in_any_order(folder):
    X, y = (part.sample(90, random_state=0) for part in diabetes())
    return compare_losses(X, y, PAIR, cv=3, estimator=LINEAR, source="diabetes")


def the_first_rows_as_arrays(folder):
    X, y = (part.to_numpy(dtype=float)[:90] for part in diabetes())
    return compare_losses(X, y, PAIR, cv=3, estimator=LINEAR, source="diabetes")


def some_columns_and_losses_of_every_kind(folder):
    X, y = diabetes()
    some = [
        "huber",
        losses.Huber(delta=20.0),
        get_loss("quantile", quantile=0.3),
        losses.PseudoHuber,
        torch.nn.SmoothL1Loss(beta=7.0),
    ]
    model = make_pipeline(StandardScaler(), SMALL)
    return compare_losses(
        X[["bmi", "age"]], y, some, cv=3, estimator=model, source="diabetes"
    )


def splitter_groups_scorers_and_weights(folder):
    frame = load_sample("diabetes").frame
    return compare_losses(
        frame[["bmi", "age"]],
        frame["progression"],
        "mse",
        estimator=LINEAR,
        cv=4,
        groups=frame["age"],
        scoring=["mae", "neg_median_absolute_error"],
        sample_weight=frame["bmi"],
        random_state=3,
        source="diabetes",
    )


def repeated_folds_with_weights_that_remove_rows(folder):
    X, y = diabetes()
    return compare_losses(
        *(X, y, "mse"),
        estimator=LINEAR,
        cv=RepeatedKFold(n_splits=2, n_repeats=2, random_state=1),
        sample_weight=np.arange(len(y)) % 3,
        source="diabetes",
    )


def rows_named_by_a_predefined_split(folder):
    X, y = diabetes()
    cv = PredefinedSplit(np.arange(len(y)) % 3)
    return compare_losses(X, y, "mse", cv=cv, estimator=LINEAR, source="diabetes")


def folds_of_an_iterator(folder):
    X, y = diabetes()
    cv = KFold(2).split(X)
    return compare_losses(X, y, "mse", cv=cv, estimator=LINEAR, source="diabetes")


def an_estimator_whose_seed_is_drawn(folder):
    model = make_pipeline(
        StandardScaler(), SMALL.__class__(hidden_layer_sizes=(4,), max_iter=5)
    )
    model.set_params(torchregressor__random_state=np.random.RandomState(4))
    return compare_losses(*diabetes(), "mse", cv=2, estimator=model, source="diabetes")


def several_targets(folder):
    frame = load_sample("diabetes").frame
    return compare_losses(
        *(frame[["bmi", "age"]], frame[["progression", "glucose"]], PAIR),
        cv=2,
        estimator=LINEAR,
        source="diabetes",
    )


def file_of(folder, name="table.csv"):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "code": [f"{k % 4:03d}" for k in range(90)],
            "amount": [f"{k},5" for k in rng.integers(0, 90, 90)],
            HOSTILE: np.arange(90) % 7,
        }
    )
    frame["price"] = frame[HOSTILE] + rng.normal(size=90).round(3)
    frame["price"] = frame["price"].map("{:.3f}".format).str.replace(".", ",")
    frame.loc[7, "price"] = ""
    path = folder / name
    frame.to_csv(path, sep=";", index=False)
    return path


def a_file_with_overrides(folder):
    path = file_of(folder, 'it\'s "mine".csv')
    frame = table.read_table(path, types={"code": "number"}, decimal=",")
    X, y, _ = table.split_target(frame, "price")
    return compare_losses(X, y, PAIR, cv=3, estimator=None, source=path)


def a_file_with_edited_roles(folder):
    path = file_of(folder)
    frame = table.read_table(path)
    roles = table.propose_roles(frame, "price")
    roles.loc[HOSTILE, "type"] = "category"
    roles.loc["amount", "role"] = "ignore"
    X, y, _ = table.split_target(frame, "price", roles)
    model = make_pipeline(table.make_preprocessor(X, roles), LINEAR)
    source = Source(str(path), roles=roles, frame=frame)
    return compare_losses(X, y, PAIR, cv=3, estimator=model, source=source)


def a_file_without_the_rows_that_lack_a_target(folder):
    path = file_of(folder)
    frame = table.read_table(path).dropna(subset="price")
    X, y = frame[[HOSTILE, "code"]], frame["price"].to_numpy()
    return compare_losses(X, y, "mse", cv=3, source=str(path))


CASES = [
    default_estimator,
    default_losses_of_classes,
    arrays_without_names,
    a_regular_part_of_the_rows,
    rows_in_any_order,
    the_first_rows_as_arrays,
    some_columns_and_losses_of_every_kind,
    splitter_groups_scorers_and_weights,
    repeated_folds_with_weights_that_remove_rows,
    rows_named_by_a_predefined_split,
    folds_of_an_iterator,
    an_estimator_whose_seed_is_drawn,
    several_targets,
    a_file_with_overrides,
    a_file_with_edited_roles,
    a_file_without_the_rows_that_lack_a_target,
]
# All scripts run in one fresh process, each in a namespace of its own: importing
# torch takes longer than any of them.
RUN_ALL = """
import pickle, runpy, sys
tables = [runpy.run_path(path)["comparison"].table for path in sys.argv[2:]]
open(sys.argv[1], "wb").write(pickle.dumps(tables))
"""


@pytest.fixture(scope="module")
def repeated(tmp_path_factory):
    """Return each comparison's table, its script, and the table of the script."""
    folder = tmp_path_factory.mktemp("scripts")
    made = [case(folder) for case in CASES]
    paths = [folder / f"{case.__name__}.py" for case in CASES]
    for path, comparison in zip(paths, made, strict=True):
        path.write_text(comparison.script(), encoding="utf-8")
    result = folder / "tables.pickle"
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL, str(result), *map(str, paths)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    tables = pickle.loads(result.read_bytes())
    scripts = [path.read_text(encoding="utf-8") for path in paths]
    before = [comparison.table for comparison in made]
    return dict(zip(CASES, zip(before, scripts, tables, strict=True), strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_script_gives_the_same_table_in_a_fresh_process(repeated, case):
    expected, _, found = repeated[case]
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_script_that_repeats_its_comparison_begins_with_imports(repeated, case):
    _, script, _ = repeated[case]
    assert script.startswith(("from ", "import "))
    assert "..." not in script


def test_overrides_roles_and_target_of_a_file_are_written(repeated):
    _, script, _ = repeated[a_file_with_overrides]
    assert 'types={"code": "number"}' in script
    _, script, _ = repeated[a_file_with_edited_roles]
    assert 'roles.loc["amount", "role"] = "ignore"' in script
    assert 'X, y, notices = table.split_target(frame, "price", roles)' in script
    assert "table.make_preprocessor(X, roles)" in script


def test_a_column_of_the_table_is_named_where_it_gives_groups_or_weights(repeated):
    _, script, _ = repeated[splitter_groups_scorers_and_weights]
    assert 'groups=frame["age"],' in script
    assert 'sample_weight=frame["bmi"],' in script


@pytest.fixture(scope="module")
def bmi_data():
    return load_diabetes(return_X_y=True, as_frame=True)


def compared(X, y, names="mse", **options):
    return compare_losses(X, y, names, **{"cv": 2, "estimator": LINEAR} | options)


def user_loss(y_pred, y_true):
    return (y_pred - y_true) ** 2


class UserLoss(losses.SquaredError):
    """A loss of the user, without a name."""


class UserSplitter(KFold):
    """A splitter of the user."""


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({}, "X, y = ..."),
        ({"source": "missing.csv"}, "X, y = ..."),
        ({"source": "heavy_tailed"}, "X, y = ..."),
        ({"names": ["mse", lambda a, b: (a - b) ** 2]}, "loss_2 = ..."),
        ({"names": user_loss}, "loss_1 = ..."),
        ({"names": ["mae", UserLoss()]}, "loss_2 = ..."),
        ({"cv": UserSplitter(2)}, "cv = ..."),
        ({"scoring": {"mine": lambda *_: 0.0}}, "scoring = ..."),
        (
            {"estimator": TorchRegressor(network=lambda i, o: torch.nn.Linear(i, o))},
            "model = ...",
        ),
    ],
)
def test_values_without_an_expression_are_marked_lines_at_the_beginning(
    bmi_data, options, line
):
    script = compared(*bmi_data, **options).script()
    compile(script, "script", "exec")
    marked = script.partition("#")[0].splitlines()
    assert line in marked
    assert all(one.endswith(" = ...") for one in marked)
    comment = script.splitlines()[len(marked)]
    assert comment == "# Before running this script, replace each ... above."
    assert f"# {line.removesuffix(' = ...')}: " in script


def test_filled_in_the_marked_lines_repeat_the_comparison(bmi_data):
    comparison = compared(*bmi_data, ["mae", user_loss])
    lines = comparison.script().splitlines()
    assert lines[:2] == ["X, y = ...", "loss_2 = ..."]
    namespace = {"X": bmi_data[0], "y": bmi_data[1], "loss_2": user_loss}
    exec("\n".join(lines[2:]), namespace)
    found = namespace["comparison"].table
    pd.testing.assert_frame_equal(found, comparison.table, check_exact=True)


def test_targets_that_were_changed_are_not_taken_from_the_sample():
    X, y = diabetes()
    script = compared(X, y / 2, source="diabetes").script()
    assert script.startswith("X, y = ...\n")


def test_values_per_row_that_are_too_many_are_marked():
    frame = load_sample("rare_class").frame
    comparison = compare_losses(
        *(frame[["age", "load"]], frame["fails"], "cross_entropy"),
        cv=2,
        estimator=LABELS,
        sample_weight=np.arange(2000) + 1.5,
        source="rare_class",
    )
    assert comparison.script().startswith("sample_weight = ...\n")


def strings_in(script):
    nodes = ast.walk(ast.parse(script))
    return {node.value for node in nodes if isinstance(node, ast.Constant)}


@given(
    st.lists(st.text() | st.just(HOSTILE), min_size=2, max_size=5, unique=True),
    st.text(),
    st.text(),
)
def test_a_script_compiles_whatever_names_and_units_are(names, unit, file):
    frame = pd.DataFrame(np.arange(float(4 * len(names))).reshape(4, -1), columns=names)
    X, y = frame[names[1:]], frame[names[0]]
    recipe = {
        "target": names[0],
        "unit": unit,
        "n_rows": 4,
        "losses": {"\x00\n" + unit: "mse", "b": user_loss},
        "source": Source(file, frame=frame),
    }
    script = report.script(
        comparison_of(mae__mse=[1], data=(X, y, None), recipe=recipe)
    )
    script.encode()
    assert {names[0], *filter(None, [unit])} <= strings_in(script)


@pytest.mark.parametrize("name", [HOSTILE, "X", "\x00", "table.frame"])
def test_a_hostile_name_is_only_ever_a_string(name):
    frame = pd.DataFrame({name: [1.0, 2.0], "y": [1.0, 2.5]})
    recipe = {"target": "y", "n_rows": 2, "source": Source(name, frame=frame)}
    comparison = comparison_of(
        mae__mse=[1], data=(frame[[name]], frame["y"], None), recipe=recipe
    )
    script = report.script(comparison)
    script.encode()
    assert name in strings_in(script)
