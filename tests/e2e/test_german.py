"""The lesson in German, as a class reads it."""

import re

import pytest
from playwright.sync_api import expect

from alliance_sim.app.translation_catalogue import stored
from tests.e2e.test_lesson_mode import CUT_OFF, DONE, SCREENS, SIZES, wait_for_screen

ENGLISH = [
    text
    for message in stored("de")
    if message.id
    for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    if len(re.sub(r"\{\w+\}|\[\w:|\]", "", text)) > 6 and text not in (message.string, *message.string)
]
"""The English texts of the page, but for those that are too short to differ clearly from German."""
LABELS = "[...document.querySelectorAll('.ls [aria-label], .ls [title]')].map(one => one.ariaLabel + ' ' + one.title)"
FIXED = [text for text in ENGLISH if "{" not in text and "[" not in text and text != "English"]
"""Texts without values; the link to the English page has its own name."""


def english_left(text):
    """Return the English texts that are visible as whole words."""
    return [one for one in FIXED if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)]


def test_the_search_finds_english():
    assert english_left("Weiter · Lock the bet · Zurück") == ["Lock the bet"]
    assert len(FIXED) > 200


@pytest.mark.parametrize("size", ["a small projector", "a phone"])
def test_every_screen_is_german_and_fits(classroom, server, size):
    width, height = SIZES[size]
    page = classroom.context(width=width, height=height, reduced_motion="reduce").new_page()
    for screen in SCREENS:
        page.goto(f"{server.url}/?screen={screen}{DONE.get(screen, '')}&lang=de")
        wait_for_screen(page, screen)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.lang") == "de"
        labels = page.evaluate(LABELS)
        assert english_left("\n".join([page.inner_text(".ls"), *labels])) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, screen
        if width >= 1024:
            assert page.evaluate(CUT_OFF) == [], screen


def test_the_language_is_changed_at_the_top_and_the_bet_stays(classroom, server):
    page = classroom.context().new_page()
    page.goto(f"{server.url}/?screen=bet&bet=30,20")
    wait_for_screen(page, "bet")
    page.get_by_role("link", name="Deutsch").click()
    wait_for_screen(page, "bet")
    expect(page.locator("h1")).to_have_text("Wo steht jedes System am Ende?")
    expect(page.locator(".ls-handle.locked")).to_have_count(2)
    assert "bet=30%2C20" in page.url
    page.get_by_role("link", name="English").click()
    wait_for_screen(page, "bet")
    expect(page.locator("h1")).to_have_text("Where will each system be at the end?")
