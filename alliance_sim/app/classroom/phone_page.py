"""The page that phones show: one text for all phones, with everything inside."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from alliance_sim.app.language import ENGLISH, mark, speaking
from alliance_sim.app.plain_pages import pages

WORDS = {
    "class": mark("Your class"),
    "count": mark("{bets} of {phones} have bet"),
    "joined": mark("You are in"),
    "look_here": mark("Look at the screen. A question will appear here."),
    "look": mark("Look at the screen."),
    "drag": mark("{a_tag} {one} {b_tag} {other}. Drag both."),
    "send": mark("Send my bet"),
    "send_again": mark("Send my new bet"),
    "sending": mark("Sending …"),
    "sent": mark("Your bet is in"),
    "you_bet": mark("You bet {a_value} and {b_value}. Look at the screen."),
    "change": mark("Change my bet"),
    "closed": mark("Betting is closed"),
    "off": mark("You were {a_off} off for A and {b_off} off for B."),
    "dashed": mark("Dashed circles: your bet."),
    "change_rule": mark("Change one rule yourself"),
    "own": mark("Your own two systems"),
    "lever": mark("In both systems, change"),
    "choose": mark("Choose a value. Everything else stays as it was."),
    "computing": mark("Simulating your two systems …"),
    "same": mark("{value}, as before"),
    "instead": mark("{value} instead of {before}"),
    "unknown": mark("not known"),
    "dashed_class": mark("Solid: yours. Dashed: the systems of the class."),
    "back": mark("Back to the result"),
    "lost": mark("No connection. Trying again …"),
    "no_cookies": mark("This phone cannot join: allow cookies for this address, and open it again."),
    "ended": mark("This code has ended. Scan the new code on the screen."),
}
"""The words of the phone, by key."""

HERE = Path(__file__).parent


@cache
def phone_page(language: str = ENGLISH) -> tuple[str, str]:
    """Return the page and its content security policy.

    Args:
        language: the code of the language of the page.
    """
    with speaking(language):
        words = pages.plain_words(WORDS)
    style = pages.text_of(pages.HERE / "plain.css") + pages.text_of(HERE / "phone.css")
    script = pages.script_with(HERE / "phone.js")
    policy = pages.page_policy([script], [style], connects=True) + "; frame-ancestors 'none'"
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(words["class"])}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<link rel="icon" href="data:,"><style>{style}</style></head><body>'
        f"{pages.text_of(HERE / 'phone.html')}{pages.data_script('words', words)}"
        f"<script>{script}</script></body></html>\n"
    )
    return page, policy
