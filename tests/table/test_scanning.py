"""A sweep over the bytes finds what the csv module finds row by row."""

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.table.scanning import has_leading_zeros, rows_by_width, short_rows

cell = st.text(st.sampled_from(list("ab1 0,;\n\r\"'")), max_size=5)
rows = st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=20)


def written(table, ends="\n"):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=ends, quoting=csv.QUOTE_ALL).writerows(table)
    return buffer.getvalue().encode()


def widths_of(data, start=0, delimiter=","):
    found = [
        (int(width), bool(blank))
        for chunk in rows_by_width(data, start, delimiter)
        for width, blank in zip(*chunk, strict=True)
    ]
    assert found[-1] == (1, True)  # what follows the last line end
    return found[:-1]


@given(table=rows, ends=st.sampled_from(["\n", "\r\n", "\r"]))
def test_quoted_rows_have_the_width_of_the_csv_module(table, ends):
    found = widths_of(written(table, ends))
    assert [width for width, _ in found] == [len(row) for row in table]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\n1\n", [(2, False), (1, False)]),
        (b"\n  \n,\n", [(1, True), (1, True), (2, False)]),
        (b"a,b\r\n\r\n", [(2, False), (1, True)]),
        (b'"x,\ny",2\n', [(2, False)]),
        (b"a;b,c\n", [(2, False)]),
    ],
)
def test_blank_lines_are_marked(data, expected):
    assert widths_of(data) == expected


def test_rows_across_the_chunks_are_whole():
    # Rows of 7 bytes do not fit a megabyte evenly.
    data = b"1,23,4\n" * 400_000
    assert set(widths_of(data)) == {(3, False)}
    assert len(widths_of(data)) == 400_000


def test_a_row_longer_than_a_chunk_is_one_row():
    data = b"x," * 1_500_000 + b"y\n1,2\n"
    assert widths_of(data) == [(1_500_001, False), (2, False)]


def test_a_quoted_cell_across_chunks_hides_its_delimiters():
    data = b'"' + b",\n" * 800_000 + b'",2\n'
    assert widths_of(data) == [(2, False)]


def test_rows_begin_at_the_start():
    assert widths_of(b"a,b,c\n1,2\n", start=6) == [(2, False)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"1,2\n3,4\n", (2, 0, -1)),
        (b"1,2\n3\n", (2, 1, 1)),
        (b"1,2\n\n3\n4\n", (3, 2, 2)),
        (b"1\n2,3", (2, 1, 0)),
    ],
)
def test_short_rows_are_counted_and_the_first_is_placed(data, expected):
    assert short_rows(data, 0, ",", 2) == expected


def test_short_rows_are_placed_beyond_the_first_chunk():
    data = b"1,2\n" * 400_000 + b"3\n"
    assert short_rows(data, 0, ",", 2) == (400_001, 1, 400_000)


@given(text=st.text(st.sampled_from(list('01x, \n"')), max_size=30))
def test_leading_zeros_are_found_wherever_a_pattern_finds_them(text):
    # A zero and more digits between delimiters, quotes, spaces or line ends.
    expected = re.search(r'(?<![^, \n"])0[01]+(?![^, \n"])', text) is not None
    assert has_leading_zeros(text.encode(), 0, ",") is expected


def test_leading_zeros_are_found_across_chunks():
    plain = b"10,5\n" * 300_000
    for cut in range(-4, 5):
        before = plain[: (1 << 20) + cut]
        assert not has_leading_zeros(before + b"x\n", 0, ",")
        assert has_leading_zeros(before + b"\n0012\n" + plain, 0, ",")


def test_leading_zeros_above_the_start_do_not_count():
    data = b"007,b\n1,2\n"
    assert has_leading_zeros(data, 0, ",")
    assert not has_leading_zeros(data, 6, ",")


def test_a_long_number_across_chunks_is_followed_to_its_end():
    data = b"1\n" * (1 << 19) + b"0" + b"1" * 50
    assert has_leading_zeros(data + b"\n", 0, ",")
    assert not has_leading_zeros(data + b"x\n", 0, ",")


def test_widths_are_arrays_of_one_length():
    for widths, blank in rows_by_width(b"a,b\n1,2\n", 0, ","):
        assert isinstance(widths, np.ndarray)
        assert widths.shape == blank.shape
