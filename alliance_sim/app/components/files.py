"""Open a config or a list of schools; save outcomes, pictures, configs and the link."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from dataclasses import replace
from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session import downloads
from alliance_sim.app.session.list_form import form_of, with_form
from alliance_sim.app.session.session_config import RefusedError, Schools
from alliance_sim.app.session.uploads import list_in, refuse_too_large, setup_with_file, setup_with_list
from alliance_sim.declarations.labels import note_on
from alliance_sim.limits import LARGEST_CONFIG_IN_PAGE, LARGEST_LIST_IN_PAGE


@solara.component_vue("files.vue")
def FileButtons(
    names: list[str], listed: str, note: str, largest: dict[str, int], download: dict[str, Any],
    event_ask_for: Any, event_open_file: Any, event_too_large: Any, event_drop_list: Any,
) -> None:  # fmt: skip
    """Show buttons to save files and fields to open files."""


@solara.component_vue("list_form.vue")
def ListForm(form: dict[str, Any], event_apply: Any) -> None:
    """Show how a list is read, to choose otherwise."""


@solara.component
def Files(state: PageState) -> None:
    """Show the drawer for saving and opening."""
    _ = state.setup_version.value
    session = state.session
    empty: dict[str, Any] = {}
    download, set_download = solara.use_state(empty)
    makers = {
        "csv": lambda: ("outcomes.csv", "text/csv", downloads.csv(session)),
        "a": lambda: (downloads.file_name(session, 0), "application/toml", downloads.config(session, 0)),
        "b": lambda: (downloads.file_name(session, 1), "application/toml", downloads.config(session, 1)),
    }

    def ask_for(what: Any) -> None:
        if not isinstance(what, str) or what not in makers:
            raise RefusedError(f"there is no such file; there are {', '.join(makers)}")
        name, kind, text = makers[what]()
        number = int(download.get("number", 0)) + 1
        set_download({"number": number, "name": name, "type": kind, "text": text})

    def read_list(schools: Schools) -> None:
        state.listed.value = schools  # its form is shown whether or not it can be read
        state.open(lambda: setup_with_list(session.setup, schools))

    def open_file(given: Any) -> None:
        if schools := list_in(given):
            read_list(schools)
        else:
            state.open(lambda: setup_with_file(session.setup, given))

    def choose(given: Any) -> None:
        if (schools := state.listed.peek()) is not None:
            read_list(with_form(schools, given))

    def too_large(given: Any) -> None:
        refuse_too_large(given)

    def drop_list(_: Any) -> None:
        state.listed.value = None
        state.open(replace(session.setup, schools=None), "The systems have random schools again.")

    listed = session.setup.schools
    FileButtons(
        names=[system.title for system in session.setup.systems],
        listed=listed.shown_name if listed else "",
        note=note_on(session.runs[0].model.roster),
        largest={"schools": LARGEST_LIST_IN_PAGE, "a": LARGEST_CONFIG_IN_PAGE, "b": LARGEST_CONFIG_IN_PAGE},
        download=download,
        event_ask_for=state.guarded(ask_for),
        event_open_file=state.guarded(open_file),
        event_too_large=state.guarded(too_large),
        event_drop_list=state.guarded(drop_list),
    )
    if state.listed.value is not None:
        ListForm(form=form_of(state.listed.value), event_apply=state.guarded(choose))
