"""Columns of any sort become numbers that an estimator can take."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skloss.table import TableError, make_preprocessor, propose_roles
from tests.table.column_examples import COLUMNS, N, dates, numbers


def transformed(X, roles=None, **options):
    """The columns after fitting and transforming, by name without the step's."""
    preprocessor = make_preprocessor(X, roles, **options)
    out = preprocessor.set_output(transform="pandas").fit_transform(X)
    return out.rename(columns=lambda name: name.split("__", 1)[1])


USABLE = {
    name: column
    for name, (column, kind) in COLUMNS.items()
    if kind in ("number", "category", "date")
}


@pytest.fixture
def everything():
    return pd.DataFrame({name: column for name, (column, _) in COLUMNS.items()})


@pytest.mark.parametrize("column", USABLE.values(), ids=USABLE.keys())
def test_every_usable_column_becomes_finite_floats(column):
    X = pd.DataFrame({"a": column})
    preprocessor = make_preprocessor(X)
    out = preprocessor.fit_transform(X)
    assert isinstance(preprocessor, ColumnTransformer)
    assert type(out) is np.ndarray
    assert out.dtype == float
    assert np.isfinite(out).all()
    assert out.shape == (N, len(preprocessor.get_feature_names_out()))
    assert (out.std(axis=0) > 0).any()


def test_a_preprocessor_can_be_cloned_pickled_and_cross_validated(everything):
    X, y = everything, numbers()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        preprocessor = clone(make_preprocessor(X))
        out = preprocessor.fit_transform(X)
        frame = clone(preprocessor).set_output(transform="pandas").fit_transform(X)
        again = pickle.loads(pickle.dumps(preprocessor)).transform(X)
        scores = cross_val_score(make_pipeline(make_preprocessor(X), Ridge()), X, y)
    np.testing.assert_array_equal(frame.to_numpy(), out)
    np.testing.assert_array_equal(again, out)
    assert list(frame.columns) == list(preprocessor.get_feature_names_out())
    assert set(frame.dtypes) == {np.dtype(float)}
    assert frame.columns.is_unique
    assert np.isfinite(scores).all()


def test_numbers_are_scaled_after_the_median_filled_the_gaps():
    out = transformed(pd.DataFrame({"a": [1.0, 2.0, 9.0, np.nan, np.inf]}))
    filled = np.array([1.0, 2.0, 9.0, 2.0, 2.0])  # the median of 1, 2 and 9
    expected = (filled - filled.mean()) / filled.std()
    np.testing.assert_allclose(out.iloc[:, 0], expected)
    assert out.iloc[:, 1].to_list() == [0, 0, 0, 1, 1]


def test_a_missing_category_is_a_category():
    out = transformed(pd.DataFrame({"a": ["x", None, "y", "x"]}))
    assert list(out.columns) == ["a=x", "a=y", "a=(missing)"]
    assert out["a=(missing)"].to_list() == [0, 1, 0, 0]


def test_rare_categories_share_a_column_and_gaps_stay_visible():
    labels = [f"k{k % 40:02}" for k in range(400)] + ["often"] * 50 + [None]
    out = transformed(pd.DataFrame({"a": labels}))
    assert len([name for name in out.columns if "=" in name]) == 30
    assert out["a=often"].sum() == 50
    assert out["a=(other)"].sum() > 0
    assert out["a"].to_list() == [0] * 450 + [1]  # the mark of the missing one


def test_the_cap_can_be_chosen():
    X = pd.DataFrame({"a": list("aaabbbcd")})
    names = list(transformed(X, max_categories=3).columns)
    assert names == ["a=a", "a=b", "a=(other)"]


def test_dates_become_their_parts():
    when = pd.to_datetime(["2024-02-29 06:30", None, "2025-03-01 18:00"])
    X = pd.DataFrame({"t": when})
    preprocessor = make_preprocessor(X).fit(X)
    before_scaling = preprocessor.named_transformers_["time"][0].transform(X)
    # 2024-02-29 is a Thursday, 19,782 days after the first of January 1970.
    expected = [2024, 2, 3, 19782 + 6.5 / 24, 6.5]
    np.testing.assert_allclose(before_scaling[0], expected)
    names = [name.split("__")[1] for name in preprocessor.get_feature_names_out()]
    parts = ["year", "month", "day_of_week", "elapsed_days", "hour"]
    assert names == [*(f"t_{part}" for part in parts), "t"]
    assert preprocessor.transform(X)[:, -1].tolist() == [0, 1, 0]


def test_dates_without_a_time_have_no_hour():
    out = transformed(pd.DataFrame({"d": dates()}))
    assert "d_hour" not in out.columns


def test_columns_without_information_are_left_out(everything):
    used = {name.split("__")[1] for name in fit_names(everything)}
    for name in ("codes", "prose", "a constant", "nothing", "lists"):
        assert not any(
            column.startswith(name + "=") or column == name for column in used
        )


def fit_names(X):
    return make_preprocessor(X).fit(X).get_feature_names_out()


def test_unseen_values_give_finite_columns():
    X = pd.DataFrame(
        {
            "n": numbers(),
            "c": ["a", "b", "c"] * 20,
            "many": [f"k{k % 40}" for k in range(N)],
            "d": dates(),
        }
    )
    preprocessor = make_preprocessor(X).fit(X)
    new = pd.DataFrame({"n": [np.nan], "c": ["z"], "many": ["z"], "d": [pd.NaT]})
    out = dict(
        zip(
            preprocessor.get_feature_names_out(),
            preprocessor.transform(new)[0],
            strict=True,
        )
    )
    assert np.isfinite(list(out.values())).all()
    assert out["category__many=(other)"] == 1
    assert [out[f"category__c={k}"] for k in "abc"] == [0, 0, 0]


def test_a_column_that_is_empty_in_one_fold_does_not_matter():
    X = pd.DataFrame({"a": numbers(), "b": ["x", "y"] * 30, "d": dates()})
    training = X.iloc[:30].assign(a=np.nan, b=None, d=pd.NaT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        preprocessor = make_preprocessor(X).fit(training.astype(X.dtypes))
        assert np.isfinite(preprocessor.transform(X)).all()


def test_statistics_come_from_the_training_rows_only():
    X = pd.DataFrame({"a": numbers()})
    preprocessor = make_preprocessor(X).fit(X.iloc[:30])
    training = preprocessor.transform(X.iloc[:30])
    np.testing.assert_allclose(training.mean(), 0, atol=1e-12)
    assert abs(preprocessor.transform(X).mean()) > 1e-3


def test_huge_numbers_stay_finite():
    X = pd.DataFrame({"a": numbers() * 1e300, "b": numbers() * 1e-300})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(make_preprocessor(X).fit_transform(X)).all()


def test_a_number_is_one_category_whether_whole_or_not():
    X = pd.DataFrame({"a": [1, 2, 1, 2]})
    roles = propose_roles(X)
    roles.loc["a", "type"] = "category"
    preprocessor = make_preprocessor(X, roles).fit(X)
    new = pd.DataFrame({"a": [1.0, np.nan]})
    assert preprocessor.transform(new).tolist() == [[1, 0], [0, 0]]


def test_a_type_that_a_person_chose_is_followed():
    X = pd.DataFrame({"a": ["1", "3", "x"] * 5, "d": ["2024-01-01", "never", "?"] * 5})
    roles = propose_roles(X)
    roles["type"] = ["number", "date"]
    out = transformed(X, roles)
    assert out["a"].iloc[:, 1].to_list() == [0, 0, 1] * 5
    assert out["d"].to_list() == [0, 1, 1] * 5


def test_roles_of_columns_that_are_not_there_do_not_matter():
    frame = pd.DataFrame({"x": numbers(), "y": numbers(1), "z": numbers(2)})
    roles = propose_roles(frame, "y")
    roles.loc["z", "role"] = "ignore"
    assert fit_names_with(frame[["x"]], roles) == ["number__x"]
    assert fit_names_with(frame, roles) == ["number__x"]


def fit_names_with(X, roles):
    return list(make_preprocessor(X, roles).fit(X).get_feature_names_out())


ARRAYS = {
    "an array": numbers().reshape(20, 3),
    "float32": numbers().reshape(20, 3).astype(np.float32),
    "lists": numbers().reshape(20, 3).tolist(),
    "whole numbers": np.arange(60).reshape(20, 3),
    "a frame without names": pd.DataFrame(numbers().reshape(20, 3)),
    "a frame of shuffled numbers": pd.DataFrame(
        numbers().reshape(20, 3), columns=[2, 0, 1]
    ),
}


@pytest.mark.parametrize("X", ARRAYS.values(), ids=ARRAYS.keys())
def test_plain_arrays_are_scaled_column_by_column(X):
    out = make_preprocessor(X).fit_transform(X)
    plain = np.asarray(X, dtype=float)
    expected = (plain - plain.mean(axis=0)) / plain.std(axis=0)
    np.testing.assert_allclose(out, expected, atol=1e-6)


IMPOSSIBLE = [
    (pd.DataFrame({"a": [1, 1, 1]}), "No column is left"),
    (pd.DataFrame([[1, 2]], columns=["a", "a"]), "More than one column is named “a”"),
    (pd.DataFrame({"a": [1, 2], 3: [3, 4]}), "some are not; make all of them text"),
    (np.arange(3), "1 dimensions"),
]


@pytest.mark.parametrize(("X", "sentence"), IMPOSSIBLE)
def test_a_table_that_cannot_be_used_is_refused(X, sentence):
    with pytest.raises(TableError, match=sentence):
        make_preprocessor(X)


def test_hostile_names_are_only_names():
    names = ["<b>x</b>", "a=b", "__", "x\ny", "=1+1", "missingindicator_"]
    X = pd.DataFrame({name: numbers(k) for k, name in enumerate(names)})
    X.iloc[3] = np.nan
    expected = [f"{step}__{name}" for step in ("number", "missing") for name in names]
    assert list(fit_names(X)) == expected


@pytest.mark.parametrize(("n_labels", "marked"), [(2, False), (3, True)])
def test_gaps_are_marked_where_they_may_share_a_column(n_labels, marked):
    labels = [f"k{k % n_labels}" for k in range(30)] + [None]
    out = transformed(pd.DataFrame({"a": labels}), max_categories=3)
    assert ("a" in out.columns) is marked
