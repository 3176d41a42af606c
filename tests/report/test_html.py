"""The page of a report is one self-contained file that is safe to open."""

import html
import json
import re
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold

from skloss import (
    TorchClassifier,
    TorchRegressor,
    compare_losses,
    figures,
    losses,
    report,
)
from skloss.comparison import Source
from skloss.datasets import load_sample
from skloss.report.html import recipe_in_words
from tests.report.comparisons import comparison_of

HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='hacked = 1'>"
    " ![a](http://example.org/b) $\\href{javascript:alert(1)}{c}$ %{x} <!-- ]]>"
)
REQUESTING = {"src", "srcset", "href", "data", "poster", "action", "xlink:href"}


class Page(HTMLParser):
    """The parts of a page that matter here."""

    def __init__(self, text):
        super().__init__()
        self.opened, self.texts, self.addresses = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.addresses += [
            (tag, value) for name, value in attrs if name in REQUESTING and value
        ]

    def handle_data(self, data):
        tag = self.opened[-1] if self.opened else ""
        self.texts.setdefault(tag, []).append(data)

    def text(self):
        kept = (t for tag, t in self.texts.items() if tag not in ("script", "style"))
        return " ".join(" ".join(texts) for texts in kept)


def page_of(comparison, folder):
    path = folder / "report.html"
    comparison.to_html(path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def regression():
    frame = load_sample("diabetes").frame
    return compare_losses(
        *(frame.drop(columns="progression"), frame["progression"]),
        ["squared_error", "absolute_error"],
        estimator=TorchRegressor(hidden_layer_sizes=()),
        cv=3,
        source="diabetes",
    )


@pytest.fixture(scope="module")
def hostile():
    """Return a comparison whose every name is an attack."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 2)), columns=[HOSTILE, "b"])
    y = pd.Series(np.where(X["b"] > 0, HOSTILE, HOSTILE[::-1]), name=HOSTILE)

    def loss(y_pred, y_true):
        return (y_pred - y_true) ** 2

    loss.__name__ = HOSTILE
    return compare_losses(
        *(X, y, ["cross_entropy", loss]),
        estimator=TorchClassifier(hidden_layer_sizes=(), max_iter=20),
        cv=2,
        unit=HOSTILE,
        source=HOSTILE,
    )


@pytest.fixture(scope="module")
def texts(regression, hostile, tmp_path_factory):
    return {
        "regression": page_of(regression, tmp_path_factory.mktemp("plain")),
        "hostile": page_of(hostile, tmp_path_factory.mktemp("hostile")),
    }


def without_bundle(text):
    """Return a page without the JavaScript of plotly, which is the longest script."""
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    return text.replace(max(scripts, key=len), "")


@pytest.mark.parametrize("kind", ["regression", "hostile"])
def test_nothing_on_the_page_is_loaded_by_url(texts, kind):
    page = Page(texts[kind])
    loaded = [
        (tag, value)
        for tag, value in page.addresses
        if tag != "a" and not value.startswith(("#", "data:"))
    ]
    assert loaded == []
    styles = " ".join(page.texts["style"])
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_policy_of_the_page_forbids_every_request(texts):
    (policy,) = re.findall(r'content="(default-src[^"]*)"', texts["regression"])
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.parametrize("kind", ["regression", "hostile"])
def test_the_page_has_as_many_scripts_as_it_was_written_with(texts, kind):
    n_figures = texts[kind].count('class="plot-data"')
    assert n_figures == 4
    opened = Page(texts[kind]).opened
    assert opened.count("script") == n_figures + 2
    assert {"img", "iframe", "object", "embed", "form"} & set(opened) == set()


def test_hostile_names_are_shown_as_text(texts):
    words = " ".join(Page(texts["hostile"]).text().split())
    assert "<script>window.hacked = 1</script>" in words
    assert "<script>window" not in without_bundle(texts["hostile"])


def test_the_json_of_a_figure_cannot_close_its_element(texts):
    found = re.findall(
        r'<script type="application/json" class="plot-data">(.*?)</script>',
        texts["hostile"],
        flags=re.DOTALL,
    )
    assert all(set(json.loads(text)) >= {"data", "layout"} for text in found)
    assert not any(set("<>&\u2028\u2029") & set(text) for text in found)


def test_the_page_holds_answer_scores_recipe_and_script(texts, regression):
    words = " ".join(Page(texts["regression"]).text().split())
    assert "Comparison of losses for progression" in words
    without_tags = html.unescape(re.sub("<[^>]+>", "", texts["regression"]))
    assert all(sentence in without_tags for sentence in report.sentences(regression))
    assert "absolute error" in words
    assert "RMSE ↓ (points)" in words
    assert "442 rows · 10 features · regression · 3 folds" in words
    assert "TorchRegressor(hidden_layer_sizes=())" in words
    assert f"torch {regression.recipe.versions['torch']}" in words
    assert 'frame = datasets.load_sample("diabetes").frame' in words
    assert all(help in words for help in report.glossary(regression).values())


def test_baselines_are_on_the_page_once_they_were_computed(regression, tmp_path):
    before = page_of(regression, tmp_path)
    regression.references()
    after = page_of(regression, tmp_path)
    regression._references = None
    assert "gradient" not in without_bundle(before)
    assert "(gradient\u00a0boosting)" in after
    assert "in brackets: baselines" in after


@pytest.mark.parametrize(
    ("options", "task", "words"),
    [
        ({}, "regression", "2 folds, shuffled"),
        ({}, "binary", "2 folds, shuffled, stratified by class"),
        (
            {"groups": np.arange(9)},
            "binary",
            "2 folds, shuffled, rows of a group in the same fold",
        ),
        ({"cv": None}, "binary", "2 folds, in the order of the rows"),
        ({"cv": KFold(2)}, "binary", "2 folds, KFold(n_splits=2, "),
        ({"cv": list(KFold(2).split(range(9)))}, "binary", "2 folds, given row by row"),
    ],
)
def test_the_recipe_describes_the_splits(options, task, words):
    recipe = {"cv": 2} | options
    comparison = comparison_of(task, mae__a=[1.0, 2.0], recipe=recipe)
    comparison.splits = [None, None]
    assert recipe_in_words(comparison)["Splits"].startswith(words)


def test_the_recipe_shows_what_was_given():
    given = {
        "losses": {"mean": "mse", "huber": losses.Huber(delta=2.0), "f": print},
        "estimator": None,
        "groups": np.arange(3),
        "sample_weight": np.ones(3),
        "random_state": 7,
        "versions": {"python": "3.14.1", "torch": "2.13.0"},
        "source": Source("houses.csv"),
    }
    words = recipe_in_words(comparison_of(mae__a=[1.0], unit="mm", recipe=given))
    assert words == {
        "Task": "regression: predict a number",
        "Target": "target",
        "Unit": "mm",
        "Source": "houses.csv",
        "Losses": "mean, huber: Huber(delta=2.0), f",
        "Estimator": "default",
        "Splits": "0 folds, shuffled, rows of a group in the same fold",
        "Groups": "given",
        "Weights": "given",
        "Random state": "7",
        "Versions": "python 3.14.1, torch 2.13.0",
    }


def test_what_was_not_given_is_not_in_the_recipe():
    words = recipe_in_words(comparison_of(mae__a=[1.0]))
    assert {"Unit", "Source", "Groups", "Weights", "Versions"} & set(words) == set()


def test_findings_of_the_checks_are_on_the_page(regression, tmp_path, monkeypatch):
    assert "<h2>Checks</h2>" not in page_of(regression, tmp_path)
    found = {"code": "SKL1", "severity": "note", "finding": "<i>", "evidence": "5%"}
    frame = pd.DataFrame([found | {"loss": "a", "remedy": "Use b."}])
    monkeypatch.setattr("skloss.report.html.run_checks", lambda comparison: frame)
    page = page_of(regression, tmp_path)
    assert "<b>SKL1</b> Use b." in page
    assert "<li>a: &lt;i&gt; (5%.)</li>" in page


@pytest.mark.parametrize(
    ("y", "losses", "n_figures"),
    [
        (np.arange(40) % 3, ["cross_entropy"], 4),
        (np.stack([np.arange(40) % 2, np.arange(40) % 3 == 0], 1), ["focal"], 2),
        (np.stack([np.arange(40.0), np.arange(40) % 7], 1), ["huber"], 2),
    ],
    ids=["multiclass", "multilabel", "several targets"],
)
def test_every_task_has_a_page(y, losses, n_figures, tmp_path):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    comparison = compare_losses(X, np.asarray(y), losses, cv=2, random_state=1)
    text = page_of(comparison, tmp_path)
    assert text.count('class="plot-data"') == n_figures


def test_a_notebook_shows_sentences_and_matrix(regression, hostile):
    text = regression._repr_html_()
    assert text == report.html_table(regression)
    words = html.unescape(re.sub("<[^>]*>", "", text))
    assert all(sentence in words for sentence in report.sentences(regression))
    assert Page(text).opened.count("tr") == 1 + 2
    assert set(Page(hostile._repr_html_()).opened) <= {
        *("p", "b", "table", "thead", "tbody", "tr", "th", "td")
    }


@pytest.mark.parametrize("module", ["jinja2", "plotly"])
def test_the_message_names_a_missing_library(monkeypatch, module, regression):
    names = {"jinja2": ["jinja2"], "plotly": ["plotly", "plotly.offline"]}[module]
    for name in names:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=rf"requires {module}.*install skloss\[app\]"):
        regression.to_html("never written.html")


def test_a_tall_figure_has_a_place_of_its_height(tmp_path):
    X, y = load_diabetes(return_X_y=True)
    losses = ["squared_error", "absolute_error", "huber"]
    linear = TorchRegressor(hidden_layer_sizes=())
    comparison = compare_losses(X, y, losses, estimator=linear, cv=2)
    height = figures.prediction_vs_truth(comparison).layout.height
    text = page_of(comparison, tmp_path)
    assert re.findall(r'class="plot".*style="(.*)">', text) == [f"height: {height}px"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["regression", "hostile"])
def test_a_browser_draws_the_page_and_requests_nothing_else(
    browser, texts, tmp_path, scheme, width, kind
):
    path = tmp_path / "report.html"
    path.write_text(texts[kind], encoding="utf-8")
    context = browser.new_context(
        offline=True, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    page, requested, errors = context.new_page(), [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.plot .main-svg').length >= 4")
    foreign = [url for url in requested if not url.startswith(("data:", "blob:"))]
    assert (foreign, errors) == ([path.as_uri()], [])
    assert page.evaluate("window.hacked") is None
    overflowing = """[...document.querySelectorAll(".plot")].filter(plot =>
      plot.querySelector(".main-svg").clientHeight > plot.clientHeight)"""
    assert page.evaluate(f"{overflowing}.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
