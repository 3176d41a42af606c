"""Ways to load a table."""

from skloss.datasets import list_samples, load_sample
from tests.pages.steps import csv_of, ok, press, text_of, upload


def test_each_sample_has_a_line_with_its_story_in_the_tooltip_and_when_loaded(
    dashboard,
):
    for name in list_samples():
        sample = load_sample(name)
        short, _, title = sample.title.partition(": ")
        assert f"{title[0].upper()}{title[1:]}  \n{sample.task}, " in text_of(dashboard)
        button = dashboard.button(key=f"use-{name}")
        assert (button.label, button.help) == (f"Use {short}", sample.story)
    press(dashboard, "use-wine")
    assert load_sample("wine").story in text_of(dashboard)


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
