"""Plotly figures in pages: as data drawn by one local script, and as thumbnails."""

import html
import json
from itertools import count
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio
from plotly.offline import get_plotlyjs
from sketch import sketch

from skloss.figures.canvas import TEMPLATE

_numbers = count(1)


def figure_html(figure):
    """Return a box that ``_static/plots.js`` fills with the figure.

    The caption and the text alternative come from ``layout.meta``, as the figures of
    skloss hold them.
    """
    meta = figure.layout.meta or {}
    caption = meta.get("caption", "")
    alt = meta.get("alt") or caption or figure.layout.title.text or ""
    data = json.dumps(json.loads(figure.to_json())).replace("</", "<\\/")
    # Without a height, a plotly figure is as high as its window.
    height = int(figure.layout.height or 380)
    return (
        f'<figure class="plot">\n<div class="plot-area" id="plot-{next(_numbers)}" '
        f'role="img" aria-label="{html.escape(alt)}" style="height: {height}px">'
        f'<script type="application/json">{data}</script></div>\n'
        + (f"<figcaption>{html.escape(caption)}</figcaption>\n" if caption else "")
        + "</figure>"
    )


def scrape(block, block_vars, gallery_conf):
    """Return the reST of the figure that ends a block of a gallery script."""
    figure = block_vars["example_globals"].get("___")
    if not isinstance(figure, go.Figure):
        return ""
    block_vars["example_globals"]["___"] = None
    path = Path(next(block_vars["image_path_iterator"])).with_suffix(".svg")
    path.write_text(sketch(figure), encoding="utf-8")
    lines = figure_html(figure).splitlines()
    return "\n.. raw:: html\n\n" + "\n".join(f"    {line}" for line in lines) + "\n\n"


def _get_sg_image_scraper():
    """Return the scraper; sphinx-gallery looks for this name in the module."""
    return scrape


def add_script(app, page, template, context, doctree):
    """Load plotly only in pages that have a figure."""
    if 'class="plot-area"' in context.get("body", ""):
        app.add_js_file("plotly.min.js", loading_method="defer")
        app.add_js_file("plots.js", loading_method="defer")


def write_script(app, error):
    """Write plotly's bundle, which its Python package contains."""
    if error is None and app.builder.format == "html":
        path = Path(app.outdir) / "_static" / "plotly.min.js"
        path.write_text(get_plotlyjs(), encoding="utf-8")


def setup(app):
    """Connect the handlers, and give every figure the look of those of skloss."""
    look = go.layout.Template(TEMPLATE)
    look.layout.legend = {"orientation": "h", "y": -0.18}
    look.layout.margin = {"t": 48, "r": 12, "b": 16, "l": 8}
    pio.templates["skloss"] = look
    pio.templates.default = "skloss"
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
