"""Docstrings of losses: formula, use and reference are added from the attributes."""

import inspect

__all__ = ["document"]

_EXAMPLES = "Examples\n--------\n"


def document(cls):
    """Insert Notes and References into the docstring of a loss, before its Examples.

    Only a class with a ``name`` and a docstring in its body is changed; `help` then
    shows what docs/losses.md shows.
    """
    own = vars(cls)
    text = own.get("__doc__")
    if not text or not isinstance(own.get("name"), str) or not cls.formula:
        return
    text = inspect.cleandoc(text)
    before, examples, after = text.partition(_EXAMPLES)
    notes = f".. math:: {cls.formula}"
    if cls.use_when:
        notes = f"**Use it when:** {cls.use_when}\n\n{notes}"
    if "\nNotes\n-----\n" in before:
        before = before.replace("\nNotes\n-----\n", f"\nNotes\n-----\n{notes}\n\n")
        sections = [before.rstrip()]
    else:
        sections = [before.rstrip(), f"Notes\n-----\n{notes}"]
    if cls.reference:
        sections.append(f"References\n----------\n.. [1] {cls.reference}")
    if examples:
        sections.append(examples + after)
    cls.__doc__ = "\n\n".join(sections) + "\n"
