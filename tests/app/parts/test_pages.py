"""The records of the pages, and the order in which they are read."""

import pytest

from skloss.app.parts.pages import PAGES, Page, next_page
from skloss.app.session.proposals import COLUMN_TASKS
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
        "Decide",
        "Embeddings",
        "Export",
        "Losses",
        "Theory",
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
        ("residuals", "regression", "decide"),
        ("imbalance", "binary", "decide"),
    ],
)
def test_the_next_page_is_the_first_for_the_task(path, task, following):
    assert next_page(page_at(path), task) == page_at(following)


def test_nothing_follows_the_last_page_that_needs_a_table():
    last = [page for page in PAGES if page.needs_table][-1]
    assert next_page(last, "regression") is None


def test_a_page_without_tasks_is_for_every_task():
    page = Page("theory", "Theory", ":material/school:", "What is a loss?")
    assert all(page.supports(task) for task in COLUMN_TASKS)
    assert page.file == "pages/theory.py"
