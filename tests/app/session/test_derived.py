"""What is made of a comparison once."""

from skloss.app.session import derived, state


def made(values):
    return lambda: values.append(len(values)) or values[-1]


def test_equal_keys_of_one_comparison_are_made_once(session_jobs):
    comparison, values = object(), []
    found = [derived.remembered(comparison, "a", made(values)) for _ in range(3)]
    assert found == [0, 0, 0]
    assert derived.remembered(comparison, "b", made(values)) == 1
    assert derived.remembered(object(), "a", made(values)) == 2


def test_few_values_are_kept_and_their_comparisons_with_them(session_jobs):
    comparison, values = object(), []
    for key in "abcdefgh":
        derived.remembered(comparison, key, made(values))
    kept = state.cache("derived")
    assert len(kept) == derived._KEPT_AT_MOST
    assert all(owner is comparison for owner, _ in kept.values())
    assert derived.remembered(comparison, "h", made(values)) == 7
    assert derived.remembered(comparison, "a", made(values)) == 8
