"""Write the page of each public module, which names the pages of its objects."""

import inspect
from importlib import import_module

from public_modules import PUBLIC_MODULES

import skloss
from skloss.losses import Loss

INDEX = """# API reference

Names that are not listed here may change without notice.

```{{toctree}}
:hidden:
:titlesonly:

{pages}
```

{table}
"""


def write_pages(folder):
    """Write the index and one page per public module; remove former ones."""
    folder.mkdir(exist_ok=True)
    texts = {f"{name}.rst": _page(name) for name in PUBLIC_MODULES}
    pages = "\n".join(PUBLIC_MODULES)
    rows = "".join(
        f"| [{name}]({name}.rst) | {_summary(import_module(name))} |\n"
        for name in PUBLIC_MODULES
    )
    table = f"| module | contents |\n| --- | --- |\n{rows}"
    texts["index.md"] = INDEX.format(pages=pages, table=table)
    for path in folder.glob("*.*"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def members(module_name):
    """Return the names that the page of a module lists, by the template of their pages.

    An object that `skloss` exports is listed there only.
    """
    module = import_module(module_name)
    groups = {"class": [], "loss": [], "base": [], "data": []}
    for name in module.__all__:
        if module is not skloss and name in skloss.__all__:
            continue
        thing = getattr(module, name)
        if inspect.ismodule(thing):
            continue
        groups[_template(thing)].append(name)
    return {template: names for template, names in groups.items() if names}


def _template(thing):
    if inspect.isclass(thing):
        concrete = issubclass(thing, Loss) and isinstance(thing.name, str)
        return "loss" if concrete and thing.name else "class"
    return "base" if callable(thing) else "data"


def _summary(module):
    return inspect.getdoc(module).split("\n")[0]


def _page(module_name):
    """Return the reST of a module's page."""
    title = f"{module_name}\n{'=' * len(module_name)}"
    parts = [title, f".. automodule:: {module_name}\n   :no-members:"]
    parts.append(f".. currentmodule:: {module_name}")
    for template, names in members(module_name).items():
        options = ":toctree: generated\n   :nosignatures:"
        if template == "data":
            # Constants have no page: their values are documented by comments.
            parts += [f".. autodata:: {name}\n   :no-value:" for name in names]
            continue
        lines = "\n".join(f"   {name}" for name in names)
        options += f"\n   :template: autosummary/{template}.rst"
        parts.append(f".. autosummary::\n   {options}\n\n{lines}")
    return "\n\n".join(parts) + "\n"
