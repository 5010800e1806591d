"""All pages have the same frame: head, style, palette and footer are written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance_sim.reporting.html import GENERATOR, render
from alliance_sim.reporting.palette import PAGE
from alliance_sim.version import __version__

REPOSITORY = Path(__file__).parents[2]
SHARED = {"base.html", "parts.html"}
FRAGMENTS = {"phone.html", "lesson_player.html"}
"""Bodies of the class's and the kept lesson's pages, which scripts fill; ``app/lesson_export/pages.py`` frames them."""
TEMPLATES = sorted(
    path
    for folder in ("alliance_sim", "analysis", "experiments")
    for path in (REPOSITORY / folder).rglob("*.html")
    if path.name not in SHARED | FRAGMENTS
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_a_page_extends_the_common_frame(path):
    text = path.read_text("utf-8")
    assert text.startswith('{% extends "base.html" %}')
    assert not any(tag in text for tag in ("<head", "<style", "<body", "<footer", "<h1"))


def test_the_pages_of_library_analysis_and_experiments_are_found():
    assert {"comparison.html", "study.html", "page.html", "index_of_all.html"} <= {path.name for path in TEMPLATES}


def test_a_page_has_the_head_style_and_footer_of_the_frame(tmp_path):
    (tmp_path / "own.html").write_text('{% extends "base.html" %}{% block main %}<p>{{ text }}</p>{% endblock %}')
    page = render("own.html", {"heading": "Is <b> safe?", "text": "1 < 2"}, tmp_path)
    assert page.startswith("<!DOCTYPE html>\n")
    assert GENERATOR in page
    assert "<title>Is &lt;b&gt; safe? · alliance_sim</title>" in page
    assert "<p>1 &lt; 2</p>" in page
    assert f"Made by alliance_sim {__version__}." in page
    assert all(f"--{name}: {colour};" in page for name, colour in PAGE.items())
