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


def test_a_function_is_called_once_for_equal_arguments(held):
    calls = []

    def scale(comparison, factor, power=1):
        calls.append(factor)
        return len(comparison) * factor**power

    found = [derived.once("ab", scale, factor) for factor in (2, 3, 2)]
    assert (found, calls) == ([4, 6, 4], [2, 3])
    assert derived.once("ab", scale, 2, power=3) == 16


def test_the_values_of_few_comparisons_are_kept_with_them(held):
    comparisons, values = [object() for _ in range(8)], []
    for one in [*comparisons[:6], comparisons[0], *comparisons[6:]]:
        derived.remembered(one, "a", made(values))
    kept = [owner for owner, _ in state.cache("derived").values()]
    assert kept == [*comparisons[3:6], comparisons[0], *comparisons[6:]]
    assert derived.remembered(comparisons[0], "a", made(values)) == 0
    assert derived.remembered(comparisons[1], "a", made(values)) == 8


def test_few_values_of_a_comparison_are_kept(held):
    comparison, values = object(), []
    keys = [str(k) for k in range(derived._OF_ONE_AT_MOST + 1)]
    for key in keys:
        derived.remembered(comparison, key, made(values))
    assert derived.remembered(comparison, keys[-1], made(values)) == len(keys) - 1
    assert derived.remembered(comparison, keys[0], made(values)) == len(keys)


def test_baselines_can_be_discarded(held):
    jobs = iter([Job(lambda on_epoch: 1), Job(lambda on_epoch: 2)])
    first = derived.baselines_job("one", lambda _: next(jobs))
    derived.forget_baselines("one")
    assert derived.baselines_job("one", lambda _: next(jobs)) is not first
