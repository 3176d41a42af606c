"""
Does the noise really look Laplace?
===================================

Residuals of a linear fit to the takings of a bakery, against the quantiles of three
noise models whose scales were learned from other rows. On the diagonal a model is
right. Gaussian noise is far off: its scale is inflated by few rows. Laplace noise is
close, and Student's t covers the few days that are further off than Laplace noise
allows.
"""

from sklearn.pipeline import make_pipeline

from skloss import TorchRegressor, compare_losses, datasets, figures, noise_verdict
from skloss.table import make_preprocessor

sample = datasets.load_sample("heavy_tailed")
X, y = sample.frame.drop(columns=sample.target), sample.frame[sample.target]
linear = make_pipeline(make_preprocessor(X), TorchRegressor(hidden_layer_sizes=()))
candidates = ["gaussian", "laplace", "student_t"]
print(noise_verdict(X, y, candidates, estimator=linear, cv=5).text)

# %%
# The residuals of absolute error, out of fold:

losses = ["squared_error", "absolute_error"]
comparison = compare_losses(X, y, losses, estimator=linear, unit="euros")
figures.residual_qq(comparison, "absolute_error")
