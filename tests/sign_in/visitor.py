"""A person with a browser of their own, and everything that it received."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, WebSocket

from tests.browser.checks import FINISHED, MILLISECONDS, settled

USER = "_streamlit_user"
INSTALLED = "/static/"  # Streamlit's own files, the same for everybody


@dataclass
class Received:
    """What a browser was sent: the messages of its WebSockets, and the answers to its requests."""

    messages: list[bytes] = field(default_factory=list)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # addresses of the files it took away

    def listen(self, page: Page) -> None:
        """Note from now on what this page receives."""
        page.on("websocket", self._hear)
        page.on("response", self._keep)
        page.on("download", lambda file: self.files.append(file.url))

    def all(self) -> bytes:
        """Everything, in one piece."""
        return b"\n".join([*self.messages, *(body for _, body in self.bodies)])

    def forget(self) -> None:
        """Begin anew."""
        self.messages.clear()
        self.bodies.clear()
        self.files.clear()

    def _hear(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: self.messages.append(frame if isinstance(frame, bytes) else frame.encode()),
        )

    def _keep(self, response: Response) -> None:
        if INSTALLED not in response.url and response.url.startswith("http") and response.status == 200:
            self.bodies.append((response.url, response.body()))


class Visitor:
    """Somebody in front of a browser with its own cookies."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address, self.received = address, Received()
        self.context: BrowserContext = browser.new_context(locale="en-GB", accept_downloads=True)
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same browser."""
        page = self.context.new_page()
        self.received.listen(page)
        return page

    def opens(self, path: str = "") -> str:
        """Go to a page of the dashboard; its headline."""
        self.page.goto(f"{self.address}/{path}", timeout=MILLISECONDS)
        return self._first_headline()

    def signs_in(self, account: str) -> str:
        """Sign in with one of the provider's accounts, from the sign-in page; the headline shown then."""
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("link", name=account, exact=True).click()
        return self._first_headline()

    def begins_anew(self) -> None:
        """Be nobody again, before the sign-in page, and forget what was received."""
        if USER in self.cookies() or not self.page.url.startswith(self.address):
            self.context.clear_cookies()
            self.opens()
        self.received.forget()

    def says(self) -> str:
        """What the page says beside its menu."""
        return self.page.get_by_test_id("stMain").inner_text()

    def _first_headline(self) -> str:
        """That of a page that has just been loaded, so that none of another page can stand there."""
        self.page.locator("h1").first.wait_for(timeout=MILLISECONDS)
        self.page.wait_for_function(FINISHED, timeout=MILLISECONDS)
        return self.page.locator("h1").first.inner_text()

    def headline(self, page: Page | None = None) -> str:
        """The headline of a page (the first tab's) that has come to rest."""
        page = page or self.page
        page.locator("h1").first.wait_for(timeout=MILLISECONDS)
        settled(page)
        return page.locator("h1").first.inner_text()

    def menu(self) -> list[str]:
        """The pages that the menu names."""
        return self.page.locator(".st-key-pages").get_by_role("link").all_inner_texts()

    def link(self, name: str, page: Page | None = None) -> Locator:
        """A page in the menu (of the first tab)."""
        return (page or self.page).locator(".st-key-pages").get_by_role("link", name=name, exact=True)

    def follows(self, name: str, page: Page | None = None) -> str:
        """Click a page in the menu; the headline shown then."""
        page = page or self.page
        self.link(name, page).click()
        return self.headline(page)

    def cookies(self) -> dict[str, str]:
        """The dashboard's cookies by name."""
        return {str(one.get("name")): str(one.get("value")) for one in self.context.cookies([self.address])}

    def opens_numbers(self) -> None:
        """Open what stands about the chart of people on a high dose, with the button for its numbers."""
        self.follows("People on a high dose")
        self.page.locator(".st-key-card-high-dose-trend").get_by_text("About this chart").click()
        self.numbers().wait_for(timeout=MILLISECONDS)
        settled(self.page)

    def numbers(self) -> Locator:
        """The button that gives the numbers of that chart."""
        return self.page.get_by_role("button", name="Numbers (CSV)")

    def takes_numbers(self) -> str:
        """Take the numbers away as a file; its words."""
        with self.page.expect_download(timeout=MILLISECONDS) as taken:
            self.numbers().click()
        return taken.value.path().read_text(encoding="utf-8-sig")

    def waits_for(self, headline: str, page: Page | None = None) -> None:
        """Until a page (the first tab's) has this headline."""
        page = page or self.page
        page.get_by_role("heading", name=headline, level=1).wait_for(timeout=MILLISECONDS)
        page.wait_for_function(FINISHED, timeout=MILLISECONDS)

    def leaves(self) -> None:
        """Close all tabs but one, and leave no trace of this person in the browser."""
        for page in self.context.pages[1:]:
            page.close()
        self.page.goto("about:blank")
        self.context.clear_cookies()
        self.received.forget()
