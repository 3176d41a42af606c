"""The Python that does what the page Data shows."""

from skloss import wording
from skloss.app.session import proposals, state
from skloss.app.session.question import Question


def script(question: Question) -> str:
    """Return the Python that reads the table and draws the figures of the page.

    Parameters
    ----------
    question : Question

    Returns
    -------
    str
    """
    several = len(question.targets) > 1
    # Of several numbers, the page shows one at a time.
    drawn = "y.iloc[:, 0]" if several and question.task.has_numbers else "y"
    target = repr(question.targets if several else question.target)
    unit = f", unit={question.unit!r}" if question.unit else ""
    lines = [
        "from skloss import datasets, figures, table, tasks",
        "",
        f"frame = {_reading(question)}",
        f"roles = table.propose_roles(frame, {question.target!r})",
        *_changes(question),
        "print(roles)",
        f"X, y, notices = table.split_target(frame, {target}, roles)",
        "",
        f"task = tasks.as_task({str(question.task)!r})",
        f"figures.target_distribution({drawn}, task{unit}).show()",
        f"others = frame.drop(columns={target})",
        "figures.column_distributions(others, roles).show()",
    ]
    if question.table.sample is None:
        lines[0] = lines[0].replace("datasets, ", "")
    return "\n".join(lines)


def _reading(question: Question) -> str:
    loaded = question.table
    if loaded.sample is not None:
        return f'datasets.load_sample("{loaded.sample}").frame'
    options = [f"{name}={value!r}" for name, value in loaded.choices.items()]
    return (
        f"table.read_table({', '.join([repr(wording.shorten(loaded.name)), *options])})"
    )


def _changes(question: Question) -> list[str]:
    """Return a statement for each column whose role or type was changed."""
    changed = proposals.changed_roles(state.proposed_roles(), question.roles)
    return [
        f"roles.loc[{name!r}, ['role', 'type']] = {list(values)!r}"
        for name, values in changed.items()
    ]
