"""Freed memory returns to the system unless the environment decides."""

import os
import subprocess
import sys

import pytest

CODE = """
import pyarrow
from skloss.app.memory import return_freed_memory
return_freed_memory()
print(pyarrow.default_memory_pool().backend_name)
"""


@pytest.mark.parametrize(
    ("configured", "backend"),
    [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")],
)
def test_arrow_uses_the_pool_of_the_system_unless_configured(configured, backend):
    rest = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=rest | configured,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == backend, done.stderr
