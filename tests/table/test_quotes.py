"""Rows that stray quotes hide are reported, and quotes can be ordinary characters."""

import numpy as np
import pytest

from skloss.table import TableError, read_table
from tests.table.readings import guesses, notices_of, values_of


def table_of(n_rows, **replaced):
    """Return a CSV of three columns, with other lines in some rows."""
    rows = [f"{k},name {k},{2 * k}" for k in range(n_rows)]
    for place, row in replaced.items():
        rows[int(place[1:])] = row
    return "\n".join(["id,name,v", *rows, ""]).encode()


@pytest.mark.parametrize(("first", "last"), [(3, 90), (3, 4), (0, 1), (97, 99)])
def test_rows_between_two_stray_quotes_are_counted(first, last):
    ends = {f"r{first}": f'{first},"Jo,1', f"r{last}": f'{last},"Al,2'}
    notice = notices_of(table_of(100, **ends))
    hidden = last - first
    assert f"Row {first + 2} has a value in column “name”" in notice
    assert f"that runs over {hidden + 1} lines" in notice
    assert f" hide {hidden} row{'s' * (hidden > 1)}: remove them" in notice


def test_all_hidden_rows_are_counted_and_the_first_place_is_named():
    ends = {"r9": '9,"a,1', "r19": '19,"b,2', "r40": '40,"c,1', "r45": '45,"d,2'}
    notice = notices_of(table_of(60, **ends))
    assert "Row 11 has" in notice
    assert "hide 15 rows" in notice


def test_a_row_below_blank_lines_and_long_values_is_named_with_its_line():
    content = b'a,b,c\n\n1,"x\ny",2\n3,"u,4\n5,"v,6\n'
    assert "Row 4 (line 5) has" in notices_of(content)


PLAIN = {
    "an address": b'a,b,c\n1,"Main St\nUlm",2\n3,x,4\n',
    "an address with commas": b'a,b,c\n1,"Main St, 5\nUlm",2\n',
    "a letter": b'a,b\n1,"Dear Jo,\nthank you."\n2,x\n',
    "a poem": b'a,b,c\n1,"one\ntwo\nthree\nfour, five\nsix",2\n',
    "quotes on every line": b'a,b,c\n"1","2","3"\n\n"4","5","6"\n',
}


@pytest.mark.parametrize("content", PLAIN.values(), ids=PLAIN.keys())
def test_values_of_several_lines_have_no_notice(content):
    assert notices_of(content) == ""


def test_a_list_of_rows_in_one_value_is_reported_although_a_comma_is_left_over():
    inner = "\n".join(f"{k},{k},{k}" for k in range(10))
    assert "hide 10 rows" in notices_of(f'a,b,c\n1,"x, y\n{inner}",2\n'.encode())


def test_quotes_can_be_ordinary_characters():
    content = table_of(60, r9='9,"Jo,1', r19='19,"Al,2')
    frame = read_table(content, quotes=False)
    expected = list(range(0, 120, 2))
    expected[9], expected[19] = 1, 2
    assert frame["v"].tolist() == expected
    assert frame["name"].iloc[[9, 19]].tolist() == ['"Jo', '"Al']
    assert frame.attrs["guesses"]["notices"] == []
    assert frame.attrs["guesses"]["quotes"] is False
    assert frame.attrs["overrides"] == {"quotes": False}


def test_an_open_quote_is_refused_unless_it_is_an_ordinary_character():
    content = b'a,b\n1,2\n3,"4\n5,6\n'
    with pytest.raises(TableError, match=r"row 3 .*read quotes as ordinary"):
        read_table(content)
    assert read_table(content, quotes=False)["b"].tolist() == ["2", '"4', "6"]


def test_short_rows_are_counted_with_quotes_as_ordinary_characters():
    content = b'a,b\n"1,2\n3\n4,5\n6\n7,"\n'
    assert "2 rows are shorter" in notices_of(content, quotes=False)


def test_a_header_with_a_quote_can_be_read():
    found = values_of(read_table(b'a"x,"b\n1,2\n', quotes=False))
    np.testing.assert_equal(found, {'a"x': [1], '"b': [2]})


def test_quotes_enclose_values_unless_chosen_otherwise():
    assert guesses(b'a,b\n"1,5",2\n')["quotes"] is True
