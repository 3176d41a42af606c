"""Write the finished comparison that the dashboard opens with.

Run as ``python docs/make_opening.py`` from the root of the repository.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from skloss.app.session import opening, work
from skloss.app.session.settings import Settings
from skloss.app.session.state import Result


def main():
    """Compare the losses of the sample and write the file."""
    question = opening.sample_question()
    settings = Settings(opening.CHOICES)
    comparison = work.comparison_work(question, settings)(lambda record: False)
    result = Result(comparison, question, settings, 0.0, False)
    opening.PATH.write_text(opening.write(result) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
