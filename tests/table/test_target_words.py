"""Words in names of columns, on names of public tables."""

import pytest

from skloss.table.target_words import derives_from_other, subject_of, words_of


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("SalePrice", "price"),
        ("median_house_value", "value"),
        ("lwage", "wage"),
        ("voteA", "vote"),
        ("trmgpa", "gpa"),
        ("Nettoeinkommen", "einkommen"),
        ("unit price (€)", "price"),
        ("PREIS", "preis"),
        ("kündigung", "kündigung"),
        ("age", ""),
        ("square feet", ""),
        ("stage", ""),
    ],
)
def test_the_subject_of_a_name_is_found_in_words_and_stems(name, subject):
    assert subject_of(words_of(name)) == subject


@pytest.mark.parametrize(
    ("name", "derived"),
    [
        ("lprice", True),
        ("log price", True),
        ("pricesq", True),
        ("price_1", True),
        ("price", False),
        ("lot", False),
        ("reprice", False),
    ],
)
def test_logarithms_squares_and_lags_derive_from_another_column(name, derived):
    assert derives_from_other(name, ["price", name, "size"]) is derived
