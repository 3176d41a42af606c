"""The command ``skloss``, which starts the dashboard."""

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import skloss
from skloss import datasets

_MISSING = (
    "The dashboard needs Streamlit and Plotly. Install them with: "
    'pip install "skloss[app]"'
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the dashboard and serve it until it is interrupted.

    Parameters
    ----------
    arguments : sequence of str, default=None
        Arguments of the command line; None for those of this process.

    Returns
    -------
    int
        Exit status: 0 after an interrupt, 1 if a dependency is missing.
    """
    options = _parser().parse_args(arguments)
    missing = [n for n in ("streamlit", "plotly") if not importlib.util.find_spec(n)]
    if missing:
        print(_MISSING, file=sys.stderr)  # noqa: T201
        return 1
    if options.sample:
        os.environ["SKLOSS_SAMPLE"] = options.sample
    # Imported here so that --help and --version do not load Streamlit.
    from skloss.app import server

    server.serve(router(), _configuration(options))
    return 0


def router() -> Path:
    """Return the path of ``dashboard.py``, next to the folder of the pages.

    A wheel holds both inside the package. In a checkout, and in an editable
    installation, they are next to the package.

    Returns
    -------
    pathlib.Path
    """
    package = Path(skloss.__file__).parent
    installed = package / "app" / "site" / "dashboard.py"
    return installed if installed.exists() else package.parent / "dashboard.py"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="skloss",
        description="Start the dashboard: compare losses on your table, in a browser.",
        epilog=(
            "Other settings are Streamlit's, from environment variables such as "
            "STREAMLIT_SERVER_BASE_URL_PATH or from ~/.streamlit/config.toml."
        ),
    )
    parser.add_argument(
        "--host",
        help="address to listen on (default: localhost, this computer only; "
        "0.0.0.0 for every network)",
    )
    parser.add_argument("--port", type=int, help="port to listen on (default: 8501)")
    parser.add_argument(
        "--sample", choices=datasets.list_samples(), help="sample table to open with"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open a browser"
    )
    parser.add_argument(
        "--version", action="version", version=f"skloss {skloss.__version__}"
    )
    return parser


def _configuration(options: argparse.Namespace) -> dict[str, str | int | bool]:
    """Return the options for Streamlit, which otherwise reads its environment."""
    configuration: dict[str, str | int | bool] = {}
    if options.host is not None:
        configuration["server.address"] = options.host
    elif "STREAMLIT_SERVER_ADDRESS" not in os.environ:
        # By default Streamlit listens on every network; here that must be requested.
        configuration["server.address"] = "localhost"
    if options.port is not None:
        configuration["server.port"] = options.port
    if options.no_browser:
        configuration["server.headless"] = True
    return configuration
