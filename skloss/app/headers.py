"""What the dashboard's server adds to every response, and what it never serves."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

# Streamlit compiles its components and its charts in the browser, so that inline and
# evaluated scripts of the site itself are allowed. Nothing may be loaded from, sent to
# or framed by another site: an image whose address is in a cell is not fetched.
POLICY = {
    "default-src": "'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
    "img-src": "'self' data: blob:",
    "connect-src": "'self' blob: data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{k} {v}" for k, v in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Streamlit's interface for agents is off, but its description would be served.
_CLOSED = "/_stcore/agent"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class SecurityHeaders:
    """ASGI middleware that adds :data:`HEADERS` to every HTTP response.

    Requests of Streamlit's interface for agents are answered with status 404.

    The body of a request is not read, as uploads are streams that can be read once.

    Parameters
    ----------
    app : callable
        The ASGI application that answers the requests.
    """

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request of the web server."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_ENCODED]
            await send(message)

        if _CLOSED in scope["path"]:
            await send_with_headers({"type": "http.response.start", "status": 404})
            await send_with_headers({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send_with_headers)


_ENCODED = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
