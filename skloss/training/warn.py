"""Warnings that point at the user's line, however deep in the package they arise."""

import sys
import warnings

__all__ = ["warn_caller"]

# Also of scikit-learn's wrapper of ``fit``, which calls back into this package.
_PACKAGES = ("skloss.", "sklearn.callback.")


def warn_caller(message, category):
    """Warn at the innermost line outside this package."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(_PACKAGES):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
