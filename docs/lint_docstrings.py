"""Check that the docstrings of the public API are complete; `make lint` runs it.

numpydoc validates summaries, parameters, returns and examples. In addition, a
function whose body raises an exception needs a Raises section.
"""

import ast
import inspect
import sys
import textwrap
from importlib import import_module
from pathlib import Path

from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from public_modules import PUBLIC_MODULES

#: Sections that apply to everything public. Extended summaries and See Also
#: sections (ES01, SA01) are welcome and not required.
REQUIRED = {
    "GL08",  # no docstring
    "SS01",  # no summary
    "SS03",  # summary without a final period
    "PR01",  # parameters not documented
    "PR02",  # documented parameters that do not exist
    "PR03",  # parameters in another order than the signature
    "RT01",  # no Returns section
    "YD01",  # no Yields section
    "EX01",  # no Examples section
}


def public_objects():
    """Yield names and objects of public functions, classes and their methods."""
    seen = set()
    for module_name in PUBLIC_MODULES:
        module = import_module(module_name)
        for name in module.__all__:
            thing = getattr(module, name)
            if id(thing) in seen or not (
                inspect.isclass(thing) or inspect.isfunction(thing)
            ):
                continue
            seen.add(id(thing))
            yield f"{module_name}.{name}", thing
            if inspect.isclass(thing):
                yield from _methods(f"{module_name}.{name}", thing, seen)


def _methods(prefix, cls, seen):
    """Yield methods that a class of the package documents itself."""
    for base in cls.__mro__:
        if not base.__module__.startswith("skloss"):
            continue
        for name, member in vars(base).items():
            function = getattr(member, "__func__", member)  # class and static methods
            if name.startswith("_") or id(function) in seen:
                continue
            if inspect.getattr_static(cls, name) is not member:
                continue  # overridden: checked under a class that inherits it
            if inspect.isfunction(function) and function.__doc__:
                seen.add(id(function))
                yield f"{prefix}.{name}", function


def problems(name, thing):
    """Return what is missing in the docstring of an object, as short texts."""
    doc = NumpyDocString(inspect.getdoc(thing) or "")
    waived = set()
    if inspect.isclass(thing) and issubclass(thing, Exception):
        waived.add("EX01")
    if inspect.isclass(thing) and doc["Attributes"] and not doc["Parameters"]:
        waived.add("PR01")  # a result: users read its attributes and never build it
    found = [
        f"{code}: {text}"
        for code, text in validate(name)["errors"]
        if code in REQUIRED - waived
    ]
    if inspect.isfunction(thing) and _raises(thing) and not doc["Raises"]:
        found.append("raises, but has no Raises section")
    return found


def _raises(function):
    """Whether a function's own body raises something a caller should know."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    raised = [
        node.exc
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and node.exc is not None
    ]
    names = {getattr(getattr(exc, "func", exc), "id", "") for exc in raised}
    return bool(names - {"NotImplementedError"})


def main(prefixes):
    """Print problems of objects whose names start with a prefix; return their count."""
    count = checked = 0
    for name, thing in public_objects():
        if not name.startswith(tuple(prefixes) or "skloss"):
            continue
        checked += 1
        for problem in problems(name, thing):
            count += 1
            print(f"{name}: {problem}")  # noqa: T201
    print(f"{checked} public objects, {count} problems")  # noqa: T201
    return count


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
