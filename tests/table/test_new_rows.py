"""New rows are checked against the training rows, cell by cell."""

import pandas as pd
import pytest

from skloss.table import TableError, match_rows, propose_roles, read_table

X = pd.DataFrame(
    {
        "size": [50.0, 80.5, None, 61.0],
        "town": ["Ulm", "Bonn", "Ulm", None],
        "day": ["31/01/2024", "01/02/2024", "15/03/2024", "02/04/2024"],
    }
)
ROLES = propose_roles(X)
ROLES.loc["day", "type"] = "date"
GOOD = pd.DataFrame({"size": [70.0], "town": ["Bonn"], "day": ["03/02/2024"]})


def problems_of(**cells):
    return match_rows(GOOD.assign(**cells), X, ROLES)[1].to_numpy().tolist()


def test_columns_are_put_in_the_order_of_training_and_others_dropped():
    new = GOOD.assign(extra=1)[["day", "extra", "town", "size"]]
    rows, problems = match_rows(new, X, ROLES)
    pd.testing.assert_frame_equal(rows, GOOD)
    assert problems.empty
    assert problems.columns.tolist() == ["row", "column", "value", "problem"]


def test_each_cell_that_cannot_be_used_is_named_by_row_and_column():
    new = pd.concat([GOOD] * 3, ignore_index=True).astype(object)
    new.loc[1, "size"], new.loc[2, "town"], new.loc[0, "day"] = "big", "Rome", "soon"
    assert match_rows(new, X, ROLES)[1].to_numpy().tolist() == [
        [1, "day", "soon", "not a date; taken as missing"],
        [2, "size", "big", "not a number; taken as missing"],
        [
            *(3, "town", "Rome"),
            "not a category of the training rows; treated as a rare one",
        ],
    ]


def test_missing_values_and_numbers_in_text_are_accepted():
    assert problems_of(size=[None], town=[None], day=[None]) == []
    assert problems_of(size=["70"]) == []


def test_infinite_numbers_are_a_problem():
    assert problems_of(size=[float("inf")])[0][:2] == [1, "size"]


def test_a_whole_number_is_the_same_category_as_its_float():
    trained = pd.DataFrame({"code": pd.Series([1, 2, 1, 2], dtype=object)})
    roles = propose_roles(trained)
    roles["type"] = "category"
    new = pd.DataFrame({"code": [1.0, 2.0, 3.0]})
    assert match_rows(new, trained, roles)[1]["row"].tolist() == [3]


def test_roles_decide_which_type_is_checked():
    roles = ROLES.copy()
    roles.loc["town", "type"] = "text"
    new = GOOD.assign(town=["Rome"])
    assert match_rows(new, X, roles)[1].empty


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (GOOD.drop(columns="size"), "1 column that .* is missing .*: “size”"),
        (GOOD[["day"]], "2 columns that .* are missing .*: “size” and “town”"),
        (GOOD.iloc[:0], "no rows"),
        (pd.concat([GOOD, GOOD], axis=1), "size"),
    ],
)
def test_a_table_without_the_columns_or_rows_is_refused_in_a_sentence(new, message):
    with pytest.raises(TableError, match=message):
        match_rows(new, X)


def test_a_file_that_was_read_is_matched():
    new = read_table(b"town;size;day\nUlm;1,5;03.02.2024\nBonn;2,5;04.02.2024\n")
    rows, problems = match_rows(new, X, ROLES)
    assert rows["size"].tolist() == [1.5, 2.5]
    assert problems.empty
