"""A lesson as one HTML file: it opens from disk, on a phone too, and asks for nothing."""

from __future__ import annotations

from html import escape
from pathlib import Path

from alliance_sim.app.language import _, mark, short_number, speaking
from alliance_sim.app.lesson_export.kept_lesson import KeptLesson
from alliance_sim.app.lesson_export.lesson_data import DETAIL, lesson_data
from alliance_sim.app.plain_pages import pages

LARGEST = 3_000_000
"""Bytes of a file, so that it can be sent by mail and opened on a phone."""
HERE = Path(__file__).parent
WORDS = {
    "drag": mark("{a_tag} {one} {b_tag} {other}. Drag both to where you think they end."),
    "reveal": mark("Reveal"),
    "again": mark("Bet again"),
    "play": mark("Play"),
    "pause": mark("Pause"),
    "year": mark("Year {year}"),
    "start": mark("Start"),
    "off": mark("You were {a_off} off for A and {b_off} off for B."),
    "event": mark("{a_now}; {b_now}."),
    "with": mark("{value} instead of {before}"),
    "same": mark("{value}, as without it"),
    "dashed": mark("Dashed: the same run without the event."),
    "try": mark("Event"),
    "curve": mark("Show"),
    "table": mark("Table of values"),
    "forecast": mark("The model shows what follows from its assumptions. It is not a forecast."),
    "legend": mark("Circle: a school, darker with more trust. Line: help over the last years."),
    "network": mark("{name}, {when}: {schools} schools, mean trust {share}%"),
    "table_year": mark("Year"),
    "covered": mark("covered"),
    "time": mark("Time, in half-terms"),
}
"""The words of the file, by key."""


def one_file(kept: KeptLesson) -> str:
    """Return a lesson as the text of one HTML file. Detail is left out until it has at most ``LARGEST`` bytes.

    Args:
        kept: the lesson.

    Raises:
        ValueError: if even the least detail is too much.
    """
    with speaking(kept.language):
        for ties in DETAIL:
            for networks in (True, False):
                page = _page(kept, ties, networks)
                if len(page.encode()) <= LARGEST:
                    return page
        sentence = _("this lesson has too many schools for a file of {size} MB; take fewer schools")
        raise ValueError(sentence.format(size=short_number(LARGEST / 1e6)))


def _page(kept: KeptLesson, ties: int, networks: bool) -> str:
    style = pages.text_of(pages.HERE / "plain.css") + pages.text_of(HERE / "lesson_player.css")
    script = pages.script_with(HERE / "lesson_player.js")
    policy = pages.page_policy([script], [style], connects=False)
    return (
        f'<!doctype html><html lang="{escape(kept.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f"<title>{escape(kept.title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<meta name="generator" content="{escape(kept.source)}"><link rel="icon" href="data:,">'
        f"<style>{style}</style></head><body>{pages.text_of(HERE / 'lesson_player.html')}"
        f"{pages.data_script('words', pages.plain_words(WORDS))}"
        f"{pages.data_script('lesson', lesson_data(kept, ties, networks))}"
        f"<script>{script}</script></body></html>\n"
    )
