"""Numbers, counts, durations, names and lists as sentences and labels show them."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skloss.wording import (
    capitalized,
    count,
    decimals,
    display_name,
    duration,
    join,
    listed,
    number,
    quoted,
    shorten,
    title_of,
    with_error,
)

# Names


@given(st.text(), st.integers(1, 80))
def test_shortened_text_is_one_line_of_at_most_the_limit(text, limit):
    shown = shorten(text, limit)
    assert len(shown) <= limit
    assert shown == " ".join(shown.split())


@given(st.text(max_size=40))
def test_text_within_the_limit_keeps_its_words(text):
    assert shorten(text, 40).split() == text.split()


def test_text_of_exactly_the_limit_is_not_cut():
    assert shorten("x" * 40, 40) == "x" * 40
    assert shorten("x" * 41, 40) == "x" * 39 + "…"
    assert shorten("x" * 1000) == "x" * 1000


@pytest.mark.parametrize("empty", ["", "  ", "\n\t"])
def test_an_empty_name_is_replaced(empty):
    assert display_name(empty) == "(no name)"
    assert title_of(empty) == "(no name)"


def test_any_value_is_a_name():
    assert display_name(3) == "3"
    assert quoted(None) == "“None”"


def test_a_label_of_a_loss_becomes_words():
    assert title_of("squared_error") == "squared error"
    assert title_of("general_robust(alpha=1.0)") == "general robust (alpha=1.0)"


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("gaussian_nll", "Gaussian NLL"),
        ("laplace_crps", "Laplace CRPS"),
        ("student_t_nll", "Student t NLL"),
        ("beta_nll", "beta NLL"),
        ("huber", "Huber"),
        ("pseudo_huber", "pseudo-Huber"),
        ("log_cosh", "log-cosh"),
        ("poly1", "Poly-1"),
        ("brier", "Brier"),
        ("poisson", "Poisson"),
        ("tweedie", "Tweedie"),
        ("kl_divergence", "KL divergence"),
        ("js_divergence", "JS divergence"),
        ("binary_cross_entropy", "binary cross-entropy"),
        ("logit_adjusted", "logit-adjusted"),
        ("class_balanced", "class-balanced"),
        ("multi_quantile", "multi-quantile"),
        ("info_nce", "InfoNCE"),
        ("ldam", "LDAM"),
        ("corn", "CORN"),
    ],
)
def test_a_title_is_spelled_as_in_the_literature(label, title):
    assert title_of(label) == title
    assert title_of(f"{label}(huber=1.0)") == f"{title} (huber=1.0)"


def test_only_whole_words_of_a_label_are_respelled():
    assert title_of("hubert_gaussianity") == "hubert gaussianity"
    assert title_of("my_gaussian_nll_2") == "my Gaussian NLL 2"


def test_parameters_in_a_label_keep_their_underscores():
    assert title_of("f(max_value=2)") == "f (max_value=2)"


# Lists and counts


@pytest.mark.parametrize(
    ("parts", "at_most", "phrase"),
    [
        ([], None, ""),
        (["a"], None, "a"),
        (["a", "b"], None, "a and b"),
        (["a", "b", "c"], None, "a, b and c"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c"], 2, "a, b and 1 more"),
        (range(2000), 0, "2,000 more"),
        ({"a": 1, "b": 2}, None, "a and b"),
    ],
)
def test_a_list_reads_as_a_phrase(parts, at_most, phrase):
    assert join(map(str, parts), at_most) == phrase


def test_at_most_five_names_are_listed():
    assert listed("abcde") == "“a”, “b”, “c”, “d” and “e”"
    assert listed("abcdef") == "“a”, “b”, “c”, “d”, “e” and 1 more"


def test_a_count_has_its_noun():
    assert count(0, "row") == "0 rows"
    assert count(1, "loss", "losses") == "1 loss"
    assert count(1000, "row") == "1,000 rows"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "1 s"),
        (1.6, "2 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3599, "60 min"),
        (3600, "1.0 h"),
        (5400, "1.5 h"),
    ],
)
def test_a_duration_has_the_largest_unit_that_fits(seconds, shown):
    assert duration(seconds) == shown


def test_only_the_first_letter_becomes_a_capital():
    assert capitalized("mean of the AUC") == "Mean of the AUC"
    assert capitalized("**gaussian NLL** wins") == "**Gaussian NLL** wins"
    assert capitalized("") == ""


# Numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567.0, "1,230,000"),
        (-0.5, "−0.500"),
        (0.0, "0"),
        (99.95, "100"),
        (0.0999, "0.0999"),
        (0.09999, "0.100"),
        (12345678.0, "1.23e+07"),
        (-0.000012, "−1.20e-05"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers_keep_three_digits(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("mean", "error", "shown"),
    [
        (35607.2, 1239.4, "35,600 ± 1,200"),
        (11.8731, 0.0351, "11.87 ± 0.04"),
        (-1.48, 0.22, "−1.48 ± 0.22"),
        (241.3, 88.2, "241 ± 88"),
        (12.3, 100.0, "12.3 ± 100"),
        (0.5, 1e-9, "0.500"),
        (0.0, 0.1, "0 ± 0.10"),
        (2e9, 1e8, "2.00e+09 ± 1.0e+08"),
        (1.0, 1.75e308, "1.00 ± 1.8e+308"),
        (1.0, float("inf"), "1.00 ± ∞"),
        (float("nan"), float("nan"), "–"),
    ],
)
def test_a_mean_and_its_error_end_at_the_same_digit(mean, error, shown):
    assert with_error(mean, error) == shown


@given(st.floats(allow_nan=False), st.floats(min_value=0))
def test_any_number_has_a_wording(mean, error):
    assert number(mean)
    assert with_error(mean, error).startswith(tuple("−0123456789∞"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (50, "50"),
        (1234567, "1,230,000"),
        (54.06, "54.1"),
        (0.0012345, "0.00123"),
        (-0.5, "−0.5"),
        (999.9, "1,000"),
        (100, "100"),
        (0, "0"),
        (1.5e-9, "1.5e-09"),
        (2e10, "2e+10"),
        (float("nan"), "–"),
    ],
)
def test_a_trimmed_number_has_no_zeros_at_the_end_of_its_fraction(value, shown):
    assert number(value, trim=True) == shown


def test_a_unit_follows_the_number():
    assert number(2.5, unit="mm", trim=True) == "2.5 mm"
    assert number(-1234.0, unit="€\n per head") == "−1,230 € per head"
    assert number(1.0, unit="") == "1.00"


@given(st.floats(1e-4, 1e6), st.integers(1, 6))
def test_a_number_is_within_half_a_unit_of_its_last_digit(value, digits):
    shown = float(number(value, digits).replace(",", ""))
    assert shown == pytest.approx(float(f"{value:.{digits - 1}e}"), rel=1e-12)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1326.2098, 3.2], 0),
        ([-41.26], 1),
        ([9.996], 1),
        ([0.01234, float("nan")], 4),
        ([0.0], 0),
        ([], 0),
        ([float("inf"), 1.0], 2),
    ],
)
def test_the_largest_number_of_a_column_decides_its_decimals(values, expected):
    assert decimals(values) == expected


ROOT = Path(__file__).parents[1]


@given(st.integers(1, 99_999), st.integers(0, 6))
def test_a_number_of_numpy_is_written_like_that_of_python(digits, places):
    value = digits / 10**places
    assert number(np.float64(value)) == number(value)
    assert number(np.float64(0.1145)) == "0.115"


SHOWN = [
    path
    for folder in ("skloss", "pages", "docs")
    for kind in ("*.py", "*.js", "*.md", "*.json")
    for path in sorted((ROOT / folder).rglob(kind))
    if not {"_build", "auto_gallery", "api"} & set(path.parts)
]


def test_a_percent_sign_follows_its_number_without_a_space():
    words = "of|in|interval|intervals|more|less|at|to"
    spaced = re.compile(rf"[0-9}}] %($|[.,;:)\"']| ({words})\b)", re.MULTILINE)
    texts = {path.name: path.read_text(encoding="utf-8") for path in SHOWN}
    assert [name for name, text in texts.items() if spaced.search(text)] == []
