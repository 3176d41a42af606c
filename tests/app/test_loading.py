"""A server loads what pages need once, in the background, from its start."""

import subprocess
import sys
import threading

from skloss.app import loading

LOADED = """
import sys
from skloss.app import loading
before = "torch" in sys.modules
loading.begin("skloss.app.parts.frame")
loading.wait()
print(before, "torch" in sys.modules, "skloss.comparison" in sys.modules)
"""


def test_after_the_wait_the_modules_of_comparisons_are_imported():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "True"]


def test_it_begins_once_in_a_process(monkeypatch):
    begun, loaded = [], threading.Event()
    monkeypatch.setattr(loading, "_BEGUN", threading.Lock())
    monkeypatch.setattr(
        loading, "_load", lambda router: (begun.append("load"), loaded.set())
    )
    monkeypatch.setattr(loading.memory, "return_freed_memory", lambda: None)
    monkeypatch.setattr(loading.sys, "setswitchinterval", lambda seconds: None)
    monkeypatch.setattr(
        loading.HOLDER, "sweep_in_background", lambda: begun.append("sweep")
    )
    loading.begin("skloss.app.parts.frame")
    loading.begin("skloss.app.parts.frame")
    assert loaded.wait(10)
    assert sorted(begun) == ["load", "sweep"]
