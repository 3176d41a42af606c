"""A layout has the place of the table, in lines of the file."""

import pytest

from skloss.table import TableError, read_table
from skloss.table.layout import find_layout


def layout(text, **options):
    return find_layout(text.splitlines(keepends=True), **options)


def test_a_plain_table_begins_at_the_first_line():
    found = layout("a,b\n1,2\n3,4\n")
    assert (found.delimiter, found.skip_rows, found.skipped) == (",", 0, [])
    assert (found.header, found.names, found.lines_above) == (True, ["a", "b"], 1)
    assert found.rows == [["1", "2"], ["3", "4"]]


def test_lines_of_a_title_are_counted_with_blank_ones():
    found = layout("Sales of May\n\n a;b\n1;2\n3;4\n")
    assert (found.skip_rows, found.lines_above) == (2, 3)
    assert found.skipped == ["Sales of May"]


def test_a_header_over_two_lines_is_counted_as_such():
    found = layout('a,"b\nc"\n1,2\n')
    assert found.names == ["a", "b\nc"]
    assert (found.skip_rows, found.lines_above) == (0, 2)


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_line_may_state_the_delimiter(line):
    found = layout(f"{line}\r\na;b\r\n1,5;2\r\n")
    assert (found.delimiter, found.skip_rows, found.names) == (";", 1, ["a", "b"])
    assert found.skipped == []


def test_a_stated_delimiter_is_weaker_than_a_chosen_one():
    assert layout("sep=;\na,b\n1,2\n", delimiter=",").names == ["a", "b"]


def test_rows_that_are_skipped_by_choice_are_not_reported():
    found = layout("x\ny\na,b\n1,2\n", skip_rows=2)
    assert (found.skip_rows, found.skipped, found.names) == (2, [], ["a", "b"])


def test_no_skipped_rows_by_choice_makes_the_first_line_the_header():
    assert layout("Sales\na,b\n1,2\n", skip_rows=0).names == ["Sales"]


def test_without_a_header_every_row_is_one_of_values():
    found = layout("1,2\n3,4\n", header=False)
    assert (found.header, found.names, found.lines_above) == (False, ["", ""], 0)
    assert found.rows == [["1", "2"], ["3", "4"]]


def test_a_chosen_header_may_hold_values():
    assert layout("1,2\n3,4\n", header=True).names == ["1", "2"]


REFUSED = [
    ("1,2\n3,4\n", {}, "The first row holds values and not column names (“1” and “2”)"),
    ("\n\n", {}, "This file has no values"),
    ("a,b\n", {"skip_rows": 1}, "nothing to read below the skipped lines"),
    ('a,"b\n1,2\n', {}, "A quote opened in row 1 is never closed"),
    ('t\n\na,"b\n1,2\n', {"skip_rows": 2}, "A quote opened in row 3 is never closed"),
]


@pytest.mark.parametrize(("text", "options", "sentence"), REFUSED)
def test_a_text_without_a_table_is_refused(text, options, sentence):
    with pytest.raises(TableError) as error:
        layout(text, **options)
    assert sentence in str(error.value)


@pytest.mark.parametrize("delimiter", [" ", "\t", ",", ";"])
def test_row_names_of_r_have_no_cell_in_the_header(delimiter):
    rows = ['"x","v"', *(f'"{k}",{k},{k}.5' for k in range(1, 9))]
    content = "\n".join([*rows, ""]).replace(",", delimiter).encode()
    frame = read_table(content)
    assert list(frame) == ["column_1", "x", "v"]
    assert frame["v"].tolist() == [k + 0.5 for k in range(1, 9)]


def test_a_surplus_value_in_each_of_few_rows_is_a_mistake():
    with pytest.raises(TableError, match="Row 2 has 3 values where the header has 2"):
        read_table(b"a,b\n1,2,3\n2,5,6\n")
