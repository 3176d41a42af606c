"""The sentence of one law on one loss, for tests of deliberately broken losses."""

from skloss.check.case import make_case
from skloss.check.laws import LAWS
from skloss.losses import get_loss

BY_NAME = {law.name: law for law in LAWS}


def verdict(name, loss, task=None, n_targets=1):
    """Return how a loss breaks the named law, empty if it obeys it."""
    loss = get_loss(loss)
    case, law = make_case(loss, task or loss.tasks[0], n_targets), BY_NAME[name]
    assert law.applies(case)
    return law.check(case)
