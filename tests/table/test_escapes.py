r"""A backslash before a quote escapes it where the value would not end otherwise."""

import pytest

from skloss.table import read_table
from skloss.table.escapes import with_doubled_quotes

ESCAPED = {
    rb'a,"a word \"hi\"",1': rb'a,"a word ""hi""",1',
    rb'"\"",x': rb'"""",x',
    rb'"back\\slash \"","y"': rb'"back\slash """,y'.replace(b",y", b',"y"'),
    rb'"C:\dir\",1,x': rb'"C:\dir\",1,x',
    rb'"C:\a\","D:\b\"': rb'"C:\a\","D:\b\"',
    b'a,"doubled ""quotes""",1': b'a,"doubled ""quotes""",1',
    rb"5\" pipe,1": rb"5\" pipe,1",
}


@pytest.mark.parametrize(("text", "expected"), ESCAPED.items())
def test_escaped_quotes_are_doubled_within_values_alone(text, expected):
    assert with_doubled_quotes(text)[0] == expected


def test_escaped_quotes_are_read_with_a_notice_and_a_way_back():
    content = b'a,n\n"x \\"y\\"",1\n"z",2\n'
    frame = read_table(content)
    assert frame["a"].tolist() == ['x "y"', "z"]
    assert frame.attrs["guesses"]["notices"][0].startswith('In 1 value, \\" was read')
    assert read_table(content, quotes=False)["a"][0] == '"x \\"y\\""'
