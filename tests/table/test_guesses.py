"""Guesses have the form of overrides and read the same table again."""

import copy
import pickle

import pytest

from skloss.table import read_table
from tests.table.readings import guesses


def test_guesses_survive_a_copy_and_a_pickle():
    frame = read_table(b"a;b\n1,5;2\n")
    expected = frame.attrs["guesses"]
    assert type(expected) is dict
    assert copy.deepcopy(frame).attrs["guesses"] == expected
    assert frame[["a"]].copy().attrs["guesses"] == expected
    assert pickle.loads(pickle.dumps(frame)).attrs["guesses"] == expected


def test_identifiers_are_named():
    rows = "".join(f"{k},K{k},{k % 3}\n" for k in range(50))
    assert guesses(f"id,code,x\n{rows}".encode())["identifiers"] == ["id", "code"]


@pytest.mark.parametrize(
    ("content", "name", "guess"),
    [
        (b'a;b\n"1,234.5";"2,500.5"\n', "thousands", ","),
        (b'a;b\n"1,234.5";"2\'500.5"\n', "thousands", "auto"),
        (b"a;b\n1;2\n", "thousands", ""),
        (b"a;b\n31/01/2024;01/31/2024\n", "dayfirst", None),
        (b"a;b\n31/01/2024;30/01/2024\n", "dayfirst", True),
        (b"a;b\n1,5;0.25\n2,5;0.5\n3,5;0.75\n", "decimal", "auto"),
    ],
)
def test_columns_that_differ_leave_the_guess_open(content, name, guess):
    assert guesses(content)[name] == guess


def test_the_layout_is_part_of_the_guesses():
    found = guesses("Report\na;b\né;2\n".encode("cp1252"))
    layout = {name: found[name] for name in ("encoding", "delimiter", "skip_rows")}
    assert layout == {"encoding": "cp1252", "delimiter": ";", "skip_rows": 1}
    assert found["header"] is True and found["quotes"] is True
