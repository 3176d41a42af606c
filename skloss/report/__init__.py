"""Reports of a comparison: sentences, tables, a script and a page.

Functions here read the public attributes of a `skloss.comparison.Comparison` and
return plain values: numbers first, then text that is not escaped. Where text is shown
as Markdown or HTML, a `Markup` escapes the names that come from the data.
"""

from skloss.report.glossary import glossary, label_of
from skloss.report.markup import PLAIN, Markup
from skloss.report.matrix import (
    BASELINES,
    BEST,
    TIED,
    matrix,
    matrix_text,
    metrics_of,
)
from skloss.report.script import script
from skloss.report.summary import sentences, summary
from skloss.report.worst_rows import worst_rows

__all__ = [
    "BASELINES",
    "BEST",
    "PLAIN",
    "TIED",
    "Markup",
    "glossary",
    "label_of",
    "matrix",
    "matrix_text",
    "metrics_of",
    "script",
    "sentences",
    "summary",
    "worst_rows",
]
