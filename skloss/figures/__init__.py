"""Figures: pure functions from a comparison to a plotly figure.

Each has a question as its title and two plain texts in ``layout.meta``:
``"caption"``, the answer and how to read it, and ``"alt"``, what it shows for readers
who cannot see it. Both contain names from the data unescaped; escape them for where
they are shown. Texts inside the figure are escaped already.

Examples
--------
>>> from sklearn.datasets import load_diabetes
>>> from skloss import compare_losses, figures
>>> X, y = load_diabetes(return_X_y=True, as_frame=True)
>>> comparison = compare_losses(X, y, ["squared_error", "huber"], cv=2, unit="mm")
>>> figure = figures.fold_scores(comparison, "mae")
>>> figure.layout.title.text, figure.layout.yaxis.title.text
('Does the same loss win every fold?', 'MAE (mm)')
>>> figure.layout.meta["alt"]
'MAE of squared error and Huber in each of 2 folds.'
"""

# The package alone does without plotly: reports and summaries read modules of this
# folder that draw nothing.
try:
    from skloss.figures.as_table import table_of
    from skloss.figures.class_decision import class_decision
    from skloss.figures.column_distributions import column_distributions
    from skloss.figures.confusion import confusion_matrix
    from skloss.figures.decision import decision
    from skloss.figures.decision_costs import decision_costs
    from skloss.figures.embedding_scatter import embedding_scatter
    from skloss.figures.error_by import error_by_group, error_over_time
    from skloss.figures.fits import fits
    from skloss.figures.fold_scores import fold_scores
    from skloss.figures.learning_curves import learning_curves, learning_curves_so_far
    from skloss.figures.murphy import murphy
    from skloss.figures.prediction_vs_truth import prediction_vs_truth
    from skloss.figures.ranking import precision_recall_curves, roc_curves
    from skloss.figures.recall_at_k import recall_at_k
    from skloss.figures.reliability import (
        class_reliability,
        recovered_reliability,
        reliability,
    )
    from skloss.figures.residual_histogram import residual_histogram
    from skloss.figures.residual_pit import residual_pit
    from skloss.figures.residual_qq import residual_qq
    from skloss.figures.residual_spread import residual_spread
    from skloss.figures.saved import read_figure
    from skloss.figures.scores import scores
    from skloss.figures.similarity_matrix import similarity_matrix
    from skloss.figures.style import LossStyle, loss_styles
    from skloss.figures.target_distribution import target_distribution
    from skloss.figures.text import plot_text
    from skloss.figures.threshold import threshold_curve
except ModuleNotFoundError as error:
    if str(error.name).partition(".")[0] != "plotly":
        raise

__all__ = [
    "LossStyle",
    "class_decision",
    "class_reliability",
    "column_distributions",
    "confusion_matrix",
    "decision",
    "decision_costs",
    "embedding_scatter",
    "error_by_group",
    "error_over_time",
    "fits",
    "fold_scores",
    "learning_curves",
    "learning_curves_so_far",
    "loss_styles",
    "murphy",
    "plot_text",
    "precision_recall_curves",
    "prediction_vs_truth",
    "read_figure",
    "recall_at_k",
    "recovered_reliability",
    "reliability",
    "residual_histogram",
    "residual_pit",
    "residual_qq",
    "residual_spread",
    "roc_curves",
    "scores",
    "similarity_matrix",
    "table_of",
    "target_distribution",
    "threshold_curve",
]


def __getattr__(name):
    """Name the missing dependency where a figure is needed without plotly."""
    if name in __all__:
        raise ModuleNotFoundError(
            "Figures need plotly, which is not installed. Install it with: "
            'pip install "skloss[app]"',
            name="plotly",
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
