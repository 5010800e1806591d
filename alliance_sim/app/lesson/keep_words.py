"""The words with which the page offers a lesson's files."""

from __future__ import annotations

from typing import Any

from alliance_sim.app.language import _
from alliance_sim.app.lesson.state import LessonState


def keep_words(state: LessonState) -> dict[str, Any]:
    """Return the words, and whether the outcome is still covered.

    Args:
        state: the state of the lesson.
    """
    return {
        "keep_title": _("Keep …"),
        "keep_file": _("Keep this lesson as one HTML file"),
        "keep_hint": _("It opens without internet, on a phone too, with bet, reveal and events."),
        "keep_slide": _("Slide"),
        "keep_animation": _("Animation (GIF)"),
        "keep_covered": _("An animation can be kept after the reveal."),
        "is_covered": state.bet_screen is not None and not state.revealed,
    }
