"""Chromium for the tests: the machine's own, never downloaded. Knows no page of Qilian."""

import os
import shutil
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = {"127.0.0.1", "localhost"}


def chromium_path() -> str:
    given = os.environ.get("QILIAN_TEST_CHROMIUM")
    found = given or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise RuntimeError(
            "The browser tests need Chromium: install Debian's chromium, "
            "or set QILIAN_TEST_CHROMIUM to the path of a Chromium or Chrome."
        )
    return found


class Watch:
    """Collects what no page may do: ask another machine, raise a script error, break the CSP."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda message: self._console(message.text))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in HERE:
            self.faults.append(f"request to another machine: {request.url}")

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)
