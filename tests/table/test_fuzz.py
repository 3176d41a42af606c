"""Any bytes are read as a table or refused with a sentence."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skloss.table import TableError, propose_roles, propose_target, read_table

# Few and quick: the whole suite runs often.
BRIEFLY = settings(max_examples=35, deadline=None, derandomize=True)
CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "NA", "nan", "inf", "-inf", "1e999", "0x1F", "1,5", "007"]
    ),
    st.sampled_from(
        ["=1+1", "2020-01-01", "31.12.99", '"', '""', "'", ";", "\t", "\x00"]
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.text(max_size=20),
)


def read_or_refuse(content):
    """Return the table, or None after checking that the refusal is one sentence."""
    try:
        return read_table(content)
    except TableError as error:
        text = str(error)
        assert text and text.endswith((".", "…"))
        assert "Traceback" not in text and len(text) < 600
        return None


def check(content):
    frame = read_or_refuse(content)
    names = [] if frame is None else list(frame.columns)
    assert len(names) == len(set(names))
    assert all(isinstance(name, str) for name in names)
    for target in names[:1]:
        assert propose_target(frame) in names
        assert isinstance(propose_roles(frame, target), pd.DataFrame)


@BRIEFLY
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\x1f\x8b\x08\x00")
@example(b"PK\x03\x04")
@example(b'a,b\n"1,2\n3,4')
def test_any_bytes_are_a_table_or_refused(content):
    check(content)


@BRIEFLY
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_any_cells_are_a_table_or_refused(rows, delimiter, end, encoding):
    text = end.join(delimiter.join(row) for row in rows)
    check(text.encode(encoding, errors="ignore"))


@pytest.mark.parametrize("option", ["types", "header", "decimal", "delimiter"])
@BRIEFLY
@given(value=st.text(max_size=5))
def test_any_option_is_used_or_refused_with_a_sentence(option, value):
    try:
        read_table(b"a,b\n1,2\n3,4\n", **{option: value})
    except TableError as error:
        assert str(error)
