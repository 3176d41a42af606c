"""The documentation site builds without a warning and needs no network."""

import importlib.util
import inspect
import re
import runpy
from importlib import import_module

import pytest

import skloss
from tests.docs.site import ROOT, Page, broken_links, build

NEEDED = (
    "sphinx",
    "pydata_sphinx_theme",
    "myst_parser",
    "sphinx_gallery",
    "latex2mathml",
)
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
PUBLIC_MODULES = runpy.run_path(str(ROOT / "docs" / "public_modules.py"))[
    "PUBLIC_MODULES"
]

needs_sphinx = pytest.mark.skipif(
    bool(MISSING), reason=f"install docs/requirements.txt: {', '.join(MISSING)}"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    built = build(tmp_path_factory.mktemp("site"))
    return {path: Page(path) for path in sorted(built.rglob("*.html"))}


@needs_sphinx
def test_opening_a_page_loads_nothing_from_another_server(pages):
    loaded = {address for page in pages.values() for address in page.loaded}
    assert loaded
    foreign = [a for a in loaded if re.match(r"(https?:)?//", a)]
    assert foreign == []
    folder = next(iter(pages)).parent
    sheets = [p.read_text(encoding="utf-8") for p in folder.rglob("_static/**/*.css")]
    assert not re.search(r"(url\(|@import )[\"']?(https?:)?//", "\n".join(sheets))


@needs_sphinx
def test_every_link_inside_the_site_resolves(pages):
    assert list(broken_links(pages)) == []


@needs_sphinx
def test_every_public_class_and_function_has_a_page(pages):
    built = {path.stem for path in pages}
    missing = [
        f"{module}.{name}"
        for module in PUBLIC_MODULES
        for name in import_module(module).__all__
        if inspect.isroutine(thing := getattr(import_module(module), name))
        or inspect.isclass(thing)
        if not {f"{module}.{name}", f"skloss.{name}"} & built
    ]
    assert missing == []


@needs_sphinx
def test_every_loss_has_its_formula_in_the_catalogue(pages):
    (path,) = [path for path in pages if path.name == "losses.html"]
    text = path.read_text(encoding="utf-8")
    assert text.count('display="block"') == len(skloss.list_losses())


def test_every_module_that_skloss_exports_is_public():
    exported = [getattr(skloss, name) for name in skloss.__all__]
    modules = {thing.__name__ for thing in exported if inspect.ismodule(thing)}
    homes = {thing.__module__ for thing in exported if not inspect.ismodule(thing)}
    assert modules <= set(PUBLIC_MODULES)
    assert all(home.startswith(PUBLIC_MODULES[1:]) for home in homes)


def test_a_public_module_lists_its_names():
    assert [m for m in PUBLIC_MODULES if not import_module(m).__all__] == []
