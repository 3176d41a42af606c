"""How the dashboard starts: a page before torch, and one thread for libraries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_PAGE = """
import importlib.abc, importlib.machinery, os, sys, threading

requested = threading.Event()

class Never(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    '''A torch that takes for ever to load.'''

    def find_spec(self, name, path, target=None):
        if name == "torch":
            return importlib.machinery.ModuleSpec(name, self)

    def exec_module(self, module):
        requested.set()
        threading.Event().wait()

sys.meta_path.insert(0, Never())
from streamlit.testing.v1 import AppTest

app = AppTest.from_file(sys.argv[1], default_timeout=60).run()
print(len(app.exception), len(app.main.children) > 0, requested.wait(60))
sys.stdout.flush()
os._exit(0)  # the thread that waits for torch would wait on
"""


@pytest.mark.parametrize("sample", ["", "diabetes"])
def test_the_first_page_does_not_wait_for_torch(sample):
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE, str(ROOT / "dashboard.py")],
        cwd=ROOT,
        env=os.environ | {"SKLOSS_SAMPLE": sample},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "0 True True\n"), done.stderr


@pytest.mark.parametrize(
    ("requested", "given"), [({}, "1"), ({"OMP_NUM_THREADS": "2"}, "2")]
)
def test_the_server_computes_with_one_thread_unless_configured_otherwise(
    requested, given
):
    # Dask sets such variables in this process too, for the workers of other tests.
    rest = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    code = "import skloss.app, torch; print(torch.get_num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=rest | requested,
        capture_output=True,
    )
    assert done.stdout.decode().strip() == given
