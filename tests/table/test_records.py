"""Records are those of the csv module, with the lines that they occupy."""

import csv
import io

import pytest

from skloss.table import TableError
from skloss.table.records import (
    ROWS_SNIFFED,
    Record,
    common_width,
    first_lines,
    first_records,
    open_quote,
    split,
)


def record(*fields):
    return Record(list(fields), 0, 1)


def test_lines_keep_their_ends():
    assert first_lines(b"a,b\r\n1,2\r3,4\n5") == ["a,b\r\n", "1,2\r", "3,4\n", "5"]


def test_lines_do_not_end_at_other_separators():
    text = "a\x0bb\x0cc\x1cd\x85e\u2028f\n"
    assert first_lines(text.encode()) == [text]


def test_a_long_file_gives_complete_lines_of_its_beginning():
    line = b"1234567,x\n"
    lines = first_lines(line * 100_000)
    assert set(lines) == {line.decode()}
    # A quarter of a megabyte, whose last line is cut and left out.
    assert len(lines) == (1 << 18) // len(line)


def test_wide_tables_are_sampled_until_there_are_enough_lines():
    line = b"x" * 100_000 + b"\n"
    assert len(first_lines(line * 40)) > 8


def test_a_line_beyond_four_megabytes_is_refused():
    with pytest.raises(TableError, match="longer than 4,194,304 characters"):
        first_lines(b"x" * (1 << 22) + b"yy")


def test_a_character_at_the_cut_is_left_out():
    content = b"ab\n" * 87_381 + "é\n".encode() * 9
    assert first_lines(content)[-1] == "ab\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_those_of_the_csv_module(delimiter):
    text = f'a{delimiter} b\n"x{delimiter}y"{delimiter}"say ""hi"""\n\n'
    lines = text.splitlines(keepends=True)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    assert [r.fields for r in split(lines, delimiter)] == list(reader)


def test_records_have_the_lines_before_and_through_them():
    lines = ["a,b\n", '1,"x\n', 'y"\n', "2,z\n"]
    places = [(r.lines_before, r.lines_through) for r in split(lines, ",")]
    assert places == [(0, 1), (1, 3), (3, 4)]


def test_a_cell_beyond_the_limit_of_the_csv_module_is_refused_with_its_row():
    lines = ["a,b\n", '1,"' + "x" * 200_000 + '"\n']
    with pytest.raises(TableError, match="Row 2 has a cell of more than 131,072"):
        list(split(lines, ","))


def test_records_are_read_up_to_a_limit_without_blank_ones():
    lines = ["a,b\n", "\n", "  \n"] + ["1,2\n"] * 600
    records = first_records(lines, ",")
    assert len(records) == ROWS_SNIFFED - 2
    assert records[1].fields == ["1", "2"]


@pytest.mark.parametrize(
    ("fields", "blank", "filled"),
    [
        ([], True, 0),
        (["  "], True, 0),
        (["a"], False, 1),
        (["", ""], False, 0),
        (["a", " ", "b"], False, 2),
    ],
)
def test_a_record_is_blank_without_cells_and_delimiters(fields, blank, filled):
    assert record(*fields).is_blank is blank
    assert record(*fields).filled == filled


@pytest.mark.parametrize(
    ("widths", "expected"),
    [([], 1), ([1, 1], 1), ([3, 3, 2], 3), ([2, 2, 3, 3], 3), ([1, 1, 1, 2], 2)],
)
def test_the_common_width_is_the_most_frequent_one(widths, expected):
    assert common_width([record(*"abcd"[:width]) for width in widths]) == expected


def test_the_sentence_on_an_open_quote_names_the_row():
    assert open_quote("7") == (
        "A quote opened in row 7 is never closed; close or remove it, or read quotes "
        "as ordinary characters."
    )
