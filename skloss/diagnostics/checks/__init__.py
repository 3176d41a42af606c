"""One check per file; importing this package registers all of them."""

from importlib import import_module
from pkgutil import iter_modules

for _found in iter_modules(__path__, prefix=f"{__name__}."):
    import_module(_found.name)
