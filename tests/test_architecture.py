"""The layer rule and the walls of docs/architecture.md, read from the source."""

import ast
import functools
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import skloss

ROOT = Path(__file__).parents[1]
LAYERS = [
    "wording",
    "tasks",
    "table",
    "datasets",
    "metrics",
    "losses",
    "costs",
    "divergence",
    "noise",
    "encoding",
    "networks",
    "training",
    "estimators",
    "check",
    "figures",
    "diagnostics",
    "report",
    "comparison",
    "app",
    "pages",
]
TORCHLESS = {
    *("wording", "tasks", "table", "datasets", "metrics", "costs"),
    *("figures", "diagnostics", "report", "app", "pages"),
}
APP = {"app", "pages"}  # they import Streamlit
SOURCES = sorted(
    [
        ROOT / "dashboard.py",
        *(ROOT / "pages").glob("*.py"),
        *(ROOT / "skloss").rglob("*.py"),
    ]
)
SOURCES.remove(ROOT / "skloss" / "__init__.py")


def name_of(path):
    return str(path.relative_to(ROOT))


def layer_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    # The command on the command line is a way to open the pages.
    is_inside = parts[0] == "skloss" and parts[1] != "__main__"
    return parts[1] if is_inside else "pages"


DASHBOARD = [p for p in SOURCES if layer_of(p) in {"app", "pages"}]


@functools.cache
def imports_of(path):
    """Dotted names imported anywhere in a file, also inside its functions."""
    names = []
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def layers_used(path):
    inside = [n.split(".") for n in imports_of(path) if n.startswith("skloss.")]
    homes = {name: home.split(".")[1] for name, home in skloss._HOMES.items()}
    return {homes.get(parts[1], parts[1]) for parts in inside} & set(LAYERS)


def packages_used(path):
    return {name.split(".")[0] for name in imports_of(path)}


def calls_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}


def test_every_module_has_its_place_in_the_layers():
    assert [name_of(p) for p in SOURCES if layer_of(p) not in LAYERS] == []


def later_layers_of(path):
    place = LAYERS.index(layer_of(path))
    return {used for used in layers_used(path) if LAYERS.index(used) > place}


def test_a_module_imports_only_from_earlier_ones():
    later = {name_of(path): later_layers_of(path) for path in SOURCES}
    assert {name: layers for name, layers in later.items() if layers} == {}


def test_streamlit_stays_in_the_dashboard():
    using = [path for path in SOURCES if "streamlit" in packages_used(path)]
    assert using
    assert [name_of(p) for p in using if layer_of(p) not in APP] == []


def test_plotly_stays_in_figures_and_the_page_of_a_report():
    using = [path for path in SOURCES if "plotly" in packages_used(path)]
    # A report carries plotly's JavaScript, so that it opens without a network.
    bundle = ROOT / "skloss" / "report" / "html.py"
    assert {name_of(p) for p in using if layer_of(p) != "figures"} <= {name_of(bundle)}


def test_torch_never_reaches_tables_scores_and_pages():
    using = [path for path in SOURCES if "torch" in packages_used(path)]
    assert using
    assert [name_of(p) for p in using if layer_of(p) in TORCHLESS] == []


@pytest.mark.parametrize("path", DASHBOARD, ids=name_of)
def test_the_dashboard_neither_writes_html_nor_runs_text(path):
    assert "unsafe_allow" not in path.read_text(encoding="utf-8")
    assert calls_of(path) & {"eval", "exec", "html", "iframe"} == set()
    assert packages_used(path) & {"pickle", "joblib", "cloudpickle", "shelve"} == set()


def test_a_page_never_ends_by_dropping_the_clicks_that_wait_for_its_end():
    sources = {name_of(path): path.read_text(encoding="utf-8") for path in DASHBOARD}
    assert [name for name, text in sources.items() if "st.stop()" in text] == []
    assert any("frame.end()" in text for text in sources.values())


def longer_than(limit, paths):
    lengths = {name_of(p): len(p.read_text("utf-8").splitlines()) for p in paths}
    return {name: length for name, length in lengths.items() if length > limit}


PAGES = sorted((ROOT / "pages").glob("*.py"))


def test_a_page_is_at_most_a_hundred_lines():
    assert longer_than(100, [ROOT / "dashboard.py", *PAGES]) == {}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_no_arithmetic_of_its_own(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)]
    assert packages_used(path) & {"numpy", "pandas", "scipy", "math"} == set()


def test_a_file_is_at_most_four_hundred_lines():
    others = [
        p for room in ("tests", "benchmarks") for p in (ROOT / room).rglob("*.py")
    ]
    assert longer_than(400, [*SOURCES, *others]) == {}


def code_lines_of(function, lines):
    """Count the lines of a function's body that hold code."""
    body = function.body
    texts = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    docs = {k for node in texts for k in range(node.lineno, node.end_lineno + 1)}
    places = range(body[0].lineno, function.end_lineno + 1)
    held = [lines[k - 1].strip() for k in places if k not in docs]
    return len([line for line in held if line and not line.startswith("#")])


def test_private_torch_is_named_in_one_file():
    private = re.compile(r"torch\.(?:\w+\.)*_[a-z]|_execution_engine")
    found = {
        name_of(path)
        for path in SOURCES
        if private.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"skloss/training/kernels.py"}


def docstring_lines(path):
    """Count the lines of a file's docstrings."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    documented = [n for n in nodes if isinstance(n, owners) and ast.get_docstring(n)]
    docs = [node.body[0] for node in documented]
    return sum(doc.end_lineno - doc.lineno + 1 for doc in docs)


@pytest.mark.parametrize("name", ["regressor", "classifier", "embedder", "aligner"])
def test_an_estimator_has_at_most_150_lines_without_docstrings(name):
    path = ROOT / "skloss" / "estimators" / f"{name}.py"
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines - docstring_lines(path) <= 150


def test_a_function_has_at_most_fifty_lines_of_code():
    long = {}
    for path in SOURCES:
        source = path.read_text(encoding="utf-8")
        functions = [
            node
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef)
        ]
        lengths = {f.name: code_lines_of(f, source.splitlines()) for f in functions}
        long |= {f"{name_of(path)} {f}": n for f, n in lengths.items() if n > 50}
    assert long == {}


@pytest.mark.parametrize(
    "module",
    ["skloss", "skloss.noise", *sorted(f"skloss.{t}" for t in TORCHLESS - APP)],
)
def test_importing_it_loads_neither_torch_nor_streamlit(module):
    code = (
        f"import sys, {module}; "
        "sys.exit(' '.join({'torch', 'streamlit'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_reports_and_checks_work_without_plotly_and_figures_name_it():
    code = (
        "import sys; sys.modules['plotly'] = None\n"
        "import skloss.report, skloss.diagnostics, skloss.figures\n"
        "try: skloss.figures.scores\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert 'Install it with: pip install "skloss[app]"' in done.stdout


def rows_of_the_table():
    """Cells of each row of the module table in docs/architecture.md."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| `skloss.")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_documented_order_is_the_enforced_one():
    documented = [row[0].strip("`").split(".")[1] for row in rows_of_the_table()]
    assert documented == LAYERS[:-1]


def test_the_documented_public_modules_are_the_ones_whose_docstrings_are_checked():
    listed = runpy.run_path(str(ROOT / "docs" / "public_modules.py"))
    documented = {row[0].strip("`") for row in rows_of_the_table() if row[2] == "yes"}
    assert documented | {"skloss"} == set(listed["PUBLIC_MODULES"])


def test_the_documented_walls_against_torch_are_the_enforced_ones():
    without = {row[0].strip("`") for row in rows_of_the_table() if row[3] == "never"}
    assert {f"skloss.{layer}" for layer in TORCHLESS - {"pages"}} == without


def test_session_keys_are_spelled_in_one_file_only():
    spelled = {p for p in DASHBOARD if "session_state" in p.read_text(encoding="utf-8")}
    assert spelled == {ROOT / "skloss" / "app" / "session" / "state.py"}


def file_of_tests(path):
    """Return the file that holds the tests of a module."""
    place = path.relative_to(ROOT / "skloss")
    return ROOT / "tests" / place.parent / f"test_{place.stem}.py"


#: Modules whose tests have another name, with the file that holds them: records
#: without a rule of their own, and what draws and is tested on the page that shows it.
#: The list only becomes shorter; see "Rules" in CONTRIBUTING.md.
TESTED_ELSEWHERE = {
    "skloss/__main__.py": "tests/app/test_command.py",
    "skloss/app/session/results.py": "tests/app/session/test_state.py",
    "skloss/check/law.py": "tests/check/test_laws.py",
    "skloss/table/column_reading.py": "tests/table/test_cleaning.py",
    "skloss/table/errors.py": "tests/table/test_reading.py",
    "skloss/app/parts/accessible.py": "tests/pages/test_accessible.py",
    "skloss/app/parts/embedding_example.py": "tests/pages/test_embeddings.py",
    "skloss/app/parts/embedding_panel.py": "tests/pages/test_embeddings.py",
    "skloss/app/parts/embedding_settings.py": "tests/pages/test_embeddings.py",
    "skloss/app/parts/explorer.py": "tests/pages/test_losses.py",
    "skloss/app/parts/exports.py": "tests/pages/test_export.py",
    "skloss/app/parts/formula_field.py": "tests/pages/test_losses.py",
    "skloss/app/parts/loss_cards.py": "tests/pages/test_losses.py",
    "skloss/app/parts/loss_choice.py": "tests/pages/test_compare.py",
    "skloss/app/parts/moving.py": "tests/pages/test_losses.py",
    "skloss/app/parts/noise_panel.py": "tests/pages/test_residuals.py",
    "skloss/app/parts/reload.py": "tests/pages/test_browser_large.py",
    "skloss/app/parts/rows_panel.py": "tests/pages/test_compare.py",
    "skloss/app/parts/threshold_picker.py": "tests/pages/test_imbalance.py",
    "skloss/app/parts/tug_of_war.py": "tests/pages/test_losses.py",
    # Its tests run over every theorem.
    "skloss/app/theorems/": "tests/pages/test_theory.py",
}


def test_each_module_has_a_file_of_tests_of_its_name():
    modules = [p for p in (ROOT / "skloss").rglob("*.py") if p.stem != "__init__"]
    without = {name_of(p) for p in modules if not file_of_tests(p).exists()}
    folders = tuple(name for name in TESTED_ELSEWHERE if name.endswith("/"))
    alone = {name for name in without if not name.startswith(folders)}
    assert sorted(alone) == sorted(set(TESTED_ELSEWHERE) - set(folders))
    assert len(TESTED_ELSEWHERE) <= 21
    missing = [p for p in TESTED_ELSEWHERE.values() if not (ROOT / p).exists()]
    assert missing == []


def test_each_folder_of_tests_is_a_folder_of_the_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    places = {str(folder.relative_to(ROOT / "tests")) for folder in folders}
    rooms = {place for place in places if (ROOT / "skloss" / place).is_dir()}
    assert places - rooms == {"docs", "pages"}
