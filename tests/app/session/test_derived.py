"""What is made of a comparison once."""

from skloss.app.session import derived, state
from skloss.app.session.jobs import Job


def made(values):
    return lambda: values.append(len(values)) or values[-1]


def test_equal_keys_of_one_comparison_are_made_once(held):
    comparison, values = object(), []
    found = [derived.remembered(comparison, "a", made(values)) for _ in range(3)]
    assert found == [0, 0, 0]
    assert derived.remembered(comparison, "b", made(values)) == 1
    assert derived.remembered(object(), "a", made(values)) == 2


def test_few_values_are_kept_and_their_comparisons_with_them(held):
    comparison, values = object(), []
    for key in "abcdefgh":
        derived.remembered(comparison, key, made(values))
    kept = state.cache("derived")
    assert len(kept) == derived._KEPT_AT_MOST
    assert all(owner is comparison for owner, _ in kept.values())
    assert derived.remembered(comparison, "h", made(values)) == 7
    assert derived.remembered(comparison, "a", made(values)) == 8


def test_baselines_can_be_discarded(held):
    jobs = iter([Job(lambda on_epoch: 1), Job(lambda on_epoch: 2)])
    first = derived.baselines_job("one", lambda _: next(jobs))
    derived.forget_baselines("one")
    assert derived.baselines_job("one", lambda _: next(jobs)) is not first
