"""What an expert would notice about a comparison, with the remedies."""

from typing import Any

import streamlit as st

from skloss import wording
from skloss.app import markdown
from skloss.app.session import derived

_ICONS = {
    "error": ":material/error:",
    "warning": ":material/warning:",
    "note": ":material/lightbulb:",
}
# Findings that are shown at first; the others are folded away.
_SHOWN = 4


def checks(comparison: Any) -> None:
    """Draw the findings of the checks, the most serious first.

    Nothing is drawn while the baselines are computed, which some checks read.

    Parameters
    ----------
    comparison : Comparison
    """
    with st.container():  # drawn even if empty, so that the rest keeps its place
        job = derived.baselines_job(comparison, lambda comparison: None)
        if job is not None and not job.finished:
            return
        found = derived.remembered(comparison, "checks", lambda: _run(comparison))
        if len(found):
            _show(found)


def _show(found: Any) -> None:
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.diagnostics import group_findings

    st.subheader("Checks", anchor=False)
    items = [_item(group) for group in group_findings(found)]
    st.markdown("\n".join(items[:_SHOWN]))
    if len(items) > _SHOWN:
        more = wording.count(len(items) - _SHOWN, "more finding", "more findings")
        with st.expander(more):
            st.markdown("\n".join(items[_SHOWN:]))


def _run(comparison: Any) -> Any:
    # The method of the comparison would compute missing baselines while the page waits.
    from skloss.diagnostics import run_checks

    return run_checks(comparison)


def _item(group: dict[str, Any]) -> str:
    """Item of a list: a finding, or what several losses have in common."""
    losses: dict[tuple[str, str], list[str]] = {}
    for found in group["findings"]:
        losses.setdefault((found["finding"], found["evidence"]), []).append(
            found["loss"]
        )
    findings = [_finding(names, *found) for found, names in losses.items()]
    remedy = markdown.escape(str(group["remedy"]), 400)
    end = f"{remedy} `{group['code']}`"
    start = f"- {_ICONS[group['severity']]}"
    if len(findings) == 1:
        return f"{start} {findings[0]} {end}"
    return "\n".join([f"{start} {end}", *(f"    - {text}" for text in findings)])


def _finding(losses: list[str], finding: str, evidence: str) -> str:
    """Return a finding once, with all losses of which it is true."""
    titles = wording.join(
        [f"**{markdown.loss_title(loss)}**" for loss in losses if loss]
    )
    about = f"{titles}: " if titles else ""
    text = markdown.escape(str(finding), 400)
    return f"{about}{text} ({markdown.escape(str(evidence), 300)}.)"
