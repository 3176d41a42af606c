"""Write the catalogue of losses: docs/losses.md, its curves and the README's table.

Everything is read from the classes in `skloss.losses`, so that a new loss appears
without further edits. ``python docs/make_losses.py`` writes the files; with
``--check`` it only lists those that are out of date.
"""

import inspect
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # a checkout need not be installed
sys.path.insert(0, str(ROOT / "docs"))

from curves.draw import svg  # noqa: E402

from skloss.losses.contract.registry import REGISTRY  # noqa: E402
from skloss.losses.curves import loss_curve  # noqa: E402

MARKS = ("<!-- losses: start -->\n", "<!-- losses: end -->\n")
#: Section and line of usage by the first task of a loss.
USES = {
    "regression": ("Numbers", "TorchRegressor(loss={}).fit(X, y)"),
    "binary": ("Labels", "TorchClassifier(loss={}).fit(X, y)"),
    "multilabel": ("Several labels at once", "TorchClassifier(loss={}).fit(X, y)"),
    "ordinal": ("Ordered classes", "TorchClassifier(loss={}).fit(X, y)"),
    "embedding": ("Embeddings", "TorchEmbedder(loss={}).fit(X, y)"),
    "pairs": ("Pairs of views", "TorchAligner(loss={}).fit(X, y)"),
}
PAGE = """# Losses

<!-- Written by docs/make_losses.py from the classes in skloss/losses: edit those. -->

All losses of skloss, by kind of target.

- A curve shows the loss of one row, for a target of 1 where targets are numbers: the
  solid line at the default parameters, the others at both ends of the first parameter,
  or for another label or predicted scale.
- *Proper*: the expected loss is lowest at the true distribution, the true
  probabilities, or the property of the target named under *predicts*.
- *Range* of a parameter: useful values. Both ends are tested.
- *Exception*: a law of the test suite that the loss cannot obey, with the reason;
  either that a perfect prediction is its minimum or that its gradient is the
  derivative of its value.
- The code of an entry runs after `from skloss import get_loss` and an import of the
  estimator that it names.
- In formulas $y$ is the target, $\\hat y$ the prediction and $z$ a raw score of the
  network; $p_t$ is the probability given to the true label.
"""


def main():
    """Write what changed; with ``--check``, exit with a message instead."""
    pages = catalogue()
    stale = [p for p, text in pages.items() if not p.exists() or read(p) != text]
    orphans = sorted(set((ROOT / "docs" / "curves").glob("*.svg")) - set(pages))
    if "--check" in sys.argv and stale + orphans:
        names = ", ".join(str(p.relative_to(ROOT)) for p in stale + orphans)
        sys.exit(f"The catalogue of losses is out of date: run `make docs`. ({names})")
    for path in stale:
        path.write_text(pages[path], encoding="utf-8", newline="\n")
    for path in orphans:
        path.unlink()


def read(path):
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


def catalogue():
    """Return every generated file as a dict of path to text."""
    classes = [cls for name, cls in REGISTRY.items() if name == cls.name]
    # By family, whatever the order in which the modules were imported.
    losses = [cls() for cls in sorted(classes, key=lambda cls: cls.__module__)]
    families = {
        title: [loss for loss in losses if USES[loss.tasks[0]][0] == title]
        for title, _ in USES.values()
    }
    parts = [PAGE]
    for title, members in families.items():
        names = ", ".join(f"[{loss.name}](#{loss.name})" for loss in members)
        parts += [f"## {title}\n\n{names}\n", *map(section, members)]
    pages = {ROOT / "docs" / "losses.md": "\n".join(parts)}
    for loss in losses:
        path = ROOT / "docs" / "curves" / f"{loss.name}.svg"
        pages[path] = svg(alt(loss), loss_curve(loss))
    before, rest = read(ROOT / "README.md").split(MARKS[0])
    rows = [
        f"[{loss.name}](docs/losses.md#{loss.name}) | {', '.join(loss.tasks)} "
        f"| {cell(loss.functional)} | {cell(loss.use_when)}"
        for members in families.values()
        for loss in members
    ]
    block = table("loss | tasks | predicts | use it when", rows)
    after = rest.split(MARKS[1])[1]
    pages[ROOT / "README.md"] = before + MARKS[0] + block + MARKS[1] + after
    return pages


def alt(loss):
    """Text alternative of the curve of a loss."""
    return f"Value of {loss.name} for one row by the {loss_curve(loss).axis}"


def table(head, rows):
    """Markdown table from lines whose cells are separated by bars."""
    rule = " | ".join("---" for _ in head.split(" | "))
    return "".join(f"| {row} |\n" for row in (head, rule, *rows))


def cell(text):
    """Text for one cell of a table."""
    return " ".join(str(text).split()).replace("|", r"\|")


def section(loss):
    """Markdown of one loss."""
    summary, _, rest = inspect.cleandoc(type(loss).__doc__).partition("\n\n")
    notes = re.split(r"^(?:Parameters|Notes)\n-+$", rest, flags=re.M)[0].strip()
    notes = re.sub(r":math:`(.*?)`", r"$\1$", notes).replace("``", "`")
    facts = {
        "also called": ", ".join(f"`{alias}`" for alias in loss.aliases) or "-",
        "tasks": ", ".join(loss.tasks),
        "predicts": loss.functional,
        "noise model": loss.noise_model or "none: the loss is not a likelihood",
        "proper": "yes" if loss.is_proper else "no",
        "targets": target_range(loss),
        "reference": reference(loss),
    }
    pages = theorems(loss)
    if pages:
        facts["theory"] = ", ".join(pages)
    rows = [f"{key} | {cell(value)}" for key, value in facts.items()]
    laws = [f"**Exception** ({law}): {why}.\n" for law, why in loss.exceptions.items()]
    return "\n".join(
        [
            f"### {loss.name}\n\n{summary}\n",
            f"**Use it when:** {loss.use_when}\n",
            f"$$\n{loss.formula}\n$$\n",
            f"![{alt(loss)}](curves/{loss.name}.svg)\n",
            *([notes + "\n"] if notes else []),
            table("property | value", rows),
            *parameters(loss),
            *laws,
            f"```python\n{usage(loss)}\n```\n",
        ]
    )


def theorems(loss):
    """Links to the pages on theorems that name the loss."""
    pages = sorted((ROOT / "docs" / "theorems").glob("*.md"))
    texts = {page.name: read(page) for page in pages}
    return [
        f"[{text.splitlines()[0].removeprefix('# ')}](theorems/{name})"
        for name, text in texts.items()
        if f"](../losses.md#{loss.name})" in text
    ]


def parameters(loss):
    """Table of the parameters, with their descriptions from the docstring."""
    text = inspect.cleandoc(type(loss).__doc__) + "\n"
    entries = re.findall(r"^([\w, ]+) : (.*)\n((?:    .+\n)*)", text, flags=re.M)
    values, rows = loss.get_params(), []
    for names, kind, meaning in entries:
        for name in names.split(", "):
            low, high = loss.param_ranges.get(name, (None, None))[:2]
            cells = (
                f"`{name}`",
                kind.split(", default")[0],
                repr(values[name]),
                "-" if low is None else f"{low:g} to {high:g}",
                meaning.replace("``", "`"),
            )
            rows.append(" | ".join(map(cell, cells)))
    head = "parameter | values | default | range | meaning"
    return [table(head, rows)] if rows else []


def target_range(loss):
    """Valid targets of a loss, in words."""
    return {
        "regression": str(loss.y_range),
        "embedding": "one label of any type for each row",
        "pairs": "the other view of the same rows",
    }.get(loss.tasks[0], "labels")


def reference(loss):
    """Reference with its address, DOI or arXiv number as a link."""
    text = re.sub(r"(?<!\S)(https?://\S+)", r"<\1>", loss.reference)
    text = re.sub(r"doi:(\S+)", r"[doi:\1](https://doi.org/\1)", text)
    return re.sub(r"arXiv:([\d.]+\d)", r"[arXiv:\1](https://arxiv.org/abs/\1)", text)


def usage(loss):
    """One line of Python, with the first parameter that has a number as default."""
    values = {name: getattr(loss, name) for name in loss.param_ranges}
    chosen = [f", {k}={v!r}" for k, v in values.items() if v is not None][:1]
    inner = "".join([f'"{loss.name}"', *chosen])
    template = USES[loss.tasks[0]][1]
    if chosen:
        inner = f"get_loss({inner})"
    return template.format(inner)


if __name__ == "__main__":
    main()
