"""The page that phones show: one text for all phones, with everything inside."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alliance_sim.app.plain_pages import pages

WORDS = {
    "class": "Your class",
    "count": "{bets} of {phones} have bet",
    "joined": "You are in",
    "look_here": "Look at the screen. A question will appear here.",
    "look": "Look at the screen.",
    "drag": "{a_tag} {one} {b_tag} {other}. Drag both.",
    "send": "Send my bet",
    "send_again": "Send my new bet",
    "sending": "Sending …",
    "sent": "Your bet is in",
    "you_bet": "You bet {a_value} and {b_value}. Look at the screen.",
    "change": "Change my bet",
    "closed": "Betting is closed",
    "off": "You were {a_off} off for A and {b_off} off for B.",
    "dashed": "Dashed circles: your bet.",
    "change_rule": "Change one rule yourself",
    "own": "Your own two systems",
    "lever": "In both systems, change",
    "choose": "Choose a value. Everything else stays as it was.",
    "computing": "Simulating your two systems …",
    "same": "{value}, as before",
    "instead": "{value} instead of {before}",
    "unknown": "not known",
    "dashed_class": "Solid: yours. Dashed: the systems of the class.",
    "back": "Back to the result",
    "lost": "No connection. Trying again …",
    "no_cookies": "This phone cannot join: allow cookies for this address, and open it again.",
    "ended": "This code has ended. Scan the new code on the screen.",
}
"""The words of the phone, by key."""

HERE = Path(__file__).parent


@cache
def phone_page() -> tuple[str, str]:
    """Return the page and its content security policy."""
    style = pages.text_of(pages.HERE / "plain.css") + pages.text_of(HERE / "phone.css")
    script = pages.text_of(pages.HERE / "plot.js") + pages.text_of(HERE / "phone.js")
    # All is in one script, so that no name is left outside of it.
    script = f"(() => {{\n{script}\n}})();"
    policy = pages.page_policy([script], [style], connects=True) + "; frame-ancestors 'none'"
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your class</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<link rel="icon" href="data:,"><style>{style}</style></head><body>'
        f"{pages.text_of(HERE / 'phone.html')}{pages.data_script('words', WORDS)}"
        f"<script>{script}</script></body></html>\n"
    )
    return page, policy
