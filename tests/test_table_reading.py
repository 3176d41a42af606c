"""read_table: odd files are read as they were meant, or refused in one sentence."""

import csv
import gzip
import io
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.table import TableError, read_table

PLAIN = "name,price,count\nrice,1.5,10\noats,2.25,20\n"
EXPECTED = pd.DataFrame(
    {"name": ["rice", "oats"], "price": [1.5, 2.25], "count": [10, 20]}
)

#: File contents that all mean EXPECTED.
SAME = {
    "plain": PLAIN,
    "semicolon, decimal comma": "name;price;count\nrice;1,5;10\noats;2,25;20\n",
    "semicolon, decimal point": PLAIN.replace(",", ";"),
    "tab": PLAIN.replace(",", "\t"),
    "bar": PLAIN.replace(",", "|"),
    "windows line ends": PLAIN.replace("\n", "\r\n"),
    "old mac line ends": PLAIN.replace("\n", "\r"),
    "no newline at the end": PLAIN.rstrip(),
    "byte order mark": PLAIN.encode("utf-8-sig"),
    "utf-16 with mark": PLAIN.encode("utf-16"),
    "utf-16 little endian without mark": PLAIN.encode("utf-16-le"),
    "spaces after the delimiter": PLAIN.replace(",", ", "),
    "spaces around names": PLAIN.replace("price", "  price "),
    "quoted": '"name","price","count"\n"rice","1.5","10"\n"oats","2.25","20"\n',
    "separator line": "sep=;\n" + PLAIN.replace(",", ";"),
    "notes above": "Prices of 2025\n\nSource: the shop\n" + PLAIN,
    "blank lines between": PLAIN.replace("\n", "\n\n"),
    "stray NUL in text": PLAIN.replace("rice", "ri\x00ce"),
}


def read(text, **overrides):
    data = text if isinstance(text, bytes) else text.encode()
    return read_table(data, **overrides)


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_one_table_written_in_many_ways(text):
    frame = read(text)
    pd.testing.assert_frame_equal(frame, EXPECTED, check_dtype=False)
    assert pd.api.types.is_integer_dtype(frame["count"])


def test_windows_1252_and_utf_8_umlauts():
    for encoding in ("utf-8", "cp1252"):
        frame = read("Größe,Ort\n1,Zürich\n2,Köln\n".encode(encoding))
        assert frame.columns.tolist() == ["Größe", "Ort"]
        assert frame["Ort"].tolist() == ["Zürich", "Köln"]
        assert frame.attrs["guesses"]["encoding"] == encoding


def test_thousands_marks_of_both_conventions():
    english = read('a,b\n"1,234.5",x\n"12,000.25",y\n')
    assert english["a"].tolist() == [1234.5, 12000.25]
    german = read("a;b\n1.234,5;x\n12.000,25;y\n")
    assert german["a"].tolist() == [1234.5, 12000.25]
    assert german.attrs["guesses"]["decimal"] == ","
    assert german.attrs["guesses"]["thousands"] == "."
    swiss = read("a;b\n1'234.5;x\n12'000.25;y\n")
    assert swiss["a"].tolist() == [1234.5, 12000.25]


def test_a_list_in_one_cell_is_not_a_number():
    frame = read('a,b\n"1,2",x\n"3,4,5",y\n"7,88",z\n')
    assert not pd.api.types.is_numeric_dtype(frame["a"])


def test_quoted_newlines_delimiters_and_quotes():
    frame = read('a,b\n"two\nlines",1\n"x, y",2\n"say ""hi""",3\n')
    assert frame["a"].tolist() == ["two\nlines", "x, y", 'say "hi"']


def test_missing_values_in_many_spellings():
    frame = read("a,b\n1,x\nN/A,\n?,null\n-,NA\n#N/A,nan\n2,y\n")
    assert frame["a"].isna().sum() == 4
    assert pd.api.types.is_float_dtype(frame["a"])
    assert frame["b"].isna().sum() == 4


def test_infinity_is_a_number():
    assert read("a,b\n1,2\ninf,3\n-inf,4\n")["a"].tolist() == [1, np.inf, -np.inf]


def test_digit_strings_with_leading_zeros_stay_text():
    frame = read("zip,n\n01234,1\n99999,2\n")
    assert frame["zip"].tolist() == ["01234", "99999"]
    assert frame["n"].tolist() == [1, 2]
    late = "zip,n\n" + "11111,1\n" * 60_000 + "01234,0\n"
    assert read(late)["zip"].iloc[-1] == "01234"


def test_a_type_that_changes_late_is_kept_whole():
    frame = read("a,b\n" + "1,2\n" * 50_000 + "x,2\n")
    assert frame["a"].iloc[-1] == "x"
    assert set(frame["a"].iloc[:-1]) == {"1"}


def test_iso_dates_and_times():
    frame = read("d,t\n2025-03-04,2025-03-04 10:30\n2024-12-31,2024-12-31T23:59:59Z\n")
    assert frame["d"].tolist() == [
        pd.Timestamp("2025-03-04"),
        pd.Timestamp("2024-12-31"),
    ]
    assert frame["t"].iloc[1] == pd.Timestamp("2024-12-31 23:59:59")


def test_day_and_month_order_from_days_above_twelve():
    day_first = read("d,n\n31/12/2024,1\n05/01/2025,2\n")
    assert day_first["d"].iloc[1] == pd.Timestamp("2025-01-05")
    month_first = read("d,n\n12/31/2024,1\n05/01/2025,2\n")
    assert month_first["d"].iloc[1] == pd.Timestamp("2025-05-01")
    german = read("d;n\n31.12.2024;1\n05.01.2025;2\n")
    assert german["d"].iloc[1] == pd.Timestamp("2025-01-05")


def test_an_ambiguous_date_is_said_and_can_be_overridden():
    frame = read("d,n\n03/04/2025,1\n05/06/2025,2\n")
    assert frame["d"].iloc[0] == pd.Timestamp("2025-04-03")
    assert any("dayfirst" in notice for notice in frame.attrs["guesses"]["notices"])
    other = read("d,n\n03/04/2025,1\n05/06/2025,2\n", dayfirst=False)
    assert other["d"].iloc[0] == pd.Timestamp("2025-03-04")
    assert not other.attrs["guesses"]["notices"]


def test_impossible_dates_stay_text():
    assert read("d,n\n31/31/2024,1\n05/01/2025,2\n")["d"].iloc[0] == "31/31/2024"


def test_percentages_become_numbers_and_are_said():
    frame = read("p,n\n12%,1\n7.5 %,2\n")
    assert frame["p"].tolist() == [12.0, 7.5]
    assert any("percent" in notice for notice in frame.attrs["guesses"]["notices"])


def test_duplicate_and_missing_names():
    frame = read("a,a,,b\n1,2,3,4\n")
    assert frame.columns.tolist() == ["a", "a.1", "column_3", "b"]
    assert "a" in frame.attrs["guesses"]["notices"][0]


def test_a_shorter_row_is_filled_and_said():
    frame = read("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert frame["c"].isna().tolist() == [False, True, False]
    assert frame.attrs["guesses"]["notices"][0].startswith("1 row(s) had fewer")


def test_a_header_without_rows_gives_an_empty_table():
    frame = read("a,b,c\n")
    assert frame.columns.tolist() == ["a", "b", "c"]
    assert len(frame) == 0


def test_one_column():
    assert read("value\n1.5\n2.5\n3\n")["value"].tolist() == [1.5, 2.5, 3.0]


def test_names_may_be_hostile_text():
    names = [
        "<script>alert(1)</script>",
        "![x](http://e/a.png)",
        "=1+1",
        "%{x}",
        "a\tb",
    ]
    text = io.StringIO()
    csv.writer(text).writerows([names, [1, 2, 3, 4, 5], [2, 3, 4, 5, 6]])
    expected = [" ".join(name.split()) for name in names]
    assert read(text.getvalue()).columns.tolist() == expected


def excel():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


REFUSED = {
    "excel": (excel(), "Excel"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel"),
    "gzip": (gzip.compress(PLAIN.encode()), "gzip"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(range(256)), "JPEG"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "parquet": (b"PAR1" + bytes(100), "Parquet"),
    "html": (b"<!DOCTYPE html>\n<html><table>...", "HTML"),
    "html after blanks": (b"\n\n  <html><body>1,2</body>", "HTML"),
    "binary": (bytes([200, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16]) * 50, "binary"),
    "empty": (b"", "empty"),
    "only newlines": (b"\n\n\r\n", "empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty"),
    "no header": (b"1.5,2,3\n2.5,3,4\n", "no header"),
    "unterminated quote": (b'a,b\n1,"two\n3,4\n', "quotation mark"),
    "longer row": (b"a,b\n1,2\n3,4,5\n6,7\n", "Row 3 has 3 values .* the header has 2"),
    "every row longer": (b"a,b\n1,2,3\n3,4,5\n", "Row 2 has 3 values"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_a_table_is_refused_in_one_sentence(data, said):
    with pytest.raises(TableError, match=said) as caught:
        read_table(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert isinstance(caught.value, ValueError)


def test_line_number_counts_lines_of_the_file_even_with_notes_and_quotes():
    text = 'a note\n\na,b,c\n"x\ny",1,2\n' + "p,1,2\n" * 1198 + "q,1,2,3\n"
    with pytest.raises(
        TableError, match="Row 1,204 has 4 values where the header has 3"
    ):
        read(text)


def test_every_guess_can_be_overridden():
    text = "junk\n1;2,5\n3;4,5\n"
    frame = read(text, delimiter=";", decimal=",", header=False, skip_rows=1)
    assert frame.columns.tolist() == ["column_1", "column_2"]
    assert frame["column_2"].tolist() == [2.5, 4.5]
    assert read("a,b\n1,2\n", delimiter="|").columns.tolist() == ["a,b"]
    assert read("é,b\n1,2\n".encode("cp437"), encoding="cp437").columns[0] == "é"
    assert read("a;b\n1.234;2\n", thousands=".", decimal=",")["a"].tolist() == [1234]


def test_a_wrong_override_is_refused():
    with pytest.raises(TableError, match="not ascii"):
        read("é,b\n1,2\n", encoding="ascii")
    with pytest.raises(TableError, match="No encoding"):
        read(PLAIN, encoding="klingon")
    with pytest.raises(TableError, match="one character"):
        read(PLAIN, delimiter=";;")


def test_guesses_survive_copy_and_pickle():
    frame = read(PLAIN)
    for other in (frame.copy(), pickle.loads(pickle.dumps(frame))):
        assert other.attrs["guesses"]["delimiter"] == ","


def test_paths_and_open_files(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(PLAIN)
    with path.open("rb") as binary, path.open() as text:
        frames = [read_table(s) for s in (path, str(path), binary, text)]
    for frame in frames:
        pd.testing.assert_frame_equal(frame, EXPECTED, check_dtype=False)


def test_too_many_columns_are_refused():
    names = ",".join(f"c{k}" for k in range(2001))
    with pytest.raises(TableError, match="2,001 columns"):
        read(names + "\n" + ",".join("1" for _ in range(2001)) + "\n")


words = st.text("abcdefgh xyzäß,;\"'\n", min_size=1, max_size=8).map(
    lambda s: "w" + s.strip()
)


@given(st.lists(st.tuples(words, st.integers(-9999, 9999)), min_size=2, max_size=20))
def test_what_the_csv_module_writes_comes_back(rows):
    text = io.StringIO()
    csv.writer(text).writerows([("word", "number"), *rows])
    frame = read(text.getvalue(), delimiter=",", decimal=".")
    assert frame["word"].tolist() == [word.replace("\r\n", "\n") for word, _ in rows]
    assert frame["number"].tolist() == [number for _, number in rows]
