"""Session files: what is written is restored, and hostile files change nothing."""

import dataclasses
import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skloss.app.session import proposals, session_file, tables, work
from skloss.app.session import question as questions
from skloss.app.session.session_file import SessionFileError
from skloss.app.session.settings import Choice, Settings
from skloss.app.session.state import Result
from tests.app.session.questions import question_of

CSV = b"size;town;price\n" + b"".join(
    f"{k % 17},5;{'abc'[k % 3]};{k % 17 + k % 5}\n".encode() for k in range(60)
)
SETTINGS = Settings(
    (Choice("huber", (("delta", 2.5),)), Choice("squared_error")), "linear", 3, 20, 7
)


@pytest.fixture(scope="module")
def question():
    loaded = tables.read_upload("houses.csv", CSV, decimal=",")
    proposal, roles = proposals.propose(loaded.frame, "price")
    roles.loc["town", "role"] = "ignore"
    return questions.Question(loaded, "price", proposal.task, roles)


@pytest.fixture(scope="module")
def result(question):
    comparison = work.comparison_work(question, SETTINGS)(lambda record: False)
    return Result(comparison, question, SETTINGS, 1.5, False)


@pytest.fixture(scope="module")
def text(question, result):
    return session_file.write(question, SETTINGS, result)


def restored(text, content=CSV):
    saved = session_file.read(text.encode())
    loaded = session_file.load_table(saved, "other.csv", content)
    question = session_file.question_of(saved, loaded)
    return question, session_file.result_of(saved, question)


def test_question_settings_and_results_are_restored(question, result, text):
    again, found = restored(text)
    assert (again.target, again.task) == ("price", question.task)
    assert again.table.overrides == {"decimal": ","}
    pd.testing.assert_frame_equal(again.roles, question.roles)
    assert (found.settings, found.seconds, found.out_of_time) == (SETTINGS, 1.5, False)
    assert found.question.key == question.key
    pd.testing.assert_frame_equal(found.comparison.table, result.comparison.table)
    assert found.comparison.script().count("Huber(delta=2.5)") == 1


FORMULA = "0.5*(logvar + (y - mu)**2 * exp(-logvar))"


@pytest.mark.parametrize("more", [[], ["size"]], ids=["a custom loss", "two targets"])
def test_results_of_a_custom_loss_and_of_two_targets_are_restored(question, more):
    roles = question.roles.copy()
    roles.loc["town", "role"] = "feature"
    roles.loc[more, "role"] = "target"
    question = questions.Question(question.table, "price", question.task, roles)
    choices = Choice("squared_error"), Choice.of_formula(FORMULA)
    settings = dataclasses.replace(SETTINGS, choices=choices[: 2 - len(more)])
    comparison = work.comparison_work(question, settings)(lambda record: False)
    made = Result(comparison, question, settings, 1.5, False)
    again, found = restored(session_file.write(question, settings, made))
    assert again.targets == question.targets
    assert found.settings == settings
    pd.testing.assert_frame_equal(found.comparison.table, comparison.table)
    script = comparison.script().replace("houses.csv", "other.csv")
    assert found.comparison.script() == script


def test_the_file_names_the_table_by_its_fingerprint_and_holds_no_row(text):
    found = json.loads(text)
    assert found["table"]["name"] == "houses.csv"
    assert found["table"]["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert "town" in found["roles"]
    assert "16,5" not in text
    assert "16.5" not in text


def test_a_session_without_a_result_holds_the_settings(question):
    again, found = restored(session_file.write(question, SETTINGS))
    assert found is None
    assert again.key == question.key


def test_a_sample_is_known_by_its_rows():
    loaded = tables.load_sample("diabetes")
    proposal, roles = proposals.propose(loaded.frame, "bmi")
    question = questions.Question(loaded, "bmi", proposal.task, roles)
    saved = session_file.read(session_file.write(question, SETTINGS).encode())
    assert saved.sample == "diabetes"
    assert session_file.load_table(saved).frame is not None
    changed = json.loads(session_file.write(question, SETTINGS))
    changed["table"]["sha256"] = "0" * 64
    saved = session_file.read(json.dumps(changed).encode())
    with pytest.raises(SessionFileError, match="not the table"):
        session_file.load_table(saved)


def test_another_table_is_refused(text):
    with pytest.raises(SessionFileError, match=r"“houses.csv” had other content"):
        restored(text, CSV.replace(b"16,5", b"16,6"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a session file"),
        (b"\xff\xfe", "not a session file"),
        (b"[1, 2]", "not a session file"),
        (b'{"a": 1}', "not a session file"),
        (b"[" * 100_000, "not a session file"),
        (b'{"skloss_session": 99}', "another version"),
        (b'{"skloss_session": 1}', "incomplete or damaged"),
        (b" " * (51 * 2**20), "larger than the limit of 50 MB"),
    ],
)
def test_what_is_not_a_session_file_is_refused_in_a_sentence(content, message):
    with pytest.raises(SessionFileError, match=message):
        session_file.read(content)


DAMAGES = [
    (("table", "sample"), "../../etc/passwd"),
    (("table", "sha256"), "x" * 64),
    (("table", "name"), 3),
    (("table", "overrides"), ["decimal"]),
    (("table", "overrides"), {"decimal": 1}),
    (("table", "overrides"), {"delimiter": ["a", "b"]}),
    (("table", "overrides"), {"header": 1}),
    (("table", "overrides"), {"types": {"size": ["number"]}}),
    (("table", "overrides"), {"max_rows": 10**12}),
    (("table", "overrides"), {"source": "/etc/passwd"}),
    (("target",), ["price"]),
    (("task",), "nonsense"),
    (("roles",), {"town": ["owner", "number"]}),
    (("roles",), {"town": "ignore"}),
    (("settings",), {"loss": "huber"}),
    (("settings",), {"loss": ["x" * 10_001]}),
]


@pytest.mark.parametrize(("path", "value"), DAMAGES)
def test_a_damaged_file_is_refused(text, path, value):
    found = json.loads(text)
    part = found
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(SessionFileError, match="incomplete or damaged"):
        session_file.read(json.dumps(found).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seconds", "long"),
        ("seconds", -1),
        ("out_of_time", 1),
        ("comparison", {}),
        ("comparison", None),
        ("more", 1),
        ("settings", None),
        ("settings", {"loss": "huber"}),
    ],
)
def test_damaged_results_are_refused(text, name, value):
    found = json.loads(text)
    found["result"][name] = value
    with pytest.raises(ValueError, match=r"results .* (damaged|not valid)"):
        restored(json.dumps(found))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"loss": ["focal"]}, "not for this target"),
        ({"loss": []}, "not for this target"),
        ({"loss": ["huber(nonsense=1.0)", "squared_error"]}, "'nonsense'"),
        ({"loss": ["squared_error"]}, "of other losses"),
        ({"loss": ["huber"], "folds": ["10"]}, "of other losses"),
    ],
)
def test_results_of_other_losses_are_refused(text, query, message):
    found = json.loads(text)
    found["settings"] = found["result"]["settings"] = query
    with pytest.raises(ValueError, match=message):
        restored(json.dumps(found))


def test_unknown_columns_and_targets_are_left_out_or_refused(question):
    found = json.loads(session_file.write(question, SETTINGS))
    found["roles"]["nowhere"] = ["ignore", "number"]
    assert restored(json.dumps(found))[0].roles.index.tolist() == [
        *question.roles.index
    ]
    found["target"] = "nowhere"
    with pytest.raises(SessionFileError, match="target of the session is not in"):
        restored(json.dumps(found))


def test_unknown_reading_options_are_refused(question):
    found = json.loads(session_file.write(question, SETTINGS))
    for overrides in (
        {"encoding": "nonsense"},
        {"encoding": "zlib"},  # a codec, but not of text
        {"decimal": "ab"},
        {"skip_rows": 10**30},
        {"types": {"size": "x"}},
    ):
        found["table"]["overrides"] = overrides
        with pytest.raises(ValueError, match=r"\w"):
            restored(json.dumps(found))


def test_a_result_of_former_settings_is_kept_with_them(question, result):
    later = dataclasses.replace(SETTINGS, folds=7)
    text = session_file.write(question, later, result)
    assert session_file.read(text.encode()).settings == later
    assert restored(text)[1].settings == SETTINGS


@pytest.mark.parametrize("rows", [None, 10])
def test_the_number_of_rows_that_are_read_is_restored(question, rows):
    found = json.loads(session_file.write(question, SETTINGS))
    found["table"]["overrides"] = {"decimal": ",", "sample_rows": rows}
    table = restored(json.dumps(found))[0].table
    assert table.overrides["sample_rows"] == rows
    assert len(table.frame) == (rows or len(question.table.frame))


def test_nothing_is_unpickled(text, monkeypatch):
    for name in ("pickle.load", "pickle.loads", "pickle.Unpickler", "joblib.load"):
        monkeypatch.setattr(name, pytest.fail)
    for name in ("cloudpickle.loads", "torch.load", "skops.io.loads"):
        monkeypatch.setattr(name, pytest.fail)
    assert restored(text)[1] is not None


def json_values():
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )


def target_of(text):
    """Return the target of a restored session, None if it is refused."""
    try:
        return restored(text)[0].target
    except ValueError:
        return None


@settings(max_examples=25)
@given(st.data())
def test_any_json_in_a_part_is_restored_or_refused_with_a_value_error(text, data):
    found = json.loads(text)
    part = data.draw(st.sampled_from([found, found["table"], found["result"]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(json_values())
    assert target_of(json.dumps(found)) in (None, "price")


def test_a_question_of_a_frame_that_was_not_read_is_written():
    question = question_of(np.arange(12.0))
    assert json.loads(session_file.write(question, SETTINGS))["roles"] == {}
