"""Write docs/checks.md, the page of all checks, from their classes.

``python docs/make_checks.py`` writes the page; a test compares it with the classes.
"""

import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # a checkout need not be installed

from skloss.diagnostics import CHECKS  # noqa: E402

HEAD = """# Checks

<!-- Written by docs/make_checks.py from skloss/diagnostics/checks: edit those. -->

`Comparison.checks()` returns what an expert would notice, one row per finding: code,
severity, loss, finding, evidence and remedy. An *error* makes the scores meaningless, a
*warning* can change which loss is best, and a *note* explains how to read the scores.
Checks read the held-out predictions, the table and the baselines; no loss is trained
for them. `benchmarks/checks.py` counts their false alarms on simulated tables without
any of these faults.

| code | severity | reports |
|---|---|---|
"""


def page():
    """Return the text of the page."""
    rows, sections = [], []
    for code, check in sorted(CHECKS.items()):
        title = sys.modules[check.__module__].__doc__.strip().rstrip(".")
        title = title.removeprefix(f"{code}: ")
        rows.append(f"| [{code}](#{code.lower()}) | {check.severity} | {title} |")
        sections.append(
            f"## {code}\n\n*{title[0].upper()}{title[1:]}.*\n\n"
            f"{inspect.getdoc(check)}\n\n"
            f"- Rule: {check.rule}\n- Remedy: {check.remedy}\n"
        )
    return HEAD + "\n".join(rows) + "\n\n" + "\n".join(sections)


if __name__ == "__main__":
    (ROOT / "docs" / "checks.md").write_text(page(), encoding="utf-8")
