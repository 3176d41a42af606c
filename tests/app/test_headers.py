"""Security headers of every response."""

import asyncio

import pytest

from skloss.app.headers import HEADERS, SecurityHeaders


def answer_to(app, kind="http", body=b"", path="/"):
    """Messages that an application sends in answer to one request."""
    sent = []

    async def receive():
        return {"type": f"{kind}.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": kind, "path": path}, receive, send))
    return sent


async def echo(scope, receive, send):
    request = await receive()
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": request["body"]})


async def accept(scope, receive, send):
    await send({"type": "websocket.accept"})


def test_an_answer_keeps_its_headers_and_gets_all_others():
    start, _ = answer_to(SecurityHeaders(echo))
    received = {name.decode(): value.decode() for name, value in start["headers"]}
    added = {name.lower(): value for name, value in HEADERS.items()}
    assert received == {"content-type": "text/plain"} | added


def test_the_body_of_a_request_reaches_the_application_and_returns():
    assert answer_to(SecurityHeaders(echo), body=b"a,b")[1]["body"] == b"a,b"


@pytest.mark.parametrize("base", ["", "/losses"])
@pytest.mark.parametrize("path", ["/mcp", "/interact", "/openapi.json", ""])
def test_agents_reach_nothing(base, path):
    start, body = answer_to(
        SecurityHeaders(lambda *_: pytest.fail("it was served")),
        path=f"{base}/_stcore/agent{path}",
    )
    assert (start["status"], body["body"]) == (404, b"")
    assert len(start["headers"]) == len(HEADERS)


def test_the_websocket_of_a_page_is_left_alone():
    sent = answer_to(SecurityHeaders(accept), kind="websocket")
    assert sent == [{"type": "websocket.accept"}]


@pytest.mark.parametrize("scheme", ["ws:", "wss:", "http:", "https:", "*"])
def test_the_policy_allows_no_other_site(scheme):
    sources = HEADERS["Content-Security-Policy"].replace(";", " ").split()
    assert scheme not in sources
    assert not [word for word in sources if "." in word]
