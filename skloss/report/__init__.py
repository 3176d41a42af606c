"""Reports of a comparison: sentences, tables, a script and a page.

Functions here read the public attributes of a `skloss.comparison.Comparison` and
return plain values: numbers first, then text that is not escaped. Where text is shown
as Markdown or HTML, a `Markup` escapes the names that come from the data.
"""

from skloss.report.classes import (
    class_scores,
    class_shares,
    flagged_rows,
    flagging_threshold,
    threshold_note,
    threshold_scores,
    tuned_scores,
    tuned_sentence,
)
from skloss.report.confused_rows import confused_rows, confusions
from skloss.report.decisions import (
    decision_script,
    decision_sentences,
    decision_table,
)
from skloss.report.decomposition import decomposition_table
from skloss.report.design import design_sentences, sentences_on_rows
from skloss.report.feature_effects import feature_effects
from skloss.report.glossary import glossary, label_of
from skloss.report.hardest_rows import (
    hardest_rows,
    hardest_sentence,
    margins,
    true_probabilities,
)
from skloss.report.html import HTML, html_table, write_html
from skloss.report.markup import PLAIN, Markup
from skloss.report.matrix import (
    BEST,
    TIED,
    beats_constant,
    matrix,
    matrix_text,
    metrics_of,
)
from skloss.report.nearest_rows import nearest_rows
from skloss.report.noise_models import (
    coverage_table,
    noise_sentence,
    noise_table,
    pooled_loss,
    verdict_table,
)
from skloss.report.script import script
from skloss.report.summary import sentences, summary
from skloss.report.tables import tables
from skloss.report.worst_rows import worst_rows

__all__ = [
    "BEST",
    "HTML",
    "PLAIN",
    "TIED",
    "Markup",
    "beats_constant",
    "class_scores",
    "class_shares",
    "confused_rows",
    "confusions",
    "coverage_table",
    "decision_script",
    "decision_sentences",
    "decision_table",
    "decomposition_table",
    "design_sentences",
    "feature_effects",
    "flagged_rows",
    "flagging_threshold",
    "glossary",
    "hardest_rows",
    "hardest_sentence",
    "html_table",
    "label_of",
    "margins",
    "matrix",
    "matrix_text",
    "metrics_of",
    "nearest_rows",
    "noise_sentence",
    "noise_table",
    "pooled_loss",
    "script",
    "sentences",
    "sentences_on_rows",
    "summary",
    "tables",
    "threshold_note",
    "threshold_scores",
    "true_probabilities",
    "tuned_scores",
    "tuned_sentence",
    "verdict_table",
    "worst_rows",
    "write_html",
]
