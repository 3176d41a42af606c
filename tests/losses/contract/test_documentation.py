"""`help` of a loss shows formula, use and reference."""

import inspect
import pydoc
import re

import pytest
from numpydoc.docscrape import NumpyDocString

from skloss.losses import Huber, RegressionLoss, list_losses
from skloss.losses.contract.registry import REGISTRY

CLASSES = [REGISTRY[name] for name in list_losses()]
every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


@every_loss
def test_formula_use_and_reference_are_sections_of_the_docstring(cls):
    doc = NumpyDocString(inspect.getdoc(cls))
    notes = "\n".join(doc["Notes"])
    assert cls.formula in notes
    assert cls.use_when in notes
    assert cls.reference in "\n".join(doc["References"])


@every_loss
def test_sections_are_there_once_and_in_the_order_of_numpydoc(cls):
    sections = re.findall(r"^(\w+)\n-{5,}$", inspect.getdoc(cls), flags=re.M)
    order = ["Parameters", "Notes", "References", "Examples"]
    assert sections == [name for name in order if name in sections]
    assert set(order[1:]) <= set(sections)


@every_loss
def test_every_parameter_is_documented_with_type_and_default(cls):
    documented = NumpyDocString(inspect.getdoc(cls))["Parameters"]
    names = [name for entry in documented for name in entry.name.split(", ")]
    assert sorted(names) == sorted(cls().get_params())
    assert all("default" in entry.type and entry.desc for entry in documented)


@every_loss
def test_the_summary_is_one_sentence(cls):
    first, second = inspect.getdoc(cls).splitlines()[:2]
    assert second == ""
    assert len(first) <= 80 and first.endswith((".", ")"))


def test_help_shows_what_the_catalogue_shows():
    text = pydoc.plain(pydoc.render_doc(Huber))
    for part in (Huber.formula, Huber.use_when, Huber.reference):
        assert part in text


def test_a_subclass_of_a_user_is_documented_too():
    class Cubic(RegressionLoss):
        """Cube of the residual."""

        name = "cubic"
        formula = r"|r|^3"
        reference = "None (2000)"

    assert inspect.getdoc(Cubic).split("\n") == [
        "Cube of the residual.",
        "",
        "Notes",
        "-----",
        ".. math:: |r|^3",
        "",
        "References",
        "----------",
        ".. [1] None (2000)",
    ]


def test_notes_of_the_author_are_kept():
    class Noted(RegressionLoss):
        """A loss.

        Notes
        -----
        Written by hand.

        Examples
        --------
        >>> 1
        1
        """

        name = "noted"
        formula = "r"
        use_when = "Always."

    lines = inspect.getdoc(Noted).splitlines()
    assert lines.count("Notes") == 1
    assert lines.index(".. math:: r") < lines.index("Written by hand.")
    assert lines.index("Written by hand.") < lines.index("Examples")


def test_classes_without_name_formula_or_docstring_are_unchanged():
    class Nameless(RegressionLoss):
        """No name."""

        formula = "r"

    class Bare(RegressionLoss):
        name = "bare"
        formula = "r"

    class Plain(RegressionLoss):
        """No formula."""

        name = "plain"

    assert Nameless.__doc__ == "No name."
    assert Bare.__doc__ is None
    assert Plain.__doc__ == "No formula."
