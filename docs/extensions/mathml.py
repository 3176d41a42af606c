"""Render formulas as MathML, which browsers draw without a script or a font."""

import re

from docutils import nodes
from latex2mathml.converter import convert


def convert_tex(tex, display):
    """Return the MathML of a formula, its spaces kept out of the markup."""
    return convert(_plain(tex), display=display)


def _plain(tex):
    """Replace commands that the converter does not know."""
    tex = tex.replace(r"\tfrac", r"\frac").replace(r"\dfrac", r"\frac")
    tex = re.sub(r"\\(?:big|Big|bigg|Bigg)[lr]?(?![a-z])", "", tex)
    return tex.strip()


def visit_inline(self, node):
    """Write an inline formula."""
    self.body.append(convert_tex(node.astext(), "inline"))
    raise nodes.SkipNode


def visit_block(self, node):
    """Write a displayed formula in a box that scrolls on narrow screens."""
    formula = convert_tex(node.astext(), "block")
    self.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def setup(app):
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
