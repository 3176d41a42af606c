"""Values and names that look equal are equal, and every change is counted."""

import unicodedata

import pandas as pd
import pytest

from skloss.table import TableError, read_table
from skloss.table.invisible import plain_column, plain_text, without_invisible
from tests.table.readings import notices_of

# The names that Unicode gives to the characters.
INVISIBLE = {
    "ZERO WIDTH SPACE": "zero-width space",
    "WORD JOINER": "word joiner",
    "ZERO WIDTH NO-BREAK SPACE": "byte-order mark",
    "SOFT HYPHEN": "soft hyphen",
    "MONGOLIAN VOWEL SEPARATOR": "vowel separator",
    "LEFT-TO-RIGHT MARK": "direction mark",
    "RIGHT-TO-LEFT MARK": "direction mark",
    "ARABIC LETTER MARK": "direction mark",
    "LEFT-TO-RIGHT EMBEDDING": "direction mark",
    "POP DIRECTIONAL FORMATTING": "direction mark",
    "RIGHT-TO-LEFT OVERRIDE": "direction mark",
    "LEFT-TO-RIGHT ISOLATE": "direction mark",
    "POP DIRECTIONAL ISOLATE": "direction mark",
    "ZERO WIDTH JOINER": "zero-width joiner",
    "ZERO WIDTH NON-JOINER": "zero-width joiner",
}


@pytest.mark.parametrize(("name", "word"), INVISIBLE.items())
def test_a_character_without_width_is_removed_wherever_it_stands(name, word):
    mark = unicodedata.lookup(name)
    content = f"ki{mark}nd,size{mark}\nred,1{mark}\nre{mark}d,2\n{mark}red,3\n"
    frame = read_table(content.encode())
    assert frame["kind"].tolist() == ["red", "red", "red"]
    assert frame["size"].tolist() == [1, 2, 3]
    expected = f"5 invisible characters ({word}) were removed, so that values that look"
    assert expected in notices_of(content.encode())


def test_joiners_within_other_scripts_are_kept():
    family, persian = "👨\u200d👩", "می\u200cروم"
    for text in (family, persian):
        assert without_invisible(text.encode()) == (text.encode(), {})
    found, counts = without_invisible(f"{persian}\u200c,1\n".encode())
    assert found == f"{persian},1\n".encode()
    assert counts == {"zero-width joiner": 1}


def test_plain_text_is_returned_as_the_same_object():
    data = "Größe,€ “a” –\n".encode()
    assert without_invisible(data)[0] is data


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u202f"])
def test_no_break_spaces_in_text_and_names_become_spaces(space):
    content = f"my{space}kind,n\nnew{space}york,1\nnew york,2\n".encode()
    assert read_table(content)["my kind"].tolist() == ["new york", "new york"]
    found = notices_of(content)
    assert "separate accents, which were replaced: “my kind”." in found
    assert "Column “my kind”: in 1 value, no-break spaces were replaced" in found


def test_accents_are_joined_to_their_letters():
    content = "k,n\nZu\u0308rich,1\nZ\u00fcrich,2\n".encode()
    assert read_table(content)["k"].tolist() == ["Zürich", "Zürich"]
    assert "“k”: in 1 value, no-break spaces" in notices_of(content)


def test_names_that_look_equal_get_a_number():
    found = read_table("a\u00a0b,a b,a\u200b b\n1,2,3\n".encode())
    assert list(found) == ["a b", "a b.1", "a b.2"]


def test_a_type_may_be_chosen_by_the_name_as_it_is_written():
    content = "a\u00a0b,n\n1,2\n3,4\n".encode()
    for name in ("a\u00a0b", "a b"):
        frame = read_table(content, types={name: "text"})
        assert frame["a b"].tolist() == ["1", "3"]


def test_numbers_with_any_spaces_between_thousands_are_numbers():
    found = read_table("a\n1 000\n2\u00a0000\n3\u202f000\n4\u2007000\n".encode())
    assert found["a"].tolist() == [1000, 2000, 3000, 4000]


def test_missing_values_and_plain_columns_are_left_alone():
    column = pd.Series(["a", None, "b"], dtype="str")
    assert plain_column(column)[0] is column
    special = pd.Series(["é", None, "x\u00a0y"], dtype="str")
    found, n_changed = plain_column(special)
    assert found.tolist()[::2] == ["é", "x y"]
    assert found.isna().tolist() == [False, True, False]
    assert n_changed == 1
    assert special[2] == "x\u00a0y"


def test_a_file_of_invisible_characters_alone_is_empty():
    with pytest.raises(TableError, match="This file is empty"):
        read_table("\u200b\u061c\n".encode())


def test_plain_text_of_ascii_is_unchanged():
    text = "a b"
    assert plain_text(text) is text
