"""Tables of a session: samples and uploads, their digests and their limits."""

import pandas as pd
import pytest

from skloss.app.session import tables
from skloss.app.session.tables import load_sample, read_upload
from skloss.table import TableError


def test_the_digest_follows_content_and_options():
    content = b"x,y\n1,2\n3,4\n"
    same = [read_upload(name, content).digest for name in ("a.csv", "b.csv")]
    assert same[0] == same[1]
    others = [
        read_upload("a.csv", content + b"5,6\n").digest,
        read_upload("a.csv", content, decimal=".").digest,
    ]
    assert len({same[0], *others}) == 3


def test_a_loaded_table_has_its_detected_options_and_notices():
    loaded = read_upload("a.csv", b"x;y\n1,5;2\n3,5\n")
    assert loaded.guesses["delimiter"] == ";"
    assert any("shorter" in notice for notice in loaded.notices)
    assert load_sample("diabetes").notices == []


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MEGABYTES_AT_MOST", 0, "the limit is 0 MB"),
        ("ROWS_AT_MOST", 1, "has 2 rows and 2 columns, but the limit is 1 rows"),
        ("COLUMNS_AT_MOST", 1, "1 columns. Upload a part of it."),
    ],
)
def test_tables_above_a_limit_are_refused(monkeypatch, limit, value, sentence):
    content = b"x,y\n1,2\n3,4\n"
    monkeypatch.setattr(tables, limit, 2)
    assert read_upload("a.csv", content).frame.shape == (2, 2)
    monkeypatch.setattr(tables, limit, value)
    with pytest.raises(TableError, match=sentence):
        read_upload("a.csv", content)


def test_a_sample_of_a_large_file_is_used_unless_all_rows_are_chosen(monkeypatch):
    monkeypatch.setattr(tables, "ROWS_OF_SAMPLE", 50)
    content = b"x,y\n" + b"".join(b"%d,%d.5\n" % (k, k % 7) for k in range(120))
    part = read_upload("a.csv", content)
    whole = read_upload("a.csv", content, sample_rows=None)
    assert (len(part.frame), part.n_rows, part.is_part) == (50, 120, True)
    assert (len(whole.frame), whole.n_rows, whole.is_part) == (120, 120, False)
    assert part.size == "50 of 120 rows"
    assert whole.size == "120 rows"
    assert part.digest != whole.digest
    assert "a random sample of 50 is used" in part.notices[0]
    # The lines of Python read the same rows, and name no option without effect.
    assert part.choices == {"sample_rows": 50}
    assert whole.choices == {}
    again = read_upload("a.csv", content, **part.overrides)
    pd.testing.assert_frame_equal(part.frame, again.frame)
    assert again.digest == part.digest


def test_a_file_of_a_hundred_thousand_rows_is_used_whole():
    content = b"y\n" + b"1.5\n2\n" * 50_000
    loaded = read_upload("a.csv", content)
    assert loaded.n_rows == len(loaded.frame) == tables.ROWS_OF_SAMPLE
    assert loaded.overrides == {}
