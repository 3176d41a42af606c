"""The router: pages, navigation and URLs."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from skloss.app.parts import pages
from skloss.app.parts.pages import PAGES, Page
from skloss.app.session import jobs
from tests.pages.steps import (
    PATHS,
    ROOT,
    choose_epochs,
    compare,
    csv_of,
    go,
    losses_of,
    new_app,
    ok,
    press,
    text_of,
    upload,
)

OTHERS = [page for page in PAGES[1:] if page.needs_table]
SPECIAL = [page for page in PAGES if page.tasks]
TABLES = {
    "regression": csv_of(),
    "binary": csv_of(kind=np.where(np.arange(120) % 6, "common", "rare")),
}


def links_of(app):
    """Return label and file of each link to a page, in order."""
    return [(link.proto.label, link.proto.page) for link in app.get("page_link")]


def assert_is_a_page(app, page):
    """A page is in the navigation, and explains itself without a table."""
    assert page.title in [label for label, _ in links_of(app)]
    go(app, page.path)
    assert app.title[0].value == page.title


def test_each_page_is_one_file_and_one_record():
    files = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert sorted(files) == sorted(PATHS)


def test_paths_of_pages_are_spelled_in_one_file_only():
    sources = [*(ROOT / "skloss" / "app").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    spelled = {path for path in sources if "pages/" in path.read_text(encoding="utf-8")}
    assert spelled == {Path(pages.__file__)}


def test_each_page_of_the_list_is_in_the_navigation_and_opens(dashboard):
    labels = [label for label, _ in links_of(dashboard)]
    assert {page.title for page in PAGES} <= set(labels)
    for page in PAGES:
        go(dashboard, page.path)
        assert dashboard.title[0].value == page.title


def test_the_navigation_has_the_order_of_the_list(dashboard):
    assert [label for label, _ in links_of(dashboard)] == [p.title for p in PAGES]


def test_a_new_page_is_one_file_and_one_record(tmp_path, monkeypatch):
    shutil.copy(ROOT / "dashboard.py", tmp_path)
    shutil.copytree(ROOT / "pages", tmp_path / "pages")
    (tmp_path / "pages" / "welcome.py").write_text(
        "import streamlit as st\n"
        "from skloss.app.parts import frame\n"
        "page = frame.begin(__file__)\n"
        "st.write('A loss is a model of the noise.')\n"
    )
    page = Page("welcome", "Welcome", ":material/school:", "What is a loss?")
    monkeypatch.setattr(pages, "PAGES", (*PAGES, page))
    app = ok(new_app(tmp_path).run())
    assert_is_a_page(app, page)
    assert "A loss is a model of the noise." in text_of(app)


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.path)
def test_a_page_without_a_table_offers_a_sample(dashboard, page):
    go(dashboard, page.path)
    assert "No table is loaded" in text_of(dashboard)
    button = next(b for b in dashboard.button if "Load the sample" in b.label)
    ok(button.click().run())
    assert "rows · target:" in text_of(dashboard)
    assert "Nothing has been compared yet" in text_of(dashboard)


@pytest.mark.parametrize("task", TABLES)
@pytest.mark.parametrize("page", SPECIAL, ids=lambda page: page.path)
def test_a_page_for_other_tasks_names_the_page_to_see(dashboard, page, task):
    upload(dashboard, TABLES[task])
    is_grey = f":gray[{page.title}]" in [label for label, _ in links_of(dashboard)]
    assert is_grey is not page.supports(task)
    go(dashboard, page.path)
    (own,) = [other for other in SPECIAL if other.supports(task)]
    expected = {
        True: "Nothing has been compared yet",
        False: f"the current task is {task}. For this task, see **{own.title}**",
    }
    assert expected[page.supports(task)] in text_of(dashboard)


@pytest.mark.parametrize(
    ("task", "path"), [("regression", "residuals"), ("binary", "imbalance")]
)
def test_compare_leads_to_the_page_for_the_task(dashboard, task, path):
    upload(dashboard, TABLES[task])
    compare(dashboard, epochs=2)
    label, _ = links_of(dashboard)[-1]
    (page,) = [page for page in PAGES if page.path == path]
    assert label == f"Next: {page.title}"


def test_the_first_page_leads_to_the_second(dashboard):
    upload(dashboard, TABLES["regression"])
    press(dashboard, "to-next")
    assert dashboard.title[0].value == PAGES[1].title


def test_leaving_a_page_keeps_the_comparison(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=4, folds=3)
    before = dashboard.table[0].value
    for path in ["data", "residuals", "data", "compare"]:
        go(dashboard, path)
    assert dashboard.table[0].value.equals(before)
    assert dashboard.slider(key="settings.folds").value == 3
    assert dashboard.number_input(key="settings.epochs").value == 4


def test_a_choice_for_one_table_does_not_break_the_next(dashboard):
    upload(dashboard, csv_of())
    compare(dashboard, epochs=2)
    ok(dashboard.selectbox(key="settings.fold-metric").set_value("mae").run())
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "a", "b")))
    compare(dashboard, epochs=2)
    go(dashboard, "imbalance")
    ok(dashboard.selectbox(key="settings.imbalance-class").set_value("a").run())
    go(dashboard, "compare")
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "a"
    go(dashboard, "data")
    upload(dashboard, csv_of(kind=np.where(np.arange(120) % 6, "c", "d")))
    compare(dashboard, epochs=2)
    go(dashboard, "imbalance")
    assert dashboard.selectbox(key="settings.imbalance-class").value == "d"


def test_a_comparison_of_another_table_is_named(dashboard):
    press(dashboard, "use-heavy_tailed")
    choose_epochs(dashboard, 2000)
    press(dashboard, "compare")
    assert "Still comparing" not in text_of(dashboard)
    go(dashboard, "data")
    press(dashboard, "use-diabetes")
    go(dashboard, "compare")
    assert "Still comparing **heavy_tailed.csv**" in text_of(dashboard)
    press(dashboard, "stop")


def test_a_link_restores_sample_target_losses_and_settings():
    losses = ["huber(delta=2.0)", "quantile", "nonsense"]
    app = new_app(sample="diabetes", target="bmi", loss=losses, folds="3")
    ok(app.run())
    assert "target: **bmi**" in text_of(app)
    go(app, "compare")
    assert app.slider(key="settings.folds").value == 3
    chosen = losses_of(app)
    assert chosen == ["huber", "quantile"]
    assert app.number_input(key="settings.param.huber.delta").value == 2.0


@pytest.mark.parametrize(
    "query",
    [
        {"sample": "../../etc/passwd"},
        {"sample": "diabetes", "target": "nonsense", "task": "nonsense"},
        {"sample": "diabetes", "task": "multilabel"},
        {"sample": "diabetes", "loss": "<script>", "folds": "many", "seed": "-1"},
        {"loss": "huber(delta=1e309)", "network": "0"},
    ],
)
def test_a_hostile_url_leaves_the_defaults(query):
    app = ok(new_app(**query).run())
    for path in PATHS:
        go(app, path)


@pytest.mark.parametrize("path", ["data", "losses"])
def test_a_running_comparison_is_visible_on_pages_of_other_things(path):
    app = new_app(loss=["huber"], epochs="2000", folds="10", network="128-128").run()
    upload(app, csv_of(rows=3000))
    go(app, "compare")
    press(app, "compare")
    go(app, path)
    assert "Comparing" in text_of(app)
    for job in list(jobs.QUEUE._jobs):
        job.stop()
        job.join(20)
    app.run()
    assert "Comparing" not in text_of(app)
