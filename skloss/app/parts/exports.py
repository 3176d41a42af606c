"""Downloads of a comparison: predictions of new rows, the model, reports, tables."""

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from skloss import report, table, wording
from skloss.app import markdown
from skloss.app.parts import comparison_panel
from skloss.app.session import derived, work
from skloss.app.session.jobs import Job, QueueFullError
from skloss.app.session.question import Question
from skloss.app.session.tables import MEGABYTES_AT_MOST, read_upload

# A file with more problems has one cause, which the first of them show. The whole
# table of predictions is in the file that is offered.
_PROBLEMS_SHOWN = 200
_ROWS_SHOWN = 100


def need_model(comparison: Any, loss: str) -> Any:
    """Return the pipeline of a loss, fitted on all rows; None until it is.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    Pipeline or None
    """
    for key, running in derived.running(comparison).items():
        _watch(running, key)
    job = derived.job(comparison, _key(loss))
    if job is None or (job.finished and job.result is None):
        if job is not None:
            _show_ending(job)
        st.button(
            "Fit on all rows",
            type="primary",
            icon=":material/model_training:",
            key="fit-model",
            on_click=_start,
            args=(comparison, loss),
        )
        return None
    return job.result if job.finished else None


def _key(loss: str) -> str:
    return f"model-{loss}"


def _show_ending(job: Job) -> None:
    """Show why a job has no result."""
    if job.stopping and not job.out_of_time:
        st.caption("The fit was stopped before its end.")
        return
    reason = markdown.escape(job.error, 300) or "See the server's log."
    st.error(f"The pipeline could not be fitted. {reason}")


def _start(comparison: Any, loss: str) -> None:
    run = work.refit_work(comparison, loss)
    job = Job(
        lambda on_epoch: run(on_epoch, job.should_stop),
        (loss,),
        title=f"Fitting {markdown.loss_title(loss)} on all rows",
        page="export",
    )
    try:
        derived.start(comparison, _key(loss), job)
    except QueueFullError as error:
        st.toast(str(error))


@st.fragment(run_every=0.5)
def _watch(job: Job, key: str) -> None:
    """Show the progress of a fit, which may be that of another loss."""
    if job.finished:
        st.rerun()
    st.caption(job.title)
    help = "Stops the training; the fit is then not kept."
    comparison_panel.progress_bar(job, help, f"-{key}")


def predictions(question: Question, model: Any) -> None:
    """Draw the upload of new rows, what is wrong with them, and their predictions.

    Parameters
    ----------
    question : Question
    model : Pipeline
        Fitted on all rows.
    """
    file = st.file_uploader(
        "Rows to predict (CSV)",
        type=["csv", "tsv", "txt"],
        key="new-rows",
        max_upload_size=MEGABYTES_AT_MOST,
        help="A table with the columns of the training table; the target is not "
        "needed. The file stays in this session.",
    )
    if file is None:
        return
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import predict_rows

    try:
        how = question.table.overrides | {"sample_rows": None}  # none are left out
        new = read_upload(file.name, file.getvalue(), **how).frame
        rows, problems = table.match_rows(new, question.split[0], question.roles)
    except ValueError as error:
        st.error(markdown.escape(str(error), 500), icon=":material/description:")
        return
    found = predict_rows(model, rows)
    if len(problems):
        st.warning(
            f"{wording.count(len(problems), 'cell')} could not be used as "
            f"{'it is' if len(problems) == 1 else 'they are'}:"
        )
        st.dataframe(
            problems.head(_PROBLEMS_SHOWN).astype({"value": "str"}),
            hide_index=True,
            alt="Cells of the new rows that could not be used",
        )
    else:
        st.caption(f"{wording.count(len(found), 'row')} predicted.")
    found = found.set_axis(pd.RangeIndex(1, len(found) + 1, name="row"))
    st.dataframe(found.head(_ROWS_SHOWN), alt="Predictions of the new rows")
    csv("Predictions (CSV)", found, "predictions.csv", key="get-new-predictions")


def model_file(model: Any) -> None:
    """Draw the download of a fitted pipeline, and the code that loads it."""
    # Imported here because the first page of the dashboard must not load torch.
    from skloss.comparison import write_model

    try:
        file = derived.remembered(model, "file", lambda: write_model(model))
    except (ImportError, ValueError) as error:
        st.info(markdown.escape(str(error), 300))
        return
    download("Pipeline (skops)", lambda: file.content, "model.skops", key="get-model")
    with st.expander("Load it in Python"):
        st.code(
            f"{file.script()}\n\n# X: a table with the columns of the training table\n"
            "model.predict(X)"
        )


def files(comparison: Any) -> None:
    """Draw the downloads of report, script and tables."""
    with st.container(horizontal=True, key="files"):
        download(
            "Report (HTML)",
            lambda: _report(comparison),
            "report.html",
            key="get-report",
        )
        download(
            "Script (Python)", comparison.script, "comparison.py", key="get-script"
        )
    with st.container(horizontal=True, key="tables"):
        for name, frame in report.tables(comparison).items():
            label = f"{wording.capitalized(name)} (CSV)"
            csv(label, frame, f"{name.replace(' ', '-')}.csv", index=False)


def _report(comparison: Any) -> bytes:
    page = io.StringIO()
    report.write_html(comparison, page)
    return page.getvalue().encode()


def csv(
    label: str, frame: pd.DataFrame, name: str, key: str = "", index: bool = True
) -> None:
    """Draw the download of a table, with formulas escaped.

    Parameters
    ----------
    label : str
    frame : pandas.DataFrame
    name : str
        Name of the file.
    key : str
    index : bool
        Whether the index is part of the file.
    """
    download(
        label, lambda: table.write_csv(frame, index=index), name, key or f"get-{name}"
    )


def download(label: str, make: Callable[[], Any], name: str, key: str) -> None:
    """Draw a download whose content is made when the button is pressed.

    Parameters
    ----------
    label : str
    make : callable
        Returns str or bytes.
    name : str
        Name of the file.
    key : str
    """
    st.download_button(
        label,
        make,
        file_name=name,
        on_click="ignore",
        icon=":material/download:",
        key=key,
    )


def script(comparison: Any, loss: str) -> str:
    """Return the Python script that does what the page does.

    Parameters
    ----------
    comparison : Comparison
    loss : str

    Returns
    -------
    str
    """
    return "\n".join(
        [
            comparison.script().rstrip(),
            "",
            "from skloss import table",
            "from skloss.comparison import predict_rows, refit",
            "",
            'comparison.to_html("report.html")',
            f"model = refit(comparison, {loss!r})",
            "# In place of the first X: table.read_table of a file with new rows.",
            "rows, problems = table.match_rows(X, X)",
            "predictions = predict_rows(model, rows)",
            'with open("predictions.csv", "w", encoding="utf-8") as file:',
            "    file.write(table.write_csv(predictions))",
        ]
    )
