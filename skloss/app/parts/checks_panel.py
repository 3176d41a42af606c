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
# So many are read; the others are folded away.
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
    st.subheader("Checks", anchor=False)
    rows = [_line(row) for row in found.to_dict("records")]
    st.markdown("\n".join(rows[:_SHOWN]))
    if len(rows) > _SHOWN:
        more = wording.count(len(rows) - _SHOWN, "more finding", "more findings")
        with st.expander(more):
            st.markdown("\n".join(rows[_SHOWN:]))


def _run(comparison: Any) -> Any:
    # Imported here because the first page of the dashboard must not load torch. The
    # method of the comparison would compute missing baselines while the page waits.
    from skloss.diagnostics import run_checks

    return run_checks(comparison)


def _line(row: dict[str, Any]) -> str:
    parts = [markdown.escape(str(row[name]), 400) for name in ("finding", "remedy")]
    about = markdown.loss_title(row["loss"]) if row["loss"] else ""
    evidence = markdown.escape(str(row["evidence"]), 300)
    return (
        f"- {_ICONS[row['severity']]} {f'**{about}**: ' if about else ''}{parts[0]} "
        f"({evidence}) {parts[1]} `{row['code']}`"
    )
