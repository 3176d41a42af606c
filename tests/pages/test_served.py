"""What a server answers that the command started."""

import json
import urllib.error
import urllib.request

import pytest

from skloss.app.headers import HEADERS
from tests.pages.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "server.log").wait()
    yield server
    server.stop()


def answer(url, data=None):
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json", "Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.mark.parametrize("path", ["/", "/compare", "/_stcore/health", "/missing.js"])
def test_every_answer_has_the_security_headers(server, path):
    _, headers, _ = answer(server.url + path)
    assert {name: headers[name] for name in HEADERS} == HEADERS


def test_agents_are_not_served(server):
    call = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    for path in ("mcp", "interact", "openapi.json"):
        url = f"{server.url}/_stcore/agent/{path}"
        for data in (None, json.dumps(call).encode()):
            status, headers, body = answer(url, data)
            assert (status, body) == (404, "")
            assert headers["Content-Security-Policy"]
