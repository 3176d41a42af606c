"""Execute the Python of guide pages, and show what it prints and draws below it."""

import plotly.graph_objects as go
from blocks import run_block
from docutils import nodes
from plots import figure_html

#: Folders and pages whose ``python`` blocks run; other blocks are shown only.
EXECUTED = ("index", "getting_started", "guide/", "hosting", "coming_from/")


def execute(app, doctree):
    """Run the blocks of a page from top to bottom in one namespace."""
    name = app.env.docname
    if not (app.config.execute_code and name.startswith(EXECUTED)):
        return
    namespace = {"__name__": name}
    for block in list(doctree.findall(nodes.literal_block)):
        if block.get("language") != "python":
            continue
        printed, value = run_block(block.astext(), f"{name}.md", namespace)
        shown = []
        if isinstance(value, go.Figure):
            shown.append(nodes.raw("", figure_html(value), format="html"))
        elif value is not None:
            printed += f"{value!r}\n"
        if printed:
            text = printed.rstrip()
            output = nodes.literal_block(text, text, language="text")
            output["classes"].append("output")
            if "  " not in printed:  # sentences may be broken, columns may not
                output["classes"].append("prose")
            shown.insert(0, output)
        place = block.parent.index(block) + 1
        block.parent[place:place] = shown


def setup(app):
    """Register the setting ``execute_code`` and the handler."""
    app.add_config_value("execute_code", True, "env", bool)
    app.connect("doctree-read", execute)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
