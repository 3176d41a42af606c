"""What is no table is refused in a sentence, and in time."""

import gzip
import io
import pickle
import time
import zipfile

import numpy as np
import pytest

from skloss.table import TableError, read_table


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def plain_archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("data.csv", "a,b\n1,2\n")
    return buffer.getvalue()


REFUSED = {
    "empty": (b"", "This file is empty"),
    "only newlines": (b"\n\r\n\n", "This file is empty"),
    "only a mark": (b"\xff\xfe", "This file is empty"),
    "Excel": (archive(), "an Excel workbook, not a CSV"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an Excel workbook"),
    "zip": (plain_archive(), "a zip archive"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "a gzip archive"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(99), "an image"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(99), "an image"),
    "PDF": (b"%PDF-1.7\n1 0 obj\n", "a PDF document"),
    "parquet": (b"PAR1" + bytes(99), "a Parquet file"),
    "HTML": (b"\n <!DOCTYPE html><html><body>a,b</body></html>", "a page of HTML"),
    "HTML table": (b"<table><tr><td>1</td></tr></table>", "a page of HTML"),
    "UTF-16 HTML": ("<html><p>a</p></html>".encode("utf-16"), "a page of HTML"),
    "JSON": (b'[{"a": 1}]', "This is JSON"),
    "noise": (np.random.default_rng(0).bytes(999), "not a text file"),
    "pickle": (pickle.dumps(np.arange(99)), "not a text file"),
    "no header": (b"1,2,3\n4,5,6\n", "The first row holds values"),
    "no header, one row": (b"1,2,3\n", "The first row holds values"),
    "no header, mixed": (
        b"5.1,3.5,setosa\n4.9,3.0,setosa\n",
        "The first row holds values",
    ),
    "no header, dates": (b"2024-01-01,x\n2024-01-02,y\n", "The first row holds values"),
    "unterminated quote": (
        b'a,b\n1,2\n3,"4\n5,6\n',
        "A quote opened in row 3 is never",
    ),
    "unterminated quote in the header": (b'a,"b\n1,2\n', "quote opened in row"),
    "first row longer": (
        b"a,b\n1,2,3\n4,5\n",
        "Row 2 has 3 values where the header has 2",
    ),
    "every row longer": (
        b"a,b\n1,2,3\n4,5,6\n",
        "Row 2 has 3 values where the header has 2",
    ),
    "a later row longer": (
        b"a,b\n1,2\n3,4,5\n",
        "Row 3 has 3 values where the header has 2",
    ),
    "a longer row below blank lines": (b"a,b\n\n1,2\n\n3,4,5\n", "Row 5 has 3 values"),
    "a longer row, carriage returns": (b"a,b\r1,2\r3,4,5\r", "Row 3 has 3 values"),
    "a longer row below a comma at the end": (
        b"a,b\n1,2,\n3,4,5\n",
        "Row 3 has 3 values",
    ),
    "a longer row below a quoted newline": (
        b'a,b\n"x\ny",2\n3,4,5\n',
        "Row 3 (line 4) has 3 values",
    ),
    "unterminated quote below a quoted newline": (
        b'a,b\n"x\n\ny",2\n3,"4\n5,6\n',
        "A quote opened in row 3 (line 5) is never closed",
    ),
    "a longer row of a semicolon file": (b"a;b\n1,5;2\n3;4;5\n", "Row 3 has 3 values"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(TableError) as reason_invalid:
        read_table(content)
    assert sentence in str(reason_invalid.value)
    assert str(reason_invalid.value).endswith((".", "…"))
    assert len(str(reason_invalid.value)) < 250


LARGE = {
    "random bytes": lambda: np.random.default_rng(0).bytes(10_000_000),
    "a line of a million letters": lambda: b"x" * 1_000_000,
    "a cell of a million letters": lambda: b"a,b\n" + b"x" * 1_000_000 + b",2\n",
    "a line of commas": lambda: b"," * 10_000_000,
    "a quote that never ends": lambda: b'a,b\n1,"' + b"x,y\n" * 2_500_000,
    "quotes and delimiters": lambda: b'ab,"c;\t' * 1_250_000,
    "newlines in quotes": lambda: b'"\n",' * 2_500_000,
}


@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE.keys())
def test_ten_megabytes_of_nonsense_are_refused_in_time(content):
    content = content()
    began = time.monotonic()
    with pytest.raises(TableError) as reason_invalid:
        read_table(content)
    assert time.monotonic() - began < 5
    assert len(str(reason_invalid.value)) < 250


def test_a_longer_row_far_down_is_named_by_its_line():
    rows = "".join(f"{k},x,y,z,1.5,\n" for k in range(1202))
    content = f"a,b,c,d,e,f\n{rows}1,2,3,4,5,6,7\n".encode()
    with pytest.raises(
        TableError, match=r"Row 1,204 has 7 values where the header has 6"
    ):
        read_table(content)
