"""Run a block of Python as a page shows it."""

import ast
import contextlib
import io


def run_block(code, name, namespace):
    """Run a block; return what it printed and the value of its last expression."""
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, name, "exec"), namespace)
        value = last and eval(compile(last, name, "eval"), namespace)
    return printed.getvalue(), value
