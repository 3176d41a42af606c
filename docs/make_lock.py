"""Write requirements.lock: every dependency of the image, pinned with its hash.

pip resolves ``requirements.txt`` for the image's Python and processor without
installing anything, and reports the SHA-256 of each wheel that it chose. torch is left
out, since the image takes it from PyTorch's own index of wheels for CPUs; what torch
itself depends on is locked as well.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON = "3.12"
# Of glibc, as in the image; wheels for older ones run there, too.
PLATFORMS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_24", "manylinux2014")
OF_TORCH = (
    "filelock",
    "fsspec",
    "networkx",
    "setuptools",
    "sympy",
    "typing-extensions",
)
HEADER = """\
# Written by `make lock` for Python {python} on Linux, {machine}. torch is left out: the
# Dockerfile takes its wheel for CPUs from PyTorch's own index.
"""


def main():
    """Resolve the requirements and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machine", default="x86_64", help="such as aarch64")
    machine = parser.parse_args().machine
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if re.match(r"(?!torch\b)\w", line)]
    found = resolved([*wanted, *OF_TORCH], machine)
    text = HEADER.format(python=PYTHON, machine=machine)
    text += "".join(
        f"{name}=={version} --hash=sha256:{digest}\n" for name, version, digest in found
    )
    (ROOT / "requirements.lock").write_text(text, encoding="utf-8")


def resolved(requirements, machine):
    """Return the name, version and SHA-256 of each wheel that pip would install."""
    platforms = [f"--platform={name}_{machine}" for name in PLATFORMS]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet"),
            *("--disable-pip-version-check", "--ignore-installed"),
            *("--only-binary=:all:", f"--python-version={PYTHON}", *platforms),
            *(f"--target={folder}/none", f"--report={report}", *requirements),
        ]
        subprocess.run(command, check=True)
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(
        (
            re.sub(r"[-_.]+", "-", one["metadata"]["name"]).lower(),
            one["metadata"]["version"],
            one["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for one in installed
    )


if __name__ == "__main__":
    main()
