"""The README's Python runs as printed, from top to bottom."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(README.split())
BENCHMARKS = (Path(__file__).parents[1] / "benchmarks" / "README.md").read_text(
    encoding="utf-8"
)
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, flags=re.M | re.S)


def test_every_python_block_of_the_readme_runs():
    namespace = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), namespace)
    assert set(namespace["comparison"].table.index) == {
        "squared_error",
        "absolute_error",
        "huber",
    }


def test_the_readme_gives_the_two_commands():
    assert "\nmake app\n" in README
    assert "\nmake test\n" in README


def rows_of(text):
    """Cells of each row of the tables of a page."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines
    ]


def test_each_ratio_of_the_readme_is_one_of_the_benchmarks():
    shown = rows_of(README.split("## Speed")[1].split("\n## ")[0])
    measured = BENCHMARKS.split("\n## Speed")[1].split("\n## ")[0]
    assert len(shown) > 15
    assert set(shown) - set(rows_of(measured)) == set()
    (versions,) = re.findall(r"\((?:`make bench-speed`; )(Python .*?)\)", ONE_LINE)
    assert versions in " ".join(measured.split())


def test_the_wins_of_the_readme_are_those_of_the_benchmarks():
    scores = {(row[0], row[1]): row[2] for row in rows_of(BENCHMARKS) if len(row) == 4}
    for name, shown in {
        "LightGBM": r"(\d+) better, (\d+) level, (\d+) worse than LightGBM",
        "CatBoost": r"(\d+), (\d+) and (\d+) against CatBoost",
    }.items():
        (version,) = {of for of, _ in scores if of.startswith(name)}
        counts = [
            [int(count) for count in scores[version, metric].split(" / ")]
            for metric in ("RMSE", "log-loss")
        ]
        stated = [int(count) for count in re.search(shown, ONE_LINE).groups()]
        assert stated == [sum(both) for both in zip(*counts, strict=True)]
