"""A site of somebody else, that embeds the chat."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Dict, Optional, Tuple, Type


class HostSite:
    """Serves HTML pages on a free loopback port."""

    def __init__(self) -> None:
        self._pages: Dict[str, Tuple[str, Dict[str, str]]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, headers = site._pages.get(self.path, ("", {}))
                body = html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        # For a browser another site than the assistant's, whose frame then runs in a process of its own.
        self.other_origin = f"http://localhost:{self._server.server_port}"

    def __enter__(self) -> "HostSite":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, content: str, headers: Optional[Dict[str, str]] = None, is_other: bool = False) -> str:
        """Serve a page of this content; returns its address, on the other origin if wanted."""
        path = f"/{len(self._pages)}"
        icon = '<link rel="icon" href="data:,">'
        page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>News</title>{icon}'
        self._pages[path] = (f"{page}<meta name=viewport content='width=device-width'>{content}</html>", headers or {})
        return (self.other_origin if is_other else self.origin) + path
