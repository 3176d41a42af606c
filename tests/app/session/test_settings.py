"""Settings survive the address, and a hostile address does nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.app.session.settings import EPOCHS, FOLDS, NETWORKS, SEED, Choice, Settings

names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
numbers = st.floats(allow_nan=False, allow_infinity=False)
choices = st.builds(
    Choice,
    names,
    st.dictionaries(names, numbers, max_size=3).map(lambda d: tuple(d.items())),
)
settings = st.builds(
    Settings,
    st.lists(choices, max_size=5, unique_by=lambda c: c.name).map(tuple),
    st.sampled_from(sorted(NETWORKS)),
    st.integers(*FOLDS),
    st.integers(*EPOCHS),
    st.integers(*SEED),
)


def as_read(query):
    return {k: [v] if isinstance(v, str) else v for k, v in query.items()}


@given(settings)
def test_an_address_brings_back_the_settings_it_was_made_from(original):
    assert Settings.from_query(as_read(original.to_query())) == original


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"folds": ["-1"], "seed": ["1e9"], "epochs": ["٣"], "network": ["../x"]},
        {"loss": ["__import__('os')", "a(b)", "a(b=)", "a(b=nan)", "A", ""]},
        {"loss": ["focal(gamma=" + "9" * 500 + ")"]},
    ],
)
def test_nonsense_in_the_address_leaves_the_defaults(query):
    assert Settings.from_query(query) == Settings()


def test_numbers_out_of_range_are_brought_into_it():
    read = Settings.from_query({"folds": ["99"], "epochs": ["0"]})
    assert (read.folds, read.epochs) == (10, 1)


def test_a_loss_is_compared_once():
    read = Settings.from_query({"loss": ["huber", "huber(delta=2.0)"]})
    assert read.choices == (Choice("huber", (("delta", 2.0),)),)
