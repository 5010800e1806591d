"""Show outcomes split by what a list knows about its schools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliance_sim.cli import console
from alliance_sim.comparison.groups import BY_GROUP
from alliance_sim.engine.simulation.splits import SPLITS, groups_of

if TYPE_CHECKING:
    import pandas as pd

    from alliance_sim.mesa_model.model import AllianceModel

BASIS = "Groups and numbers of schools are data of the list; the outcomes, {when}, are simulated."


def is_split(model: AllianceModel) -> bool:
    """Return whether outcomes of a run can be split."""
    return model.simulation.recorder.record == "school" and bool(groups_of(model.roster))


def show_groups(model: AllianceModel) -> None:
    """Print the outcomes at the end by phase, Ofsted's judgement and free school meals."""
    from alliance_sim.engine.modules.registry import outcome_declared
    from alliance_sim.text import format_numbers

    last = _at_the_end(model)
    for split, rows in last.groupby("split", sort=False):
        columns = [[f"{value:,}" for value in rows["schools"]]]
        columns += [list(format_numbers(*rows[name].astype(float))) for name in BY_GROUP]
        headings = [
            f"by {SPLITS.get(str(split), split)}",
            "schools",
            *(outcome_declared(name).title for name in BY_GROUP),
        ]
        cells = [[str(group), *values] for group, *values in zip(rows["group"], *columns, strict=True)]
        console.show("", console.table(headings, cells, numbers=range(1, len(headings))))
    console.show(BASIS.format(when="at the end of the run"))


def rows_by_group(model: AllianceModel) -> dict[str, Any] | None:
    """Return the outcomes by group at the end, and which columns are data; None where they cannot be split."""
    if not is_split(model):
        return None
    from alliance_sim.comparison.difference import finite

    last = _at_the_end(model)
    rows = [{name: finite(value) for name, value in row.items()} for row in last.to_dict("records")]
    return {name: last.attrs[name] for name in ("data", "simulated")} | {"rows": rows}


def _at_the_end(model: AllianceModel) -> pd.DataFrame:
    frame = model.outcomes_by_group
    return frame.loc[frame["half_term"] == frame["half_term"].max()]
