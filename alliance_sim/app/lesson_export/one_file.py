"""A lesson as one HTML file: it opens from disk, on a phone too, and asks for nothing."""

from __future__ import annotations

from html import escape
from pathlib import Path

from alliance_sim.app.lesson_export.kept_lesson import KeptLesson
from alliance_sim.app.lesson_export.lesson_data import DETAIL, lesson_data
from alliance_sim.app.plain_pages import pages

LARGEST = 3_000_000
"""Bytes of a file, so that it can be sent by mail and opened on a phone."""
HERE = Path(__file__).parent
WORDS = {
    "drag": "{a_tag} {one} {b_tag} {other}. Drag both to where you think they end.",
    "reveal": "Reveal",
    "again": "Bet again",
    "play": "Play",
    "pause": "Pause",
    "year": "Year {year}",
    "start": "Start",
    "off": "You were {a_off} off for A and {b_off} off for B.",
    "event": "{a_now}; {b_now}.",
    "with": "{value} instead of {before}",
    "same": "{value}, as without it",
    "dashed": "Dashed: the same run without the event.",
    "try": "Event",
    "curve": "Show",
    "table": "Table of values",
    "forecast": "The model shows what follows from its assumptions. It is not a forecast.",
    "legend": "Circle: a school, darker with more trust. Line: help over the last years.",
    "table_year": "Year",
    "covered": "covered",
    "time": "Time, in half-terms",
}
"""The words of the file, by key."""


def one_file(kept: KeptLesson) -> str:
    """Return a lesson as the text of one HTML file. Detail is left out until it has at most ``LARGEST`` bytes.

    Args:
        kept: the lesson.

    Raises:
        ValueError: if even the least detail is too much.
    """
    for ties in DETAIL:
        for networks in (True, False):
            page = _page(kept, ties, networks)
            if len(page.encode()) <= LARGEST:
                return page
    raise ValueError(f"this lesson has too many schools for a file of {LARGEST / 1e6:g} MB; take fewer schools")


def _page(kept: KeptLesson, ties: int, networks: bool) -> str:
    style = pages.text_of(pages.HERE / "plain.css") + pages.text_of(HERE / "lesson_player.css")
    script = pages.text_of(pages.HERE / "plot.js") + pages.text_of(HERE / "lesson_player.js")
    script = f"(() => {{\n{script}\n}})();"
    policy = pages.page_policy([script], [style], connects=False)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f"<title>{escape(kept.title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<meta name="generator" content="{escape(kept.source)}"><link rel="icon" href="data:,">'
        f"<style>{style}</style></head><body>{pages.text_of(HERE / 'lesson_player.html')}"
        f"{pages.data_script('words', WORDS)}{pages.data_script('lesson', lesson_data(kept, ties, networks))}"
        f"<script>{script}</script></body></html>\n"
    )
