"""What a server loads in the background from its start, so that pages wait less."""

import gc
import importlib
import sys
import threading

import skloss
from skloss.app import memory
from skloss.app.session.holding import HOLDER

# While others train, a thread that draws a page waits this long for each turn: a fifth
# of the default. With two comparisons, a page took a fifth less time.
_SECONDS_PER_TURN = 0.001
_SECONDS_AT_MOST = 60.0  # far more than a slow disk takes
# Two threads must not import the package's modules at once: where these import each
# other, one thread would import a module that the other has not finished.
_IMPORTED = threading.Event()
_BEGUN = threading.Lock()


def begin(router: str) -> None:
    """Start to load, once in a process; later calls do nothing.

    Parameters
    ----------
    router : str
        Module that draws what all pages share, the first one to import: a page waits
        for this thread if it comes before its end.
    """
    if not _BEGUN.acquire(blocking=False):
        return
    memory.return_freed_memory()
    sys.setswitchinterval(_SECONDS_PER_TURN)
    HOLDER.sweep_in_background()
    threading.Thread(target=_load, args=(router,), daemon=True).start()


def wait() -> None:
    """Wait until the modules of losses and comparisons have been imported."""
    _IMPORTED.wait(_SECONDS_AT_MOST)


def _load(router: str) -> None:
    """Run a tiny comparison: torch and scikit-learn import a lot on first use.

    Streamlit collects garbage after every run of a script. The half a million objects
    of imported modules are never garbage, but scanning them would take half a second
    per run; frozen objects are not scanned.
    """
    try:
        importlib.import_module(router)
        importlib.import_module("skloss.comparison")
    finally:
        _IMPORTED.set()
    numbers = [float(row) for row in range(20)]
    skloss.compare_losses(
        [[number] for number in numbers],
        numbers,
        ["squared_error"],
        # A cosine schedule is planned to end there, without a warning in the log.
        estimator=skloss.TorchRegressor(max_iter=1, schedule="cosine"),
        cv=2,
    )
    gc.collect()
    gc.freeze()
