"""The README's Python runs as printed, from top to bottom."""

import re
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
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
