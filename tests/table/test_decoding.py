"""Text in any encoding is read, and files of other formats are refused by name."""

import gzip
import io
import pickle
import zipfile

import numpy as np
import pytest

from skloss.table import TableError, decoding, read_table
from skloss.table.decoding import to_utf8


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
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_of_another_format_is_refused_by_its_name(content, sentence):
    with pytest.raises(TableError) as error:
        read_table(content)
    assert sentence in str(error.value)
    assert str(error.value).endswith((".", "…"))
    assert len(str(error.value)) < 250


SIGNATURES = {
    "bzip2": b"BZh91AY",
    "xz": b"\xfd7zXZ\x00",
    "zstd": b"\x28\xb5\x2f\xfd",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a",
    "rich-text": b"{\\rtf1",
    "Arrow": b"ARROW1\0\0",
    "Feather": b"FEA1",
    "SQLite": b"SQLite format 3\0",
    "HDF5": b"\x89HDF\r\n",
    "NumPy": b"\x93NUMPY\x01",
    "SPSS": b"$FL2@(#)",
    "Stata": b"<stata_dta><header>",
    "image": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "OpenDocument": b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
}


@pytest.mark.parametrize(("name", "head"), SIGNATURES.items())
def test_a_format_is_known_by_its_first_bytes(name, head):
    with pytest.raises(TableError, match=f"This is an? .*{name}.*not a CSV"):
        read_table(head + bytes(99))


ENCODED = {
    "ASCII": (b"a,b\n", "utf-8", "a,b\n"),
    "UTF-8": ("é\n".encode(), "utf-8", "é\n"),
    "UTF-8 with a mark": ("é\n".encode("utf-8-sig"), "utf-8-sig", "é\n"),
    "UTF-16 with a mark": ("é\n".encode("utf-16"), "utf-16", "é\n"),
    "UTF-32 with a mark": ("é\n".encode("utf-32"), "utf-32", "é\n"),
    "UTF-16 little-endian": ("abé\n".encode("utf-16-le"), "utf-16-le", "abé\n"),
    "UTF-16 big-endian": ("abé\n".encode("utf-16-be"), "utf-16-be", "abé\n"),
    "UTF-16 of Hebrew": (
        "דוד,1\nשרה,2\n".encode("utf-16-le"),
        "utf-16-le",
        "דוד,1\nשרה,2\n",
    ),
    "UTF-16 of Thai": ("ชื่อ,1\n".encode("utf-16-be"), "utf-16-be", "ชื่อ,1\n"),
    "ISO-2022-JP": ("東京,1\n".encode("iso2022_jp"), "iso2022_jp", "東京,1\n"),
    "cp1252": ("€\n".encode("cp1252"), "cp1252", "€\n"),
}


@pytest.mark.parametrize(
    ("data", "encoding", "text"), ENCODED.values(), ids=ENCODED.keys()
)
def test_an_encoding_is_guessed(data, encoding, text):
    assert to_utf8(data, None) == (text.encode(), encoding)


def test_a_letter_across_the_chunks_of_a_large_file_is_read():
    data = b"a" * ((1 << 22) - 1) + "é\n".encode()
    assert to_utf8(data, None) == (data, "utf-8")


def test_an_error_in_a_later_chunk_is_seen(monkeypatch):
    monkeypatch.setattr(decoding, "_CHUNK", 1 << 8)
    data = "é\n".encode() + b"a b\n" * 200 + b"\xe9\n"
    assert to_utf8(data, None)[1] == "cp1252"


def test_a_chosen_encoding_is_used():
    assert to_utf8("é\n".encode(), "latin-1") == ("Ã©\n".encode(), "latin-1")


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("klingon", "no encoding named 'klingon'"),
        ("base64", "no encoding named 'base64'"),
        ("ascii", "is not in the encoding ascii"),
        ("utf-8", "is not in the encoding utf-8"),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused(encoding, sentence):
    with pytest.raises(TableError, match=sentence):
        to_utf8(b"\xe9\n", encoding)


def test_carriage_returns_alone_become_newlines():
    assert to_utf8(b"a\rb\r", None)[0] == b"a\nb\n"
    assert to_utf8(b"a\r\nb\rc\n", None)[0] == b"a\r\nb\rc\n"


def test_a_few_stray_bytes_leave_a_text():
    assert len(read_table(b"a,b\n" + b"\x02,2\n" * 4)) == 4
    with pytest.raises(TableError, match="not a text file"):
        read_table(b"a,b\n" + b"\x02,2\n" * 5)


def test_the_backslash_of_japanese_and_korean_amounts_is_their_currency_sign():
    data = "価格,道\n\\1000,C:\\2020\n-\\20,\\n\n".encode("cp932")
    assert to_utf8(data, None)[0].decode() == "価格,道\n¥1000,C:\\2020\n-¥20,\\n\n"
    frame = read_table("가격,도시\n\\1000,서울\n\\2000,부산\n".encode("euc_kr"))
    assert frame["가격"].tolist() == [1000, 2000]
    assert "currency sign was dropped" in frame.attrs["guesses"]["notices"][-1]
    assert to_utf8(b"\\1000,\xe9\n", "cp1252")[0] == "\\1000,é\n".encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_may_have_some_letters_without_a_zero(encoding):
    text = "ab€\n" * 50  # three of four letters have one
    assert to_utf8(text.encode(encoding), None) == (text.encode(), encoding)
