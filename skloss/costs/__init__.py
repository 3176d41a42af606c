"""Costs: what a decision costs once the truth is known, in the user's money.

A cost is called with truths and decisions and returns one value per row. Its `loss`
method returns the loss that trains for it. Every module of this package is imported
and exports what its ``__all__`` names, so that a new cost is one class in one file.
"""

from importlib import import_module
from pkgutil import iter_modules

__all__ = []
for _found in iter_modules(__path__, prefix=f"{__name__}."):
    _module = import_module(_found.name)
    __all__ += _module.__all__
    globals().update({name: getattr(_module, name) for name in _module.__all__})
__all__.sort()
