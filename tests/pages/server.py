"""The dashboard as a server of its own, for the tests in a real browser."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


# Starts the dashboard as the command does, with a shorter wait for lost connections.
_START = (
    "import sys; from skloss.app import command; "
    "from skloss.app.session.holding import HOLDER; "
    "HOLDER.seconds = float(sys.argv[1]); command.main(sys.argv[2:])"
)


class Server:
    """The dashboard on a free port of this machine.

    It drops sessions `seconds_held` seconds after their connection is lost.
    """

    def __init__(self, log, seconds_held=60):
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        options = ["--host=127.0.0.1", f"--port={self.port}", "--no-browser"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, str(seconds_held), *options],
            cwd=ROOT,
            env=os.environ | {"STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none"},
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def wait(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health") as answer:
                    if answer.read() == b"ok":
                        return self
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def complaints(self):
        words = re.compile(r"warn|error|deprecat|traceback|exception", re.IGNORECASE)
        lines = self.log.read_text().splitlines()
        # The tests train for few epochs: an unfinished fit is no fault of a page.
        return [
            line
            for line in lines
            if words.search(line) and "ConvergenceWarning" not in line
        ]
