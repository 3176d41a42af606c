"""The laws of a loss, each stated once: `check_loss` and the test suite run these."""

from skloss.check import declarations, rows, values

__all__ = ["LAWS", "laws"]

#: Every law, in the order in which they are checked.
LAWS = values.LAWS + rows.LAWS + declarations.LAWS


def laws(case):
    """Yield the laws that apply to a case, in order; basic ones come first.

    Whether a law applies may depend on the basic laws before it, so it is decided
    when the law is reached.

    Parameters
    ----------
    case : Case

    Yields
    ------
    Law
    """
    for law in LAWS:
        if law.applies(case):
            yield law
