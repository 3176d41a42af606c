"""Put the dashboard's scripts into the package; pyproject.toml states the rest."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SCRIPTS = ["dashboard.py", ".streamlit/config.toml", *sorted(Path().glob("pages/*.py"))]


class BuildWithDashboard(build_py):
    """Copy ``dashboard.py``, its pages and its settings to ``skloss/app/site``."""

    def run(self) -> None:
        """Build the package, then add the scripts."""
        super().run()
        if self.editable_mode:  # the package then finds them in the checkout
            return
        for script in SCRIPTS:
            copy = Path(self.build_lib, "skloss", "app", "site", script)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(script, copy)


setup(cmdclass={"build_py": BuildWithDashboard})
