"""Versions in a pickle, and a warning where they differ when it is loaded."""

import torch

import skloss
from skloss.training import warn_caller

__all__ = ["VersionWarning", "check_versions", "current_versions"]

_KEY = "_pickled_versions"


class VersionWarning(UserWarning):
    """A model is loaded with another version of skloss or torch than it was saved with.

    Examples
    --------
    >>> import warnings
    >>> from skloss.estimators import VersionWarning
    >>> warnings.simplefilter("error", VersionWarning)  # refuse such models
    >>> warnings.resetwarnings()
    """


def current_versions():
    """Return the versions to store in a pickle."""
    # str: torch's own class of versions would need torch's code to be unpickled.
    return {_KEY: {"skloss": skloss.__version__, "torch": str(torch.__version__)}}


def check_versions(name, state):
    """Take the versions out of a pickled state, and warn where they differ."""
    state = dict(state)
    saved = state.pop(_KEY, {})
    changes = [
        f"{package} {saved.get(package, 'of an unknown version')} (now {version})"
        for package, version in current_versions()[_KEY].items()
        if saved.get(package) != version
    ]
    if changes:
        warn_caller(
            f"This {name} was saved with {' and '.join(changes)}; its predictions may "
            "be wrong or fail. Fit it again, or load it with the versions it was saved "
            "with.",
            VersionWarning,
        )
    return state
