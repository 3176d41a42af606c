"""Header, notices and navigation around the pages."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from skloss.app.parts import frame
from skloss.app.parts.pages import PAGES
from skloss.app.session.proposals import COLUMN_TASKS


@pytest.mark.parametrize("task", COLUMN_TASKS)
def test_a_page_for_other_tasks_names_the_page_to_see(task):
    (other,) = [p for p in PAGES if p.tasks and not p.supports(task)]
    (own,) = [p for p in PAGES if p.tasks and p.supports(task)]
    sentence = frame._what_is_missing(other, SimpleNamespace(task=task))
    assert sentence.endswith(
        f"but the current task is {task}. For this task, see **{own.title}**."
    )


def ending_of(stopped, out_of_time, is_empty=False):
    def app(stopped, out_of_time, is_empty):
        from types import SimpleNamespace

        from skloss.app.parts import frame

        predictions = SimpleNamespace(empty=is_empty)
        comparison = SimpleNamespace(stopped=stopped, predictions=predictions)
        frame.show_ending(
            SimpleNamespace(comparison=comparison, out_of_time=out_of_time)
        )

    shown = AppTest.from_function(app, args=(stopped, out_of_time, is_empty)).run()
    assert not shown.exception
    return [warning.value for warning in shown.warning]


def test_a_stopped_comparison_names_its_unfinished_losses():
    assert ending_of(("squared_error", "huber"), False) == [
        "This comparison was stopped before its end. These losses are scored at "
        "their best weights so far, in the folds with a finished epoch: squared error "
        "and Huber."
    ]


def test_a_comparison_without_a_finished_epoch_has_no_scores_to_name():
    assert ending_of(("squared_error",), False, is_empty=True) == [
        "This comparison was stopped before its end, when no loss had finished an "
        "epoch. Press Compare to run it again."
    ]


def test_the_time_limit_is_named():
    (warning,) = ending_of(("huber",), True)
    assert warning.startswith("This comparison was stopped by the time limit.")


def test_a_finished_comparison_has_no_warning():
    assert ending_of((), True) == []


def test_notices_are_escaped():
    def app():
        from skloss.app.parts import frame

        frame.show_notices(["Column ![x](http://evil.example) is constant.", "Two."])

    shown = AppTest.from_function(app).run()
    assert len(shown.caption) == 2
    assert "![x](" not in shown.caption[0].value
    assert shown.caption[1].value == r":material/info: Two\."
