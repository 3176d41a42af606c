"""Lines that are not rows are left out, named in a notice, and kept on request."""

import pytest

from skloss.table import TableError, read_table
from skloss.table.stray_lines import without_lines

ROWS = "".join(f"{k},{k + 0.5},t{k % 3}\n" for k in range(1, 9))
TABLE = f"x,y,town\n{ROWS}"


def read(text, **overrides):
    frame = read_table(text.encode(), **overrides)
    guesses = frame.attrs["guesses"]
    return frame, guesses["skip_lines"], " ".join(guesses["notices"])


STRAY = {
    "units": ("x,y,town\nm,kg,\n" + ROWS, [2]),
    "units in brackets": ("x,y,town\n[m],[m],-\n" + ROWS, [2]),
    "dashes": ("x,y,town\n---,---,----\n" + ROWS, [2]),
    "dashes and units": ("x,y,town\n---,---,----\nm,kg,name\n" + ROWS, [2, 3]),
    "a comment": (TABLE.replace("4,4.5", "# broken, restarted\n4,4.5"), [5]),
    "other comments": (TABLE + "// the end\n% of the file\n", [10, 11]),
    "a source": (TABLE + "Source: Office, 2024, table 3, page 7\n", [10]),
    "a note after a gap": (TABLE + "\nas seen from above,\n\nand below\n", [11, 13]),
    "a quoted note": (TABLE + '\n"Source: an office, or another"\n', [11]),
    "a footnote": (TABLE + "* preliminary\n", [10]),
    "rows counted by a database": (TABLE + "(8 rows affected)\n", [10]),
    "a sentence": (TABLE + "All values were rounded to halves\n", [10]),
    "a total": (TABLE + "Total,40,\n", [10]),
    "a total and a mean": (TABLE + "Sum:,40,\nMean,5,\n", [10, 11]),
    "a total above a note": (TABLE + "36,40,Total\nSource: x\n", [10, 11]),
}


@pytest.mark.parametrize(("text", "numbers"), STRAY.values(), ids=STRAY)
def test_stray_lines_are_left_out_and_named(text, numbers):
    frame, found, notices = read(text)
    assert found == numbers
    assert frame["x"].tolist() == list(range(1, 9))
    assert frame["y"].tolist() == [k + 0.5 for k in range(1, 9)]
    assert f"line {numbers[0]} (“" in notices
    assert "skip_lines=() keeps" in notices
    again, _, _ = read(text, skip_lines=found)
    assert again.equals(frame)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_any_line_ends_are_counted(ends):
    frame, found, _ = read((TABLE + "Total,40,\n").replace("\n", ends))
    assert found == [10]
    assert len(frame) == 8


def test_all_lines_are_kept_on_request():
    frame, found, notices = read(TABLE + "Total,40,\n", skip_lines=())
    assert len(frame) == 9
    assert found == []
    assert "left out" not in notices


def test_lines_are_left_out_on_request():
    frame, found, _ = read(TABLE, skip_lines=[3, 9, 1000])
    assert frame["x"].tolist() == [1, 3, 4, 5, 6, 7]
    assert found == [3, 9, 1000]


KEPT = {
    "hashes of values": "tag,n\n#a,1\n#b,2\n#a,3\n",
    "a comment in quotes": 'x,n\n1,"a\n# b\nc"\n2,d\n',
    "a word for missing": "x,town\nunknown,Ulm\n1,Bonn\n2,Ulm\n3,Bonn\n",
    "the same word twice": "x,y\nunknown,unknown\n1,2\n2,3\n3,4\n",
    "a short last row": "town,x,y\nUlm,1,2\nBonn,3,4\nNew York\n",
    "totals of each town": "town,kind,n\nUlm,a,1\nUlm,Total,1\nA,a,2\nA,Total,2\n",
    "line ends of two kinds": "1\n1\r;",
    "text alone": "a,b\nm,kg\nu,v\nw,x\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_rows_are_kept(text):
    frame, found, _ = read(text)
    assert found == []
    assert read(text, skip_lines=())[0].equals(frame)


def test_a_row_named_as_a_total_without_a_sum_is_kept_and_named():
    frame, found, notices = read("brand,n\nShell,5\nAral,6\nEsso,7\nTotal,9\n")
    assert len(frame) == 4
    assert found == []
    assert "The table ends with line 5 (“Total,9”)" in notices
    assert "skip_lines=[5]" in notices


def test_totals_with_marks_between_thousands_are_recognised():
    text = "town;n\nUlm;1.200,5\nBonn;2.300\nBerlin;4.000\nGesamt;7.500,5\n"
    frame, found, _ = read(text)
    assert found == [5]
    assert frame["n"].tolist() == [1200.5, 2300, 4000]


@pytest.mark.parametrize("lines", [3, "3", [0], [1.5], [True], ["2"]])
def test_line_numbers_are_checked(lines):
    with pytest.raises(TableError, match="list of line numbers from 1 on"):
        read(TABLE, skip_lines=lines)


def test_lines_become_blank_so_that_others_keep_their_numbers():
    assert without_lines(b"a\nb\r\nc", [2]) == b"a\n\nc"
    assert without_lines(b"a\nb\nc", [1, 3, 9]) == b"\nb\n"
    assert without_lines(b"a\nb\nc", []) == b"a\nb\nc"
