"""Read a study file and check every point; all problems are reported at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from alliance_sim.config import ConfigError, Configuration, Problem, load_configuration
from alliance_sim.config.chains import chain_of
from alliance_sim.config.errors import shown
from alliance_sim.config.files import STUDIES, SourceFile, locate, shipped_configs, shipped_studies
from alliance_sim.config.list_choices import FILE
from alliance_sim.config.resolve import merge_layers
from alliance_sim.config.suggestions import nearest
from alliance_sim.config.toml_lines import KeyPath
from alliance_sim.config.translation import MOST_REPORTED
from alliance_sim.config.validate import Layer
from alliance_sim.declarations.parameters import PARAMETERS
from alliance_sim.study.spec.designs import NOTHING_VARIED, Design, stated_design
from alliance_sim.study.spec.list_of_schools import as_chosen, bad_list, choices_without_list, list_of
from alliance_sim.study.spec.messages import checked_table
from alliance_sim.study.spec.old_keys import with_current_names
from alliance_sim.study.spec.parameters import checked_changes
from alliance_sim.study.spec.points import Points, bad_points, roster_digest
from alliance_sim.study.spec.points_csv import limit_problems
from alliance_sim.study.spec.schema import StudyTable, only_in_studies

_ADDED = ("set", "events")
"""Keys that add to those of the extended study; all other keys replace them."""


@dataclass(frozen=True)
class StudyFile:
    """The content of a study file and of the files that it extends.

    Attributes:
        table: the resolved keys, defaults included.
        points: the points, in the order of their numbers.
        schools: the list of real schools, or None.
        chain: the files read: the study's own first, then the files that it extends.
    """

    table: StudyTable
    points: Points
    schools: Path | None
    chain: tuple[Path, ...]


def read_study(name_or_path: str | Path) -> StudyFile:
    """Read a study and the files that it extends, and check every point.

    Args:
        name_or_path: the name of a shipped study, or the path of a file.

    Raises:
        ConfigError: with every problem in the files, the points and the school list.
    """
    files, problems = chain_of(name_or_path, STUDIES)
    files = [with_current_names(file) for file in files]
    _register_mechanisms(files)
    stated: dict[str, tuple[Any, SourceFile]] = {}
    changes: list[Layer] = []
    for file in reversed(files):
        table, wrong = checked_table(StudyTable, file.document, (), file.place)
        problems += wrong
        valid = _valid_keys(file.document, wrong) if table is None else file.document
        if {"base", "variants"} <= valid.keys():
            problems.append(_both(file))
        elif {"base", "variants"} & valid.keys():
            stated.pop("base", None)
            stated.pop("variants", None)
        stated |= {key: (value, file) for key, value in valid.items() if key not in _ADDED}
        changes.append(checked_changes(valid.get("set", {}), valid.get("events", ()), (), file.place))
        problems += changes[-1].problems
    if not files or len(problems) >= MOST_REPORTED:
        raise ConfigError(problems)
    study, wrong = _resolve(files, stated, changes)
    problems += [problem for problem in wrong if problem not in problems]
    if problems:
        raise ConfigError(dict.fromkeys(problems))
    return study


def _register_mechanisms(files: Sequence[SourceFile]) -> None:
    """Load the configs once, so that parameters and outcomes of their mechanisms can be set, varied and recorded."""
    for file in files:
        base, variants = file.document.get("base"), file.document.get("variants")
        tables = cast("dict[str, Any]", variants).values() if isinstance(variants, dict) else ()
        listed = cast("list[Any]", variants) if isinstance(variants, list) else []
        for name in (
            base,
            *listed,
            *(cast("dict[str, Any]", table).get("base") for table in tables if isinstance(table, dict)),
        ):
            with suppress(ConfigError):  # its problems are reported later
                load_configuration(locate(name, named_in=file)[0]) if isinstance(name, str) else None


def _resolve(
    files: list[SourceFile], stated: Mapping[str, tuple[Any, SourceFile]], changes: list[Layer]
) -> tuple[StudyFile, list[Problem]]:
    """Return the study that all files describe, and the problems of its variants and points."""
    table = StudyTable.model_validate({"question": "-"} | {key: value for key, (value, _) in stated.items()})
    variants, problems = _variants(stated, files[0], changes)
    design, wrong = NOTHING_VARIED, list[Problem]()
    if "design" in stated:
        design, wrong = stated_design(stated["design"][0], stated["design"][1])
        problems += wrong
        problems += _set_and_varied(design, [*changes, *(layer for _, layer in variants)], stated["design"][1])
    schools, chosen = list_of(stated)
    configurations = tuple(as_chosen(variant, chosen, stated) for variant, _ in variants)
    problems += _parameters_of_missing_mechanisms(configurations, design, files[0])
    points = Points(configurations, design, roster_digest(schools))
    if configurations and not wrong and "design" in stated:
        bad = bad_points(points, _places(design, stated["design"][1]))
        problems += limit_problems(bad, files[0].shown_as)
    if schools is not None:
        problems += bad_list(points, stated["schools"][1])
    else:
        problems += choices_without_list(stated)
    study = StudyFile(table, points, schools, tuple(file.path for file in files))
    return study, problems + _independent_list(table, stated) + _effects_of_nothing(table, stated)


def _valid_keys(document: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """Return the keys without problems, so that conflicts between them are reported as well."""
    refused = {(problem.name or "").partition(".")[0].partition("[")[0] for problem in problems}
    return {key: value for key, value in document.items() if key not in refused and key in StudyTable.model_fields}


def _variants(
    stated: Mapping[str, tuple[Any, SourceFile]], first: SourceFile, changes: list[Layer]
) -> tuple[list[tuple[Configuration, Layer]], list[Problem]]:
    """Return the variants, each with the changes of its own; without the key there is one variant."""
    base, base_file = stated.get("base", ("baseline", first))
    if "variants" not in stated:
        configuration, problems = _variant(base, base_file, ("base",), [*changes])
        return ([(configuration, Layer(base_file.place))] if configuration else []), problems
    variants, file = stated["variants"]
    found: list[tuple[Configuration, Layer]] = []
    problems: list[Problem] = []
    entries: list[tuple[str, dict[str, Any], KeyPath]]
    if isinstance(variants, list):
        listed = enumerate(cast("list[str]", variants))
        entries = [("", {"base": name}, ("variants", place)) for place, name in listed]
    else:
        tables = cast("dict[str, dict[str, Any]]", variants)
        entries = [(name, table, ("variants", name)) for name, table in tables.items()]
    for name, table, path in entries:
        own = checked_changes(table.get("set", {}), table.get("events", ()), path, file.place)
        configuration, wrong = _variant(table.get("base", "baseline"), file, path, [*changes, own])
        problems += [*own.problems, *wrong]
        if configuration is not None:
            found.append((replace(configuration, name=name or configuration.name), own))
    return found, problems + _repeated_names(found, file)


def _variant(
    base: str, file: SourceFile, path: KeyPath, layers: list[Layer]
) -> tuple[Configuration | None, list[Problem]]:
    """Return a config with the changes of a study applied to it."""
    try:
        config = load_configuration(locate(base, named_in=file, key=path)[0])
    except ConfigError as error:
        return None, list(error.problems)
    values, problems = merge_layers(config.values, layers)
    events = sorted((event for layer in (config, *layers) for event in layer.events), key=lambda event: event.half_term)
    return replace(config, values=values, events=tuple(events)), problems


def _parameters_of_missing_mechanisms(
    variants: Sequence[Configuration], design: Design, file: SourceFile
) -> list[Problem]:
    """Return a problem for each parameter of a mechanism that is set or varied in a variant that does not name it."""
    problems: list[Problem] = []
    for variant in variants:
        declared = {name for mechanism in variant.mechanisms for name in mechanism.defaults}
        for name in dict.fromkeys((*design.names, *variant.values)):
            if name in PARAMETERS.registered and name not in declared:
                mechanism = PARAMETERS[name].group
                sentence = f"{name} belongs to the mechanism {mechanism}, which {variant.name} does not name"
                cure = f'{sentence}; write mechanisms = ["{mechanism}.py"] in its config'
                problems.append(Problem(*file.place(()), name, "", "a mechanism that is named", "", cure))
    return problems


def _repeated_names(variants: list[tuple[Configuration, Layer]], file: SourceFile) -> list[Problem]:
    names = [variant.name for variant, _ in variants]
    where = file.place(("variants",))
    cure = "name them yourself, as in [variants.open] base = …"
    return [
        Problem(*where, "variants", name, "different names", "", f"two variants are called '{name}'; {cure}")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _set_and_varied(design: Design, layers: list[Layer], source: SourceFile) -> list[Problem]:
    """Return a problem for each parameter that is both set and varied."""
    problems: list[Problem] = []
    for name in design.names:
        for layer in layers:
            if name in layer.values:
                varied_on = source.place(("design", name))[1]
                also = f" on line {varied_on}" if varied_on is not None else ""
                sentence = f"{name} is set here and varied under [design]{also}; keep one of the two"
                problems.append(Problem(*layer.place_of(name), name, "", "one of the two", "", sentence))
                break
    return problems


def _places(design: Design, source: SourceFile) -> Callable[[int], tuple[str, int | None]]:
    """Return a function for the place of a row: its line in a file of points, or else that of the design."""
    at_the_design, lines = source.place(("design",)), design.lines

    def place(row: int) -> tuple[str, int | None]:
        return at_the_design if lines is None else (str(design.file), int(lines[row]))

    return place


def _both(file: SourceFile) -> Problem:
    sentence = "base and variants are both given; put base into each variant, as in [variants.open] base = …"
    return Problem(*file.place(("base",)), "base", "", "base or variants", "", sentence)


def _independent_list(table: StudyTable, stated: Mapping[str, tuple[Any, SourceFile]]) -> list[Problem]:
    if table.random_numbers in (None, "common") or isinstance(table.seeds, int):
        return []
    stated_as = f'random_numbers = "{table.random_numbers}"'
    sentence = f"{stated_as} gives each point seeds of its own; give seeds as a number, not as a list"
    return [Problem(*stated["seeds"][1].place(("seeds",)), "seeds", "a list", "a whole number", "", sentence)]


def _effects_of_nothing(table: StudyTable, stated: Mapping[str, tuple[Any, SourceFile]]) -> list[Problem]:
    """Return a problem for each smallest effect of interest on an outcome that is not recorded."""
    problems: list[Problem] = []
    for name in table.matters:
        if name not in table.keep:
            meant = nearest(name, table.keep)
            hint = f"did you mean '{meant}'?" if meant else f"the study keeps {', '.join(table.keep)}"
            where = stated["matters"][1].place(("matters", name))
            sentence = f"matters names {shown(name)}, which is no outcome that the study keeps; {hint}"
            problems.append(Problem(*where, "matters", shown(name), "a kept outcome", meant, sentence))
    return problems


def is_study(files: Sequence[SourceFile]) -> bool:
    """Return whether a file is a study rather than a config, by its keys or those of the files that it extends.

    Both may have a table ``[schools]``, but only a study's names a file.
    """

    def keys(document: Mapping[str, Any]) -> set[str]:
        chosen = document.get("schools")
        of_config = isinstance(chosen, dict) and FILE not in chosen
        return set(document) - ({"schools"} if of_config else set())

    return any(not only_in_studies().isdisjoint(keys(file.document)) for file in files)


def names_a_study(name: str) -> bool:
    """Return whether a name or path refers to a study: a shipped one, a file with a study's keys, or a misspelt name.

    A file that cannot be read is no study; loading it raises the error.
    """
    configs, studies = shipped_configs(), shipped_studies()
    if name in studies or name in configs:
        return name not in configs
    files, _ = chain_of(name, STUDIES)
    return is_study(files) if files else bool(nearest(name, studies)) and not nearest(name, configs)
