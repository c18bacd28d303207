"""A headless Chromium that has no network, and what each page said while it was open."""

import shutil
from pathlib import Path

import pytest

from tests.browser.kinds import of_every_kind
from tests.thoroughness import THOROUGH

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 800}


@pytest.fixture(scope="session")
def pages(ten_year) -> list[Path]:
    """Every page of the ten-year site."""
    found = sorted(ten_year.rglob("*.html")) + [ten_year.parent / "index.html"]
    assert len(found) > 150
    return found


@pytest.fixture(scope="session")
def opened(pages) -> list[Path]:
    """The pages that are opened one after the other: every one, or every chapter and a sample of what is made alike."""
    return pages if THOROUGH else of_every_kind(pages, 3)


@pytest.fixture(scope="session")
def browser():
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if not found:
        pytest.skip("there is no Chromium on this machine, so no page can be opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A tab without network that keeps what went wrong in it."""

    def __init__(self, context):
        self.context, self.tab = context, context.new_page()
        self.trouble: list[str] = []
        self.tab.on(
            "console",
            lambda message: (
                self.trouble.append(f"console: {message.text}") if message.type in ("error", "warning") else None
            ),
        )
        self.tab.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.tab.on("requestfailed", self._failed)
        self.tab.on("dialog", self._spoke)

    def _spoke(self, dialog):
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _failed(self, request):
        # What a page was still fetching when it was left is not a failure of the page.
        if request.failure != "net::ERR_ABORTED":
            self.trouble.append(f"failed: {request.url} {request.failure}")

    def open(self, path: Path, fragment: str = ""):
        """Open a file afresh; returns the tab."""
        address = path.as_uri() + fragment
        self.trouble.clear()
        if self.tab.url.partition("#")[0] == address.partition("#")[0]:
            self._go("about:blank")
        self._go(address)
        return self.tab

    def _go(self, address: str) -> None:
        """Go there; a link that the page before followed, and that was refused, may come between."""
        from playwright.sync_api import Error

        for again in (True, True, False):
            try:
                self.tab.goto(address, wait_until="load")
                return
            except Error as error:
                if not again or "interrupted by another navigation" not in str(error):
                    raise

    def troubles(self) -> list[str]:
        """What went wrong since this was last asked."""
        found, self.trouble[:] = list(self.trouble), []
        return found


def watched(browser, **options):
    """A tab in a context of its own, in which every request that leaves the disk is refused and noted."""
    context = browser.new_context(**options)
    tab = Watched(context)

    def judge(route):
        if route.request.url.startswith(("file:", "data:", "blob:", "about:")):
            route.continue_()
        else:
            tab.trouble.append(f"asked: {route.request.url}")
            route.abort()

    context.route(lambda address: not address.startswith("file:"), judge)
    return tab


@pytest.fixture(scope="session")
def desktop(browser):
    tab = watched(browser, viewport=DESKTOP, color_scheme="light")
    yield tab
    tab.context.close()


@pytest.fixture(scope="session")
def phone(browser):
    tab = watched(browser, viewport=PHONE, color_scheme="light", device_scale_factor=1)
    yield tab
    tab.context.close()
