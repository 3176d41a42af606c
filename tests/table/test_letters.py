"""Which readings of the same bytes look like words of a language."""

import pytest

from skloss.table.letters import naturalness


def test_final_letters_within_a_word_show_a_wrong_reading():
    assert naturalness("ς", "cp1253") == naturalness("τις", "cp1253") == 1.0
    wrong = {"cp1253": "ςιψ", "cp1255": "םיש", "cp1256": "ةال", "cp874": "เแก"}
    found = [naturalness(text, encoding) for encoding, text in wrong.items()]
    assert found == pytest.approx([0.1] * 4)


def test_one_language_explains_more_than_letters_of_several():
    assert naturalness("aşğa", "cp1254") == 1.0
    assert naturalness("aţbđ", "cp1250") == pytest.approx(0.8)  # 1 and 0.6
    assert naturalness("aţbø", "cp1250") == pytest.approx(0.65)  # 1 and 0.3
    assert naturalness("a\x85ţ", "iso8859_2") == 0.0
