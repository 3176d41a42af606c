"""A type that is chosen for a column reports every value that is not of it."""

import numpy as np
import pandas as pd
import pytest

from skloss.table import TableError, make_preprocessor, propose_roles, split_target

CONSTANT = "Column “a” left out: one value only, or no values."


def with_type(frame, name, kind):
    roles = propose_roles(frame)
    roles.loc[name, ["role", "type"]] = ["feature", kind]
    return roles


def frame_of(values):
    return pd.DataFrame({"a": values, "x": np.arange(len(values)) * 1.5})


NOTHING_FITS = {
    "weights as numbers": ([f"{v} kg" for v in range(40)], "number", "0 kg"),
    "words as dates": (["spring", "autumn"] * 20, "date", "spring"),
    "booleans as dates": ([True, False] * 20, "date", "True"),
    "fractions as dates": (np.linspace(0.5, 9, 40), "date", "0.5"),
}


@pytest.mark.parametrize(
    ("values", "kind", "first"), NOTHING_FITS.values(), ids=NOTHING_FITS
)
def test_a_type_that_fits_no_value_is_reported(values, kind, first):
    frame = frame_of(values)
    roles = with_type(frame, "a", kind)
    sentence = f"has the type {kind}, but not one of its 40 values is a {kind}"
    with pytest.warns(UserWarning, match=sentence):
        make_preprocessor(frame, roles)
    with pytest.raises(TableError, match=rf"{sentence} \(the first is “{first}”\)"):
        split_target(frame, "x", roles)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1.5", "2.5", "x", "3 kg"] * 10, "number"),
        (["2024-01-31", "2024-02-01", "x", "soon"] * 10, "date"),
    ],
)
def test_values_that_are_not_of_the_type_are_counted(values, kind):
    frame = frame_of(values)
    roles = with_type(frame, "a", kind)
    sentence = f"“a”: 20 values could not be read as a {kind} and are missing; "
    sentence += "the first is “x”."
    with pytest.warns(UserWarning, match=sentence):
        steps = make_preprocessor(frame, roles)
    assert sentence in split_target(frame, "x", roles)[2][-1]
    names = list(steps.fit(frame).get_feature_names_out())
    marks = steps.transform(frame)[:, names.index("missing__a")]
    assert marks.tolist() == [0.0, 0.0, 1.0, 1.0] * 10


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1.5", "2.5"] * 20, "number"),
        ([1.5, np.inf, np.nan, 2.5] * 10, "number"),
        (pd.to_datetime(["2024-01-31", "2024-02-01"] * 20), "number"),
        ([20240131, 20240201] * 20, "date"),
        ([2023, 2024] * 20, "date"),
        (["x", "y"] * 20, "category"),
        ([None, np.nan] * 20, "number"),
    ],
)
def test_a_type_that_fits_every_value_needs_no_notice(values, kind, recwarn):
    frame = frame_of(values)
    roles = with_type(frame, "a", kind)
    make_preprocessor(frame, roles)
    assert not recwarn
    assert split_target(frame, "x", roles)[2] in ([], [CONSTANT])


def test_numbers_chosen_as_dates_are_days_or_years():
    for values, days in [
        ([20240131, 20240201], ["2024-01-31", "2024-02-01"]),
        ([2023, 2024], ["2023-01-01", "2024-01-01"]),
    ]:
        frame = frame_of(values * 20)
        steps = make_preprocessor(frame, with_type(frame, "a", "date")).fit(frame)
        expected = frame.assign(a=pd.to_datetime(days * 20))
        other = make_preprocessor(expected).fit(expected)
        np.testing.assert_allclose(steps.transform(frame), other.transform(expected))


def test_the_order_of_day_and_month_is_that_of_most_dates():
    days = pd.date_range("2024-01-01", periods=60, freq="3D")
    frame = frame_of(days.strftime("%d/%m/%Y"))
    steps = make_preprocessor(frame, with_type(frame, "a", "date")).fit(frame)
    expected = frame.assign(a=days)
    other = make_preprocessor(expected).fit(expected)
    np.testing.assert_allclose(steps.transform(frame), other.transform(expected))
    # The order is kept for rows that do not show it.
    first = steps.transform(frame.iloc[:4])
    np.testing.assert_allclose(first, other.transform(expected.iloc[:4]))
