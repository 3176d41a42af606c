"""Every built-in loss obeys the laws, at its defaults and at both ends of parameters.

The laws are those of `skloss.check`. A loss that cannot obey one declares it in
`Loss.exceptions`, and the exception is shown to be true.
"""

import pickle
import re

import numpy as np
import pytest
import torch
from sklearn.base import clone

from skloss.check.case import all_cases
from skloss.check.laws import LAWS, laws
from skloss.losses import get_loss, list_losses
from skloss.losses.contract.parameters import parameter_defaults
from skloss.losses.contract.registry import REGISTRY

CLASSES = [REGISTRY[name] for name in list_losses()]
EXAMPLES = [loss for cls in CLASSES for loss in cls.examples()]
CASES = [case for loss in EXAMPLES for case in all_cases(loss)]
BY_NAME = {law.name: law for law in LAWS}

every_loss = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_a_loss_obeys_the_laws(case):
    obeyed = [law for law in laws(case) if law.name not in case.loss.exceptions]
    assert obeyed
    faults = {law.name: law.check(case) for law in obeyed}
    assert {name: fault for name, fault in faults.items() if fault} == {}


DECLARED = [(cls, law) for cls in CLASSES for law in cls().exceptions]


@pytest.mark.parametrize(("cls", "law"), DECLARED)
def test_a_declared_exception_is_true(cls, law):
    cases = [case for loss in cls.examples() for case in all_cases(loss)]
    assert any(BY_NAME[law].check(case) for case in cases)
    assert len(cls().exceptions[law]) > 10


NOT_CONVEX = [
    (cls, task)
    for cls in CLASSES
    for task in sorted(
        {c.task for c in CASES if type(c.loss) is cls and c.has_separate_rows}
    )
    if any(not one.is_convex and one.supports(task) for one in cls.examples())
]


@pytest.mark.parametrize(("cls", "task"), NOT_CONVEX)
def test_a_loss_that_is_not_declared_convex_is_not(cls, task):
    others = [one for one in cls.examples() if not one.is_convex]
    cases = [case for one in others for case in all_cases(one) if case.task == task]
    assert any(BY_NAME["convexity"].check(case) for case in cases)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.has_separate_rows], ids=lambda case: repr(case)
)
def test_shapes_are_refused_with_a_sentence(case):
    loss, raw, y = case.loss, case.draw(), case.y
    for wrong in (y[:-1], y.reshape(case.n_rows, -1, 1)):
        with pytest.raises(ValueError, match=r"shape|outputs|labels"):
            loss.pointwise(raw, wrong)
    with pytest.raises(ValueError, match="shape"):
        loss.pointwise(raw[:, 0], y)
    with pytest.raises(ValueError, match="sample_weight"):
        loss(raw, y, torch.ones(case.n_rows, 1))
    with pytest.raises(TypeError, match="tensor"):
        loss.pointwise(raw.numpy(), y)


@pytest.mark.parametrize("loss", EXAMPLES, ids=repr)
def test_clone_pickle_and_repr_round_trip(loss):
    for copy in (clone(loss), pickle.loads(pickle.dumps(loss))):
        assert copy.get_params() == loss.get_params()
        assert repr(copy) == repr(loss)
    names = {cls.__name__: cls for cls in CLASSES}
    assert repr(eval(repr(loss), names | {"inf": np.inf})) == repr(loss)


@every_loss
def test_a_loss_states_its_attributes(cls):
    first = cls.__doc__.strip().splitlines()[0]
    assert len(first) <= 80 and first.endswith((".", ")"))
    assert "Examples\n" in cls.__doc__ and ">>>" in cls.__doc__
    assert cls.formula.count("{") == cls.formula.count("}") > -1 and cls.formula
    assert cls.formula.count(r"\left") == cls.formula.count(r"\right")
    assert re.search(r"\(\d{4}\)", cls.reference)
    assert cls.functional and cls.tasks
    assert re.fullmatch(r"[a-z0-9_]+", cls.name)
    assert all(REGISTRY[alias] is cls for alias in cls.aliases)


PARAMETERS = [
    (cls, name) for cls in CLASSES for name in parameter_defaults(cls) if name != "f"
]
NEVER_VALID = ["1", b"1", "a", float("nan"), {}, object(), 1 + 1j, [], [[1.0]]]


@pytest.mark.parametrize(("cls", "name"), PARAMETERS)
def test_an_invalid_parameter_is_named_in_one_sentence(cls, name):
    for value in NEVER_VALID:
        with pytest.raises(ValueError, match=rf"^{name}\b.*\.$") as raised:
            get_loss(cls, **{name: value})
        assert str(raised.value).count(". ") == 0


#: A weight per class, or a level per output.
SEVERAL = {("focal", "alpha"), ("multi_quantile", "quantiles")}


@pytest.mark.parametrize(("cls", "name"), PARAMETERS)
def test_a_list_is_one_parameter_only_where_several_numbers_have_a_meaning(cls, name):
    lists = [[0.1, 0.2], (0.5,), np.array([0.5, 0.9])]
    refused = [value for value in lists if is_refused(cls, name, value)]
    assert len(refused) == (0 if (cls.name, name) in SEVERAL else 3)


def is_refused(cls, name, value):
    try:
        get_loss(cls, **{name: value})
    except ValueError:
        return True
    return False


RANGES = [(cls, name) for cls in CLASSES for name in cls.param_ranges]


@pytest.mark.parametrize(("cls", "name"), RANGES)
def test_numbers_outside_the_domain_are_refused_and_those_inside_are_not(cls, name):
    domain = cls.param_ranges[name].domain
    for end, inclusive, outwards in (
        (domain.low, domain.low_inclusive, -np.inf),
        (domain.high, domain.high_inclusive, np.inf),
    ):
        assert is_refused(cls, name, end) != inclusive
        beyond = np.nextafter(end, outwards)
        assert is_refused(cls, name, beyond) or np.isinf(end)
