"""Settings of the documentation site; `make site` builds it."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# A checkout need not be installed.
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE / "extensions")]

from api_pages import write_pages  # noqa: E402

import skloss  # noqa: E402

write_pages(HERE / "api")

project = "skloss"
author = "skloss developers"
copyright = f"2026, {author}"
version = release = skloss.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "plots",
    "executed",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "README.md", "gallery", "**/requirements.txt"]
root_doc = "index"

autosummary_generate = True
autodoc_typehints = "none"
maximum_signature_line_length = 72
numpydoc_show_class_members = False
math_renderer = "mathml"
html_math_renderer = "mathml"
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

sphinx_gallery_conf = {
    "examples_dirs": ["gallery"],
    "gallery_dirs": ["auto_gallery"],
    "filename_pattern": r"\.py$",
    "image_scrapers": ("plots",),
    "reset_modules": (),
    "capture_repr": (),
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "thumbnail_size": (320, 224),
}

html_theme = "pydata_sphinx_theme"
html_title = "skloss"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "../skloss/app/icon.svg"
html_logo = "../skloss/app/icon.svg"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "skloss"},
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "show_prev_next": True,
    "navigation_depth": 2,
    "collapse_navigation": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "losses": []}


def skip_member(app, kind, name, member, skip, options):
    """Leave out scikit-learn's configuration methods, which refer to its own pages."""
    general = ("_request", "metadata_routing", "set_output")
    return True if name.endswith(general) else None


def setup(app):
    """Connect the handler above."""
    app.connect("autodoc-skip-member", skip_member, priority=100)
