"""Tables whose lines end in other characters than newlines are read, with a notice."""

import pytest

from skloss.table import read_table
from tests.table.readings import notices_of

ENDS = {
    "vertical tabs": "\v",
    "form feeds": "\f",
    "next-line characters": "\x85",
    "line separators": "\u2028",
    "paragraph separators": "\u2029",
    "record separators": "\x1e",
}


@pytest.mark.parametrize(("name", "end"), ENDS.items(), ids=ENDS)
def test_rows_are_found_without_newlines(name, end):
    content = end.join(["a,b", "1,x", "2,y", ""]).encode()
    frame = read_table(content)
    assert frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
    assert f"Lines that end in {name} were read as rows." in notices_of(content)


def test_next_lines_of_a_mainframe_in_latin_1_are_read():
    content = "a,b\x851,café\x852,thé\x85".encode("latin-1")
    assert read_table(content).to_dict("list") == {"a": [1, 2], "b": ["café", "thé"]}


def test_the_same_characters_stay_in_cells_where_lines_end_as_usual():
    content = "a,b\n1,x\vy…\n2,u\fv\n".encode()
    assert read_table(content)["b"].tolist() == ["x\vy…", "u\fv"]
    assert "Lines that end" not in notices_of(content)
