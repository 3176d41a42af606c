"""Any text is a formula or refused with a sentence, quickly and without being run."""

import time

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skloss.losses import Expression

BRIEFLY = settings(max_examples=80, deadline=None, derandomize=True)
WORDS = (
    "y mu s 0 1 9 0.5 1e9 inf nan True None + - * / ** % // ( ) , . [ ] < == exp log "
    "abs sqrt max where lambda if else import __import__ __class__ eval 'a' @ := : ; #"
)
TOKENS = st.sampled_from(WORDS.split())


def check(text):
    """Evaluate a formula, or check that it is refused with a sentence."""
    began = time.monotonic()
    try:
        loss = Expression(text)
        value = loss.pointwise(torch.zeros(3, loss.n_outputs(1)), torch.ones(3))
        assert value.shape == (3,)
    except ValueError as error:
        assert str(error).endswith(".")
        assert len(str(error)) < 600
    assert time.monotonic() - began < 2


@BRIEFLY
@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused(text):
    check(text)


@BRIEFLY
@given(st.lists(TOKENS, max_size=14).map("".join))
@example("9**9**9**9")
@example("y**mu**9e99")
@example("(" * 400 + "y" + ")" * 400)
@example("-" * 5000 + "y")
@example("y" + "+y" * 5000)
@example("().__class__.__bases__[0].__subclasses__()")
@example("(lambda: (yield))()")
def test_any_tokens_are_a_formula_or_refused(text):
    check(text)


@pytest.mark.parametrize("value", [None, 3, b"y - mu", ["y"], ""])
def test_what_is_not_a_formula_is_refused_when_it_is_used(value):
    with pytest.raises(ValueError, match="formula"):
        Expression(value).n_outputs(1)
