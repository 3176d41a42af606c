"""The scripts in examples/ run as they are."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

ROOT = Path(__file__).parents[1]


def run(script, *arguments, before=""):
    """Run a script with some Python before it; return what it printed."""
    code = "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0])"
    # Arrow's own allocator reserves a gigabyte of addresses that it never touches.
    settings = {
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{code}", str(script), *map(str, arguments)],
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=str)
def test_an_example_is_short_and_runs(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 100
    assert run(path)


def write_table(path, n_groups=100, rows=10_000):
    """Write rows of 100 columns in float64, and y that depends on three of them."""
    rng = np.random.default_rng(0)
    names = [f"x{k}" for k in range(100)]
    schema = pyarrow.schema([(name, pyarrow.float64()) for name in [*names, "y"]])
    with pyarrow.parquet.ParquetWriter(
        path, schema, compression="none", use_dictionary=False
    ) as writer:
        for _ in range(n_groups):
            numbers = rng.standard_normal((10, rows))
            flags = rng.integers(0, 2, (90, rows)).astype(float)
            y = np.sin(2 * numbers[0]) + numbers[1] * flags[0]
            y += 0.1 * rng.standard_normal(rows)
            columns = [pyarrow.array(column) for column in [*numbers, *flags, y]]
            writer.write_table(pyarrow.table(columns, schema=schema))


LIMIT = 700 * 2**20
LIMITED = (
    f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({LIMIT}, {LIMIT}))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of Linux")
def test_partial_fit_learns_from_a_file_larger_than_the_memory_it_has(tmp_path):
    path, whole = tmp_path / "large.parquet", tmp_path / "whole.py"
    whole.write_text(
        "import sys, numpy\n"
        "try:\n    numpy.fromfile(sys.argv[1], 'u1')\n"
        "except MemoryError:\n    print('too large')\n"
    )
    write_table(path)
    assert path.stat().st_size > 1.1 * LIMIT
    assert run(whole, path, before=LIMITED) == "too large\n"
    printed = run(ROOT / "examples/larger_than_memory.py", path, before=LIMITED)
    path.unlink()
    assert "learned from 990,000 rows" in printed
    # The noise leaves 0.99 to be explained.
    assert float(re.search(r"R2 on 10,000 held-out rows: (.*)", printed)[1]) > 0.95
