"""The first screen: what skloss is, and a finished comparison that can be opened."""

from skloss.app.session import opening
from tests.pages.steps import press, text_of, upload


def test_the_first_screen_states_what_it_is_and_shows_the_fits(dashboard):
    assert "shows what the choice of a loss function changes" in text_of(dashboard)
    (chart,) = dashboard.get("plotly_chart")
    assert "How does each loss fit?" in chart.proto.spec
    answer = text_of(dashboard).replace("\u2060", "")
    assert opening.opening().sentences[0] in answer
    assert dashboard.file_uploader(key="upload").label == "Upload a CSV"


def test_one_click_opens_the_comparison_with_its_table_and_settings(dashboard):
    press(dashboard, "open-comparison")
    assert dashboard.title[0].value == "Compare losses"
    assert "deliveries.csv" in text_of(dashboard)
    first = opening.opening().sentences[0].partition(":")[0]
    assert first in text_of(dashboard).replace("*", "")
    assert dashboard.table[0].value.shape[0] >= 4
    assert "Nothing has been compared yet" not in text_of(dashboard)
    assert "The settings have changed" not in text_of(dashboard)


def test_a_table_takes_the_place_of_the_finished_comparison(dashboard):
    upload(dashboard, b"size,price\n1,2\n2,3\n4,5\n3,4\n")
    specs = [chart.proto.spec for chart in dashboard.get("plotly_chart")]
    assert not any("How does each loss fit?" in spec for spec in specs)
    assert "open-comparison" not in {button.key for button in dashboard.button}
