"""``alliance-sim compare``: simulate configs on the same schools and show their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alliance_sim.cli import console, loading, output
from alliance_sim.cli.errors import FAILED, Refusal
from alliance_sim.cli.list_options import as_written
from alliance_sim.declarations.labels import note_on

if TYPE_CHECKING:
    from alliance_sim.comparison.comparison import Comparison
    from alliance_sim.comparison.decomposition import Decomposition
    from alliance_sim.comparison.difference import Difference
    from alliance_sim.schools.choices import Choices

PAGE = "comparison.html"
SHORT = (
    "sharing", "jpd", "trust", "head_trust", "reciprocity", "practice", "frontier", "level", "asked", "refusals",
    "fatigue", "attainment", "attainment_gap",
)  # fmt: skip
"""The outcomes of the table on the terminal; the page shows all."""


class Size(NamedTuple):
    """The runs of a comparison, the smallest effects of interest as given, and whether to decompose the gap."""

    seeds: int
    first_seed: int
    half_terms: int
    matters: tuple[str, ...] = ()
    decompose: bool = False


class Result(NamedTuple):
    """A comparison, and the decompositions of its gaps where they were asked for."""

    comparison: Comparison
    decompositions: tuple[Decomposition, ...]


def compare(
    configs: Sequence[str], overrides: Sequence[str], size: Size, schools: str | None, out: Path | None,
    workers: int | None, as_json: bool, choices: Choices,
) -> None:  # fmt: skip
    """Simulate paired runs, show their differences, and write the page if ``out`` is given."""
    if len(configs) < 2:
        raise Refusal(f"a comparison needs at least two configs; give another one besides {configs[0]}")
    seeds, first_seed, half_terms, matters, decompose = size
    if first_seed + seeds - 1 > loading.LARGEST_SEED:
        raise Refusal(f"--seed {first_seed}: the last of {seeds:,} seeds would be above 2^64 - 1; give a smaller one")
    loaded = loading.load(configs, overrides, schools, choices)
    loading.refuse_too_much(len(configs) * seeds * (half_terms + 1) * 23.0, "give fewer --seeds or --half-terms")
    smallest = loading.effects(matters, [scenario.configuration for scenario in loaded.scenarios])
    _report_equal_scenarios(loaded, overrides)
    options: dict[str, Any] = {"seeds": seeds, "seed": first_seed, "half-terms": half_terms}
    options |= {"schools": loading.without_folders(schools) if schools else None} | as_written(choices)
    options |= {"matters": list(matters)} if matters else {}
    options |= {"decompose": True} if decompose else {}
    if decompose:
        _refuse_decomposition(loaded)
    command = loading.repeatable("compare", configs, overrides, options)
    if out is None:
        result = _simulate(loaded, size, smallest, workers)
    else:
        with output.write_all_or_none(out) as folder:
            result = _simulate(loaded, size, smallest, workers)
            _write(result, loaded, folder, command, options | {"set": list(overrides)})
    if as_json:
        console.show_json(_document(result, loaded, command, out))
    else:
        _show(result, out)


def _refuse_decomposition(loaded: loading.Loaded) -> None:
    """Refuse configs that cannot be decomposed, before anything is simulated."""
    from alliance_sim.comparison.decomposition import differences

    if len(loaded.scenarios) != 2:
        raise Refusal(f"--decompose takes two configs, and {len(loaded.scenarios)} were given; leave out the others")
    first, second = (scenario.configuration for scenario in loaded.scenarios)
    differences(first, second)


def _report_equal_scenarios(loaded: loading.Loaded, overrides: Sequence[str]) -> None:
    scenarios = loaded.scenarios
    for place, scenario in enumerate(scenarios):
        twin = next((other.name for other in scenarios[:place] if other.hash == scenario.hash), None)
        if twin:
            why = "with these --set options" if overrides else "as written"
            console.say(f"Note: {why}, {twin} and {scenario.name} are the same scenario.")


def _simulate(loaded: loading.Loaded, size: Size, matters: Mapping[str, float], workers: int | None) -> Result:
    from alliance_sim.comparison.comparison import compare as simulate_and_compare
    from alliance_sim.comparison.decomposition import decompose_comparison

    console.compile_rules(scenario.configuration for scenario in loaded.scenarios)
    try:
        with console.show_progress("Simulating", "runs") as progress:
            comparison = simulate_and_compare(
                loaded.scenarios,
                seeds=size.seeds,
                first_seed=size.first_seed,
                half_terms=size.half_terms,
                workers=workers,
                progress=progress,
                matters=matters,
            )
        if not size.decompose:
            return Result(comparison, ())
        with console.show_progress("Decomposing", "runs") as progress:
            return Result(comparison, decompose_comparison(comparison, workers=workers, progress=progress))
    except RuntimeError as trouble:
        from concurrent.futures.process import BrokenProcessPool

        if isinstance(trouble.__cause__, BrokenProcessPool):
            sentence = "a worker process was killed before it finished, perhaps for lack of memory; try --workers 1"
            raise Refusal(sentence, code=FAILED) from None
        raise


def _write(result: Result, loaded: loading.Loaded, folder: Path, command: str, options: dict[str, Any]) -> None:
    from alliance_sim.reporting import charts
    from alliance_sim.reporting.comparison import page as comparison_page

    comparison = result.comparison
    curves = charts.four_curves(comparison)
    (folder / "comparison.svg").write_text(charts.svg(curves), "utf-8")
    (folder / "comparison.png").write_bytes(charts.png(curves))
    page = comparison_page.page(
        comparison, command=command, school_list=loaded.school_list, decompositions=result.decompositions
    )
    (folder / PAGE).write_text(page, "utf-8")
    comparison.frame().to_parquet(folder / "comparison.parquet", engine="pyarrow", compression="zstd", index=False)
    comparison.differences_frame().to_csv(folder / "differences.csv", index=False, lineterminator="\n")
    if comparison.groups:
        by_group = comparison.group_differences_frame()
        by_group.to_csv(folder / "differences_by_group.csv", index=False, lineterminator="\n")
    for name, scenario in zip(comparison.names, comparison.scenarios, strict=True):
        (folder / f"{name}.toml").write_text(scenario.to_toml(), "utf-8")
    output.write_json(output.provenance(command, comparison.scenarios, options), folder / "provenance.json")
    if loaded.school_list is not None:
        output.write_json(loaded.school_list.to_dict(), folder / "schools.json")


def _document(result: Result, loaded: loading.Loaded, command: str, out: Path | None) -> dict[str, Any]:
    from alliance_sim.comparison.summary import answer

    comparison = result.comparison
    return (
        comparison.to_dict()
        | {
            "answer": answer(comparison),
            "decompositions": [one.to_dict() for one in result.decompositions],
            "school_list": loaded.school_list.to_dict() if loaded.school_list else None,
            "command": command,
            "out": str(out) if out else None,
            "page": str(out / PAGE) if out else None,
        }
        | ({"note": note_on(comparison.scenarios[0].roster)} if loaded.school_list else {})
    )


def _show(result: Result, out: Path | None) -> None:
    from alliance_sim.comparison.summary import answer, judged_over
    from alliance_sim.engine.simulation.splits import SPLITS
    from alliance_sim.text import join_words

    comparison = result.comparison
    for sentence in answer(comparison):
        console.show(sentence)
    for one in result.decompositions:
        console.show(" ".join(one.sentences()))
    for other in range(1, len(comparison.scenarios)):
        found = [comparison.difference(name, other) for name in SHORT]
        rows = [_row(one) for one in found]
        first, second = comparison.titles[0], comparison.titles[other]
        columns = ["", first, second, "difference", "95 % interval"]
        title = f"{judged_over(comparison)}, {second} minus {first}"
        console.show("", console.table(columns, rows, numbers=range(1, 5), title=title))
    console.show(
        "The intervals hold for all outcomes and configs at once; the page and --json also have those of each alone."
    )
    if any(not one.direction for one in comparison.differences if one.outcome in SHORT):
        console.show("? The interval includes zero: no clear difference.")
    undefined = {one.outcome: len(comparison.seeds) - one.n for one in comparison.differences}
    for name, number in undefined.items():
        if number and name in SHORT:
            console.show(f"{name}: {number:,} of {len(comparison.seeds):,} pairs have no value and are left out.")
    if comparison.groups:
        splits = join_words(list(dict.fromkeys(SPLITS.get(group.split, group.split) for group in comparison.groups)))
        console.show(f"The page and --json also have the differences by {splits}.")
    if note := note_on(comparison.scenarios[0].roster):
        console.show(note)
    if out is None:
        console.show("--out DIR writes a page with all outcomes, the charts, and the data.")
    else:
        console.show(f"The page was written to {out / PAGE}")


def _row(found: Difference) -> list[str]:
    from alliance_sim.engine.modules.registry import outcome_declared
    from alliance_sim.text import format_estimate, format_numbers

    difference, low, high = format_estimate(found.difference, found.low_simultaneous, found.high_simultaneous)
    values = format_numbers(found.first_value, found.second_value)
    return [
        outcome_declared(found.outcome).title,
        *values,
        difference + ("" if found.direction else " ?"),
        f"{low} to {high}",
    ]
