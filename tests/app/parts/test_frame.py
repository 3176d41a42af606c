"""The records of the pages, and what the frame shows around them."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from skloss.app.parts import frame
from skloss.app.parts.frame import PAGES, Page, next_page
from skloss.app.session.question import COLUMN_TASKS
from skloss.datasets import load_sample

PATHS = [page.path for page in PAGES]


def page_at(path):
    return PAGES[PATHS.index(path)]


def test_titles_name_what_the_pages_show():
    assert [page.title for page in PAGES] == [
        "Data",
        "Compare losses",
        "Residuals and noise model",
        "Imbalanced classes",
    ]


@pytest.mark.parametrize("page", PAGES, ids=PATHS)
def test_a_page_has_one_question(page):
    assert page.question.count("?") == 1
    assert page.question.endswith("?")


@pytest.mark.parametrize("page", PAGES, ids=PATHS)
def test_the_sample_of_a_page_has_one_of_its_tasks(page):
    assert page.supports(load_sample(page.sample).task)


@pytest.mark.parametrize("task", COLUMN_TASKS)
def test_each_task_has_exactly_one_page_of_its_own(task):
    assert len([page for page in PAGES if page.tasks and page.supports(task)]) == 1


@pytest.mark.parametrize(
    ("path", "task", "following"),
    [
        ("data", "regression", "compare"),
        ("data", "multiclass", "compare"),
        ("compare", "regression", "residuals"),
        ("compare", "binary", "imbalance"),
        ("compare", "multiclass", "imbalance"),
    ],
)
def test_the_next_page_is_the_first_for_the_task(path, task, following):
    assert next_page(page_at(path), task) == page_at(following)


@pytest.mark.parametrize(
    ("path", "task"), [("residuals", "regression"), ("imbalance", "binary")]
)
def test_nothing_follows_the_last_page_of_a_task(path, task):
    assert next_page(page_at(path), task) is None


def test_a_page_without_tasks_is_for_every_task():
    page = Page("theory", "Theory", ":material/school:", "What is a loss?")
    assert all(page.supports(task) for task in COLUMN_TASKS)
    assert page.file == "pages/theory.py"


@pytest.mark.parametrize("task", COLUMN_TASKS)
def test_a_page_for_other_tasks_names_the_page_to_see(task):
    (other,) = [p for p in PAGES if p.tasks and not p.supports(task)]
    (own,) = [p for p in PAGES if p.tasks and p.supports(task)]
    sentence = frame._what_is_missing(other, SimpleNamespace(task=task))
    assert sentence.endswith(
        f"but the current task is {task}. For this task, see **{own.title}**."
    )


def ending_of(stopped, out_of_time):
    def app(stopped, out_of_time):
        from types import SimpleNamespace

        from skloss.app.parts import frame

        comparison = SimpleNamespace(stopped=stopped)
        frame.show_ending(
            SimpleNamespace(comparison=comparison, out_of_time=out_of_time)
        )

    shown = AppTest.from_function(app, args=(stopped, out_of_time)).run()
    assert not shown.exception
    return [warning.value for warning in shown.warning]


def test_a_stopped_comparison_names_its_unfinished_losses():
    assert ending_of(("squared_error", "huber"), False) == [
        "This comparison was stopped before its end. Scored at their best weights so "
        "far: squared error and huber."
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
