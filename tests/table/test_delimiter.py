"""The delimiter is the mark that gives even rows of clean cells."""

import pytest

from skloss.table.delimiter import DELIMITERS, guess_delimiter


def guess(text):
    return guess_delimiter(text.splitlines(keepends=True))


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_each_delimiter_is_found(delimiter):
    assert guess(f"a{delimiter}b\n1{delimiter}2\n3{delimiter}4\n") == delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_delimiter_is_found_among_all_others_in_quotes(delimiter):
    text = "".join(mark for mark in DELIMITERS if mark != delimiter)
    assert guess(f'a{delimiter}b\n1{delimiter}"x{text}y"\n' * 3) == delimiter


FOUND = {
    "decimal commas": ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
    "a decimal comma in each row": ("x;y\n1,5;a\n2,5;b\n", ";"),
    "prose with semicolons": ("n,t\nA,hello; world\nB,foo; bar\n", ","),
    "names with commas": ("name;x\nDoe, Jo;1\nRoe, Al;2\n", ";"),
    "uneven commas in even tabs": ("a\tb\nx, y, z\t1\nu\t2\n", "\t"),
    "times with pipes": ("a|b\n10:30|x\n11:30|y\n", "|"),
    "a title above": ("Sales of May\na;b\n1;2\n3;4\n", ";"),
    "one column of numbers": ("x\n1\n2\n", ","),
    "no rows": ("a;b\n", ";"),
    "an empty text": ("", ","),
    "numbers without a header": ("1;2\n3;4\n", ";"),
    "commas in every row of semicolons": (
        "id;place\n1;Ulm, BW\n2;Bonn, NW\n3;Kiel, SH\n",
        ";",
    ),
    "a mark in the first line and one below": ("T;u\nx, y\n1\n", ";"),
    "decimal commas below a plain name": ("b\n1,5\n1,5\nv;w\n", "\t"),
    "thousands in a tab file": ("a\tb\n1,234\t5\n2,345\t6\n", "\t"),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND.keys())
def test_marks_inside_cells_are_not_the_delimiter(text, expected):
    assert guess(text) == expected


RARE = {
    "spaces": ("x y\n1 2\n3 4\n", " "),
    "aligned columns": ("  x    y\n  1   20\n 30    4\n", " "),
    "names in quotes": ('"x" "y z"\n"a b" 2\n"c" 4\n', " "),
    "decimal commas between spaces": ("x y\n1,5 2,5\n3,5 4,5\n", " "),
    "colons": ("name:size\nA:1.5\nB:2\n", ":"),
    "control characters": ("a\x01b\n1\x01x\n2\x01y\n", "\x01"),
    "unit separators": ("a\x1fb\n1\x1fx\n2\x1fy\n", "\x1f"),
    "tildes": ("a~b~c\nx~y z~1\nu~v w~2\n", "~"),
    "carets": ("a^b\n1^2\n3^4\n", "^"),
}


@pytest.mark.parametrize(("text", "expected"), RARE.values(), ids=RARE.keys())
def test_rare_delimiters_are_found_where_no_other_one_splits(text, expected):
    assert guess(text) == expected


WHOLE = {
    "times": "time\n10:30\n11:45\n",
    "dates with a time": "order date\n2024-01-31 10:30\n2024-02-01 11:45\n",
    "spaces between thousands": "big number\n1 234\n2 345\n",
    "names": "first last\nJo Ann\nAl Bo\n",
    "uneven words": "a b\n1 2\n1 2 3\n",
    "values without names": "1 2\n3 4\n",
    "one row": "a b\n",
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_spaces_and_colons_inside_values_are_not_delimiters(text):
    assert guess(text) == ","


MARKED = {
    "a column of decimal commas": ("A\n-9999,0\n12,5\n", ";"),
    "decimal commas without a header": ("1,5\n2,5\n", ";"),
    "names between commas": ("a,b\n1,2\n3,4\n", ","),
    "decimal commas in quotes": ('1,"2,5"\n3,"4,5"\n', ","),
}


@pytest.mark.parametrize(("text", "expected"), MARKED.values(), ids=MARKED.keys())
def test_a_comma_inside_numbers_is_not_the_delimiter_too(text, expected):
    lines = text.splitlines(keepends=True)
    assert guess_delimiter(lines, number_marks=(",",)) == expected
    assert guess_delimiter(lines, number_marks=(".",)) == ","


def test_quotes_as_ordinary_characters_do_not_hide_a_delimiter():
    lines = ['a;"b\n', '1;"2\n', '3;4"\n']
    assert guess_delimiter(lines, quotes=False) == ";"


def test_a_column_of_prose_is_not_split_at_its_commas():
    assert guess("t\ngreen\nDoe, Jo\nblue\nred\n") not in ("", ",")


def test_a_column_of_prose_with_every_mark_falls_back_to_the_best():
    text = "t\na,b\nc;d\ne|f\ng\th\ni\n"
    assert guess(text) in DELIMITERS


def test_a_cell_beyond_the_limit_rules_out_its_delimiter():
    # After a comma the quote opens a cell that never ends; inside a cell it does not.
    rows = ['1;2,"z\n'] + ["1;2," + "y" * 500 + "\n"] * 400
    assert guess("a;b,c\n" + "".join(rows)) == ";"


def test_only_the_first_rows_are_looked_at():
    text = "a,b\n" + "1,2\n" * 500 + "1;2;3\n" * 5000
    assert guess(text) == ","
