"""Install the wheel and the sdist of a folder in new environments, and try them.

    python docs/try_dist.py dist

The environments see the packages of the interpreter that runs the script, but not its
checkout: what is tried is the code and the data in the archive.
"""

import json
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = 8497
COMPARE = """
import skloss
assert "site-packages" in skloss.__file__, skloss.__file__
sample = skloss.datasets.load_sample("heavy_tailed")
X, y = sample.frame.drop(columns=sample.target), sample.frame[sample.target]
comparison = skloss.compare_losses(X, y, ["squared_error", "huber"], cv=3)
print(skloss.__version__, comparison.summary())
"""
# The package alone compares losses without what the dashboard and figures need.
ALONE = "import sys\nsys.modules |= {'plotly': None, 'streamlit': None}\n"
REPORT = 'comparison.to_html("report.html")\n'


def environment(folder, archive):
    """Return the interpreter of a new environment with the archive installed."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    site = next((folder / "lib").glob("*/site-packages"))
    packages = sysconfig.get_paths()["purelib"]
    (site / "packages.pth").write_text(packages + "\n")
    command = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--force-reinstall", archive]
    subprocess.run(command, check=True, cwd=folder)
    return python


def serve(python, folder):
    """Start the dashboard from the archive; return whether it answers."""
    command = [python.parent / "skloss", f"--port={PORT}", "--no-browser"]
    server = subprocess.Popen(command, cwd=folder)
    try:
        for _ in range(120):
            try:
                url = f"http://127.0.0.1:{PORT}/_stcore/health"
                return urllib.request.urlopen(url).read() == b"ok"
            except OSError:
                time.sleep(0.5)
        return False
    finally:
        server.terminate()
        server.wait(10)


def missing_pages(wheel):
    """Return pages of the dashboard that the wheel does not contain."""
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist()}
    pages = [path.name for path in ROOT.rglob("skloss/**/pages/*.py")]
    pages += [path.name for path in ROOT.glob("pages/*.py")]
    return sorted(set(pages) - names)


def main(folder):
    """Try each archive of the folder; raise an error at the first fault."""
    archives = [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]
    assert len(archives) == 2, json.dumps([str(path) for path in archives])
    assert missing_pages(archives[0]) == [], missing_pages(archives[0])
    for archive in archives:
        with tempfile.TemporaryDirectory() as place:
            python = environment(Path(place), archive.resolve())
            for code in (ALONE + COMPARE, COMPARE + REPORT):
                subprocess.run([python, "-c", code], check=True, cwd=place)
            assert serve(python, place), "the dashboard does not answer"
        print(f"{archive.name}: installed, compared, served")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
