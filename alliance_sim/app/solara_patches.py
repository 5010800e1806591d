"""Solara's own page and parts with a few lines mended: its files stay as they are, what is served is a copy.

Each mend names the text that it replaces. ``pyproject.toml`` pins the version, and a test holds the texts to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import jinja2
import solara.server.server
from solara.widgets import Navigator

_COPIES = tempfile.TemporaryDirectory(prefix="alliance-sim-")


class Patch(NamedTuple):
    """A text, and what is served instead."""

    was: str
    now: str


QUIET = """
    <script>
        // Solara tells the console where it stands; here a console with anything in it means that something is wrong.
        for (const kind of ["log", "debug"]) {
            const tell = console[kind];
            console[kind] = (...told) => /^(solara |will mount |Starting WebSocket)/.test(told[0]) || tell(...told);
        }
    </script>
"""
PAGE = "solara.html.j2"
PAGE_MENDS = (
    Patch("<html>", '<html lang="en">'),  # screen readers must know in what language to speak
    Patch(", maximum-scale=1, user-scalable=no, minimal-ui", ""),  # whoever sees little must be able to enlarge it
    Patch("    {% block header %}", QUIET + "    {% block header %}"),
    Patch(
        '<v-progress-circular indeterminate size="128" style="text-align: center;">Server\n'
        "                disconnected.</v-progress-circular>",
        '<p role="alert" class="lost"><b>The connection to the model was lost.</b> Trying again …<br>'
        "The lesson goes on where it stopped.</p>",
    ),
    Patch("Could not restore session. Please refresh.", "The lesson could not be picked up; its link is kept."),
)
NAVIGATOR_MENDS = (Patch("modules.export =", "module.exports ="),)
"""Its slip of the pen puts a warning on every browser's console."""


def patched(text: str, mends: Sequence[Patch]) -> str:
    """The text with its mends.

    Raises:
        LookupError: if what is to be mended is not there: Solara is another than the one that is pinned.
    """
    for mend in mends:
        if mend.was not in text:
            raise LookupError(f"Solara's file has no {mend.was!r}; is it the version that pyproject.toml pins?")
        text = text.replace(mend.was, mend.now)
    return text


def patch_solara() -> None:
    """Serve the mended copies from now on."""
    copy = Path(_COPIES.name) / "navigator.vue"
    if not copy.exists():
        copy.write_text(patched(Path(Navigator.template_file).read_text("utf-8"), NAVIGATOR_MENDS), "utf-8")
        Navigator.template_file = str(copy)
    templates = jinja2.FileSystemLoader(str(solara.server.server.directory / "templates"))
    page = _Patched(templates)
    solara.server.server.get_jinja_env = lambda app_name: jinja2.Environment(loader=page, autoescape=True)


class _Patched(jinja2.BaseLoader):
    """Solara's templates, the page among them mended."""

    def __init__(self, given: jinja2.BaseLoader) -> None:
        self._given = given

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str | None, object]:  # type: ignore[override]
        """A template as it is served."""
        source, name, fresh = self._given.get_source(environment, template)
        return patched(source, PAGE_MENDS) if template == PAGE else source, name, fresh
