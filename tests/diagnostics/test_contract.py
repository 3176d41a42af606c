"""Every check has a code, a rule and a remedy, and a new one is one file."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from skloss.diagnostics import (
    CHECKS,
    SEVERITIES,
    Check,
    Finding,
    group_findings,
    run_checks,
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", CHECKS)
def test_a_check_states_its_code_rule_remedy_and_docs(code):
    check = CHECKS[code]
    assert re.fullmatch(r"SKL\d{3}", code)
    assert check.code == code
    assert check.severity in SEVERITIES
    assert check.rule.endswith(".") and check.remedy.endswith(".")
    assert check.__doc__
    page, section = check.docs.split("#")
    assert f"\n## {section.upper()}\n" in (ROOT / page).read_text(encoding="utf-8")


def test_the_page_of_all_checks_is_up_to_date():
    made = runpy.run_path(str(ROOT / "docs" / "make_checks.py"))["page"]()
    found = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert found == made, "run make docs"


def test_two_checks_cannot_have_one_code():
    with pytest.raises(TypeError, match="Two checks have the code SKL301"):
        type("Again", (Check,), {"code": "SKL301"})


def test_a_severity_is_one_of_three():
    with pytest.raises(TypeError, match="severity must be one of"):
        type("Odd", (Check,), {"severity": "fatal"})


def test_findings_come_with_the_most_serious_first(monkeypatch):
    def check(code, severity):
        def find(self, comparison):
            return [Finding("a", code, "evidence")]

        facts = {"severity": severity, "remedy": f"cure {code}", "find": find}
        return type(code, (Check,), facts)

    planted = {"X1": check("X1", "note"), "X2": check("X2", "error")}
    monkeypatch.setattr("skloss.diagnostics.contract.CHECKS", planted)
    found = run_checks(SimpleNamespace())
    assert found["code"].tolist() == ["X2", "X1"]
    assert found["remedy"].tolist() == ["cure X2", "cure X1"]


def test_a_finding_can_have_a_remedy_of_its_own(monkeypatch):
    def find(self, comparison):
        return [Finding("a", "x", "y", "another cure"), Finding("b", "x", "y")]

    facts = {"severity": "note", "remedy": "cure", "find": find}
    planted = {"X1": type("X1", (Check,), facts)}
    monkeypatch.setattr("skloss.diagnostics.contract.CHECKS", planted)
    assert run_checks(SimpleNamespace())["remedy"].tolist() == ["another cure", "cure"]


def test_nothing_found_is_an_empty_table_with_all_columns():
    clean = SimpleNamespace(
        task="regression", stopped=(), predictions=pd.DataFrame({"loss": []})
    )
    found = run_checks(clean)
    assert len(found) == 0
    assert found.columns.tolist() == [
        "code", "severity", "loss", "finding", "evidence", "remedy",
    ]  # fmt: skip


def test_a_new_check_is_one_class_in_one_file(tmp_path):
    (tmp_path / "always.py").write_text(
        "from skloss.diagnostics.contract import Check, Finding\n"
        "class Always(Check):\n"
        "    '''Report always.'''\n"
        "    code, rule, remedy = 'SKL999', 'Always.', 'None.'\n"
        "    def find(self, comparison):\n"
        "        return [Finding('', 'Planted.', 'none')]\n"
    )
    code = f"""
import importlib.util, sys
from types import SimpleNamespace
spec = importlib.util.find_spec("skloss.diagnostics.contract")
import skloss.diagnostics.contract as contract
contract.CHECKS.clear()
for name in [n for n in sys.modules if n.startswith("skloss.diagnostics.checks")]:
    del sys.modules[name]
spec = importlib.util.find_spec("skloss.diagnostics.checks")
spec.submodule_search_locations.append({str(tmp_path)!r})
package = importlib.util.module_from_spec(spec)
sys.modules["skloss.diagnostics.checks"] = package
spec.loader.exec_module(package)
assert "SKL999" in contract.CHECKS and "SKL301" in contract.CHECKS
found = contract.CHECKS["SKL999"]().find(SimpleNamespace())
assert found[0].finding == "Planted."
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_findings_with_one_code_and_remedy_are_one_group():
    rows = [
        ("SKL2", "error", "a", "x", "1", "cure"),
        ("SKL1", "note", "a", "y", "2", "cure"),
        ("SKL2", "error", "b", "z", "3", "cure"),
        ("SKL2", "error", "c", "z", "3", "another cure"),
    ]
    columns = ["code", "severity", "loss", "finding", "evidence", "remedy"]
    groups = group_findings(pd.DataFrame(rows, columns=columns))
    assert [(group["code"], group["remedy"]) for group in groups] == [
        ("SKL2", "cure"),
        ("SKL1", "cure"),
        ("SKL2", "another cure"),
    ]
    assert groups[0]["findings"] == [
        {"loss": "a", "finding": "x", "evidence": "1"},
        {"loss": "b", "finding": "z", "evidence": "3"},
    ]
