"""Settings survive the URL, and a hostile URL has no effect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.app.session.settings import (
    EPOCHS,
    FOLDS,
    NETWORKS,
    QUERY_KEYS,
    SEED,
    Choice,
    Settings,
)

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
def test_a_url_restores_the_settings_it_was_made_from(original):
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
def test_invalid_values_in_the_url_leave_the_defaults(query):
    assert Settings.from_query(query) == Settings()


def test_numbers_out_of_range_are_clipped():
    read = Settings.from_query({"folds": ["99"], "epochs": ["0"]})
    assert (read.folds, read.epochs) == (10, 1)


def test_a_loss_is_compared_once():
    read = Settings.from_query({"loss": ["huber", "huber(delta=2.0)"]})
    assert read.choices == (Choice("huber", (("delta", 2.0),)),)


def test_every_setting_is_in_the_url():
    settings = Settings((Choice("huber"),), contenders=("forest",))
    assert set(settings.to_query()) == QUERY_KEYS


def test_a_label_of_a_network_states_its_layers():
    layers = {name: sizes for name, (_, sizes) in NETWORKS.items()}
    assert layers == {
        "linear": (),
        "32": (32,),
        "64-64": (64, 64),
        "128-128": (128, 128),
    }
    assert [label for label, _ in NETWORKS.values()] == [
        "Linear model",
        "Small: one layer of 32",
        "Medium: two layers of 64",
        "Large: two layers of 128",
    ]


@pytest.mark.parametrize("n_losses", [30, 31])
def test_a_url_holds_at_most_thirty_losses(n_losses):
    read = Settings.from_query({"loss": [f"loss{k}" for k in range(n_losses)]})
    assert len(read.choices) == 30


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (Choice("huber"), "huber"),
        (Choice("focal", (("gamma", 3.0),)), "focal(gamma=3.0)"),
        (Choice("a", (("b", 1.0), ("c", -0.5))), "a(b=1.0, c=-0.5)"),
    ],
)
def test_a_choice_is_written_as_a_call(choice, text):
    assert str(choice) == text
    assert Choice.parse(text) == choice
