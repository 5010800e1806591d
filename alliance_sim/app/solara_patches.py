"""Corrections to files of Solara 1.64.1: its files stay unchanged, corrected copies are served.

Each patch names the text that it replaces and the problem that it answers. ``pyproject.toml`` pins the version, and a
test checks that each text occurs once in it. When Solara is updated, delete the patches that are no longer needed.
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
    """A text of Solara's, and its replacement."""

    old: str
    new: str


_QUIET_CONSOLE = """
    <script>
        // Solara 1.64.1 logs its progress to the console. Here any message in the console indicates an error.
        for (const kind of ["log", "debug"]) {
            const write = console[kind];
            console[kind] = (...text) => /^(solara |will mount |Starting WebSocket)/.test(text[0]) || write(...text);
        }
    </script>
"""
_PROMPT_RECONNECTION = """
    <script>
        // After a lost connection, Jupyter's client asks for its kernel. If that fails, too, it waits 10 to 30 seconds,
        // by which time the session may have been released. Here the request is repeated until the server answers.
        const fetch_once = window.fetch;
        window.fetch = async (what, ...more) => {
            for (;;) {
                try { return await fetch_once(what instanceof Request ? what.clone() : what, ...more); }
                catch (lost) {
                    if (!/\\/api\\/kernels\\//.test(what.url || what) || (what.method || "GET") !== "GET") throw lost;
                    await new Promise(next => setTimeout(next, 1000));
                }
            }
        };
    </script>
"""
PAGE = "solara.html.j2"
"""The template of the page."""
PAGE_PATCHES = (
    # Accessibility: the page states no language, so screen readers guess it (WCAG 3.1.1).
    Patch("<html>", '<html lang="en">'),
    # Accessibility: the page forbids zooming on phones (WCAG 1.4.4).
    Patch(", maximum-scale=1, user-scalable=no, minimal-ui", ""),
    # Accessibility: a bar of progress without a name, outside of all landmarks. The page reports its progress in words.
    Patch("            absolute></v-progress-linear>", '            absolute aria-hidden="true"></v-progress-linear>'),
    # The console is filled with progress messages, also in production mode; and a page whose connection was lost for a
    # moment stays without it for up to half a minute.
    Patch("    {% block header %}", _QUIET_CONSOLE + _PROMPT_RECONNECTION + "    {% block header %}"),
    # The message about a lost connection is text inside a spinner that screen readers do not announce, and it does not
    # say that the session is restored.
    Patch(
        '<v-progress-circular indeterminate size="128" style="text-align: center;">Server\n'
        "                disconnected.</v-progress-circular>",
        '<p role="alert" class="lost"><b>The connection to the model was lost.</b> Trying again …<br>'
        "The session resumes where it stopped.</p>",
    ),
    # The message about a session that cannot be restored does not say that the address still contains it.
    Patch(
        "Could not restore session. Please refresh.",
        "The session could not be restored. Reload the page to start it again from its address.",
    ),
)
NAVIGATOR_PATCHES = (
    # A misspelling: the component exports nothing, and Vue warns in every browser's console.
    Patch("modules.export =", "module.exports ="),
)


def apply_patches(text: str, patches: Sequence[Patch]) -> str:
    """Return a text with its patches applied.

    Args:
        text: a file of Solara's.
        patches: what to replace.

    Raises:
        LookupError: if the text to be replaced is missing, which means that another version of Solara is installed.
    """
    for patch in patches:
        if patch.old not in text:
            raise LookupError(f"Solara's file has no {patch.old!r}; is it the version that pyproject.toml pins?")
        text = text.replace(patch.old, patch.new)
    return text


def patch_solara() -> None:
    """Serve the corrected copies from now on."""
    copy = Path(_COPIES.name) / "navigator.vue"
    if not copy.exists():
        original = Path(Navigator.template_file).read_text("utf-8")
        copy.write_text(apply_patches(original, NAVIGATOR_PATCHES), "utf-8")
        Navigator.template_file = str(copy)
    templates = jinja2.FileSystemLoader(str(solara.server.server.directory / "templates"))
    loader = _PatchingLoader(templates)
    solara.server.server.get_jinja_env = lambda app_name: jinja2.Environment(loader=loader, autoescape=True)


class _PatchingLoader(jinja2.BaseLoader):
    """Solara's templates, with the page's template patched."""

    def __init__(self, original: jinja2.BaseLoader) -> None:
        self._original = original

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str | None, object]:  # type: ignore[override]
        """Return the source of a template, its file and a function that checks whether it is up to date."""
        source, name, is_current = self._original.get_source(environment, template)
        return apply_patches(source, PAGE_PATCHES) if template == PAGE else source, name, is_current
