"""The generated catalogue of losses is complete and current."""

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

import skloss
from skloss import list_losses
from skloss.losses.contract.registry import REGISTRY

ROOT = Path(__file__).parents[2]
MAKER = runpy.run_path(str(ROOT / "docs" / "make_losses.py"))
PAGES = MAKER["catalogue"]()
CURVES = ROOT / "docs" / "curves"
CLASSES = [REGISTRY[name] for name in list_losses()]
every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


def text_of(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_the_generated_files_are_current():
    stale = [path.name for path, text in PAGES.items() if text_of(path) != text]
    assert stale == [], "run `make docs`"


def test_every_curve_belongs_to_a_loss():
    orphans = set(CURVES.glob("*.svg")) - set(PAGES)
    assert orphans == set(), "a curve without a loss: run `make docs`"


@every_loss
def test_a_loss_states_its_own_texts(cls):
    assert {"name", "formula", "reference", "use_when"} <= set(vars(cls))
    assert re.fullmatch(r"[A-Z].{20,90}[^.]\.", cls.use_when)
    assert cls.__doc__.strip().splitlines()[0]
    assert cls.noise_model or cls().noise is None


def test_each_loss_has_a_use_of_its_own():
    assert len({cls.use_when for cls in CLASSES}) == len(CLASSES)


@every_loss
def test_every_parameter_has_a_description(cls):
    rows = "".join(MAKER["parameters"](cls())).splitlines()[2:]
    assert len(rows) == len(cls().get_params())
    assert all(row.split(" | ")[-1].strip(" |") for row in rows)


@every_loss
def test_the_curve_is_a_drawing_without_gaps(cls):
    text = PAGES[CURVES / f"{cls.name}.svg"]
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert "nan" not in text and "inf" not in text.replace("info", "")
    assert len(text) < 16_000


@every_loss
def test_the_page_and_the_readme_name_the_loss(cls):
    assert f"\n### {cls.name}\n" in PAGES[ROOT / "docs" / "losses.md"]
    assert f"[{cls.name}](docs/losses.md#{cls.name})" in PAGES[ROOT / "README.md"]


def test_each_theorem_on_losses_is_linked_by_those_that_it_names():
    losses = PAGES[ROOT / "docs" / "losses.md"].split("\n### ")[1:]
    linked = {
        (page, text.split("\n")[0])
        for text in losses
        for page in re.findall(r"\]\(theorems/([\w-]+)\.md\)", text)
    }
    named = {
        (page.stem, name)
        for page in (ROOT / "docs" / "theorems").glob("*.md")
        for name in re.findall(r"\]\(\.\./losses\.md#(\w+)\)", text_of(page))
    }
    assert linked == named
    # Clipping and warm-up hold for the training of every loss.
    assert len({page for page, _ in named}) == 7


@every_loss
def test_the_line_of_usage_runs(cls):
    rng = np.random.default_rng(0)
    X, n_rows = rng.normal(size=(12, 2)), 12
    y = cls().example_target(rng, n_rows)
    names = {name: getattr(skloss, name) for name in skloss.__all__} | {
        "X": X,
        "y": y,
        "embeddings": torch.as_tensor(X),
        "labels": torch.arange(n_rows) % 3,
        "x_embeddings": torch.as_tensor(X),
        "y_embeddings": torch.as_tensor(X + 1),
    }
    line = MAKER["usage"](cls()).replace(").fit(", ", max_iter=2).fit(")
    assert eval(line, names) is not None
