"""Bytes, paths and files are one source, up to a size."""

import io

import pandas as pd
import pytest

from skloss.table import TableError, read_table
from skloss.table.source import content_of


def test_bytes_paths_and_files_are_read_alike(tmp_path):
    content = "a;é\n1,5;ü\n".encode()
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    sources = [
        bytearray(content),
        memoryview(content),
        path,
        str(path),
        io.BytesIO(content),
        io.StringIO(content.decode()),
    ]
    for source in sources:
        pd.testing.assert_frame_equal(read_table(source), read_table(content))


def test_a_missing_file_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "none.csv")


def test_text_and_other_things_are_not_taken_for_a_path():
    with pytest.raises(TypeError, match="pass the content of a CSV as bytes"):
        read_table("a,b\n1,2\n")
    with pytest.raises(TypeError, match="is an address, which is not read"):
        read_table("https://example.org/a.csv")
    with pytest.raises(TypeError, match="not int"):
        read_table(7)


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_content_up_to_the_limit_is_returned(size, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"x" * size)
    for source in (b"x" * size, path, io.BytesIO(b"x" * size)):
        assert content_of(source, 100) == b"x" * size


def test_content_beyond_the_limit_is_refused_with_it(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"x" * 101)
    for source in (b"x" * 101, str(path), io.BytesIO(b"x" * 101)):
        with pytest.raises(TableError, match="larger than the limit"):
            content_of(source, 100)


def test_a_file_is_not_read_far_beyond_the_limit():
    file = io.BytesIO(b"x" * 1000)
    with pytest.raises(TableError):
        content_of(file, 100)
    assert file.tell() == 101


def test_text_of_a_file_is_encoded():
    assert content_of(io.StringIO("é"), None) == "é".encode()
