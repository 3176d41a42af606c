"""Ways to load a table."""

from skloss.datasets import list_samples, load_sample
from tests.pages.steps import csv_of, ok, press, text_of, upload


def test_each_sample_has_a_card_with_its_story(dashboard):
    samples = [load_sample(name) for name in list_samples()]
    cards = [f"**{sample.title}**" for sample in samples]
    stories = [sample.story for sample in samples]
    assert {*cards, *stories} <= set(text_of(dashboard).split(" | "))


def test_an_upload_can_be_taken_back_after_a_sample(dashboard):
    upload(dashboard, csv_of())
    press(dashboard, "use-diabetes")
    back = next(b for b in dashboard.button if b.label.startswith("Back to"))
    assert back.label == r"Back to houses\.csv"
    ok(back.click().run())
    assert "**houses.csv** · 120 rows" in text_of(dashboard)
    assert not [b for b in dashboard.button if b.label.startswith("Back to")]


def test_a_file_is_read_once(dashboard):
    upload(dashboard, csv_of())
    press(dashboard, "use-diabetes")
    ok(dashboard.run())
    assert "diabetes.csv" in text_of(dashboard)
