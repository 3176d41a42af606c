"""
Are class weights more than a moved threshold?
==============================================

Three linear models of machines of which one in twenty fails: cross-entropy, the same
with balanced class weights, and ``balanced_softmax``. Their precision-recall curves
coincide, because weights move the threshold and leave the order of the rows nearly
unchanged. What weights achieve, moving the threshold of cross-entropy achieves as well,
after training.
"""

from sklearn.pipeline import make_pipeline

from skloss import TorchClassifier, compare_losses, datasets, figures
from skloss.table import make_preprocessor

sample = datasets.load_sample("rare_class")
X, y = sample.frame.drop(columns=sample.target), sample.frame[sample.target]
linear = make_pipeline(make_preprocessor(X), TorchClassifier(hidden_layer_sizes=()))
losses = ["cross_entropy", "class_balanced", "balanced_softmax"]
comparison = compare_losses(X, y, losses, estimator=linear, cv=5)
print(comparison.table["pr_auc"].round(3).to_string())
print(comparison.table["balanced_accuracy"].round(3).to_string())
figures.precision_recall_curves(comparison, "yes")
