"""The real command in a real browser.

Every test checks that no request leaves the machine and that the console stays empty.

Requires Debian's Chromium (``apt-get install chromium``), or another one named by the variable ``CHROMIUM``.
"""

import contextlib
import os
import shutil
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import sync_playwright

pytest.register_assert_rewrite("tests.e2e.classroom")

from tests.e2e.classroom import Classroom, Server  # noqa: E402

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
"""The last argument makes every other host unknown to the browser, so that a request to one fails visibly."""
BESIDE = Path(__file__).parents[3] / "shared" / "data" / "surrey_schools_gias_2022.csv"
LIST = Path(os.environ.get("SURREY", BESIDE))
"""A list of real schools, which is not part of this repository."""


def chromium():
    """Return the path of the browser."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(one) for one in ("chromium", "chromium-browser", "google-chrome")]
    path = next((one for one in found if one and Path(one).exists()), None)
    if path is None:
        pytest.exit("no browser: install Chromium (apt-get install chromium) or set CHROMIUM=/path/to/it", 3)
    return path


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """``alliance-sim serve`` as a user starts it."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running.wait_until_all_is_ready()


@pytest.fixture
def serve(tmp_path):
    """Start another server with its own arguments; it ends with the test."""
    with contextlib.ExitStack() as all_of_them:
        yield lambda *arguments, **more: all_of_them.enter_context(Server(tmp_path, *arguments, **more))


@pytest.fixture
def classroom(browser, tmp_path):
    """Opens pages in separate browser sessions, and checks requests and consoles after the test."""
    with contextlib.ExitStack() as opened:
        pages = Classroom(browser, opened, tmp_path)
        yield pages
        pages.nothing_left_the_machine()
        pages.consoles_are_empty()


@pytest.fixture
def page(classroom, server):
    """A page in the initial state of the first preset."""
    before = len(server.log())
    yield classroom.open(server)
    assert server.log()[before:] == "", "the server wrote to its terminal"


@pytest.fixture
def surrey():
    if not LIST.is_file():
        pytest.skip("the list of Surrey's schools is not on this machine; set SURREY=/path/to/it")
    return LIST


def pytest_sessionfinish():
    """End all servers."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # the process may end meanwhile
            if "alliance_sim" in " ".join(child.cmdline()):
                child.kill()
