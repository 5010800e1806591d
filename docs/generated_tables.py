"""Generate tables of the book from the code, so that they agree with it.

A page names a table in the directive ``made-from-code``; ``parameters trust`` selects one group of parameters.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from alliance_sim.config import shipped_configs
from alliance_sim.config.config import EVENT_KINDS
from alliance_sim.declarations.columns import columns
from alliance_sim.declarations.module import Module
from alliance_sim.declarations.outcomes import OUTCOMES
from alliance_sim.declarations.parameters import GROUPS
from alliance_sim.engine.modules.registry import MODULES
from alliance_sim.engine.simulation import batch, cross_alliance, phases
from alliance_sim.engine.state import TABLES


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    lines = [list(headings), ["---"] * len(list(headings)), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ").replace("*", "\\*").replace("_", "\\_")


def parameters(group: str = "") -> str:
    """Return the parameters of a group, or of all groups under their titles."""
    if not group:
        return "\n\n".join(f"**{title}**\n\n{parameters(name)}" for name, (title, _) in GROUPS.items())
    _, rows = GROUPS[group]
    cells = (
        (one.name, one.symbol, one.meaning, one.unit, _default(one.default), one.allowed, one.source) for one in rows
    )
    return table(("name", "symbol", "meaning", "unit", "default", "allowed", "source"), cells)


def _default(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()


def state(_: str = "") -> str:
    """Return the columns of each table of the engine."""
    parts: list[str] = []
    for name, one in TABLES.items():
        rows = ((key, column.dtype, column.unit, column.meaning) for key, column in columns(one).items())
        summary = (one.__doc__ or "").strip().split("\n")[0]
        parts.append(f"**{name}**: {summary}\n\n{table(('column', 'type', 'unit', 'meaning'), rows)}")
    return "\n\n".join(parts)


def outcomes(_: str = "") -> str:
    """Return the outcomes."""
    return table(("name", "title", "unit", "meaning"), ((o.name, o.title, o.unit, o.meaning) for o in OUTCOMES))


def modules(_: str = "") -> str:
    """Return the switchable modules, with the first line of each file."""
    rows = ((module.name, _first_line(module)) for module in MODULES)
    return table(("module", "what it does"), rows)


def _first_line(module: Module) -> str:
    rule: Any = next(iter(module.rules.values()))
    return (import_module(rule.py_func.__module__).__doc__ or "").strip().split("\n")[0]


def events(_: str = "") -> str:
    """Return the kinds of dated events."""
    return table(("event", "effect"), EVENT_KINDS.items())


def configs(_: str = "") -> str:
    """Return the shipped configs with their questions."""
    from alliance_sim.config import load_configuration

    return table(("config", "question"), ((name, load_configuration(name).question) for name in shipped_configs()))


def schedule(_: str = "") -> str:
    """Return the steps of a half-term in the order in which compiled loops run them."""
    lines: list[str] = []
    for name in _called(batch.simulate_half_term):
        function = getattr(phases, name, None) or getattr(cross_alliance, name, None)
        if function is None:
            continue
        lines.append(f"1. **{_words(name)}**: {_summary(function)}")
        for inner in _called(function):
            step = getattr(phases, inner, None)
            if (
                step is not None
                and inner not in ("allocate_workspace", "Row", "alliance_teachers", "alliance_ties")
                and _summary(step)
            ):
                lines.append(f"   - {_words(inner)}: {_summary(step)}")
    return "\n".join(lines)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _summary(function: Any) -> str:
    return (inspect.getdoc(getattr(function, "py_func", function)) or "").split("\n")[0]


def _called(function: Any) -> list[str]:
    """Return the names of functions that a function calls, in order, each once."""
    tree = ast.parse(inspect.getsource(getattr(function, "py_func", function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    names = [call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "") for call in calls]
    return list(dict.fromkeys(name for name in names if name))


def commands(_: str = "") -> str:
    """Return the commands with the first line of their help."""
    import typer.main
    from click import Context

    from alliance_sim.cli.app import app

    group: Any = typer.main.get_command(app)
    rows = []
    for name in group.list_commands(Context(group)):
        command = group.get_command(Context(group), name)
        options = [
            f"`{parameter.opts[0]}`"
            for parameter in command.params
            if parameter.opts and parameter.opts[0].startswith("-")
        ]
        rows.append(f"| `{name}` | {_cell((command.help or '').strip().split(chr(10))[0])} | {' '.join(options)} |")
    return "| command | what it does | options |\n| --- | --- | --- |\n" + "\n".join(rows)


MADE: dict[str, Callable[[str], str]] = {
    "parameters": parameters, "state": state, "outcomes": outcomes, "modules": modules, "events": events,
    "configs": configs, "schedule": schedule, "commands": commands,
}  # fmt: skip


class MadeFromCode(SphinxDirective):
    """Insert a generated table by name."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the table like the rest of the page."""
        group = self.arguments[1] if len(self.arguments) > 1 else ""
        return self.parse_text_to_nodes(MADE[self.arguments[0]](group))


def setup(app: Any) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("made-from-code", MadeFromCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
