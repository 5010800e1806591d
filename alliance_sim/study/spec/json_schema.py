"""The JSON schema of study files, for editors."""

from __future__ import annotations

import json
from typing import Any

from alliance_sim.config import json_schema as config_schema
from alliance_sim.declarations.parameters import GROUPS, PARAMETERS
from alliance_sim.study.spec.schema import DESIGN_KEYS, DESIGNS, RangeTable, StudyTable


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a study file; parameters and events are those of a config."""
    schema = StudyTable.model_json_schema(by_alias=True)
    of_config = config_schema()
    shapes: dict[str, Any] = {name: of_config["$defs"][name] for name in of_config["$defs"] if name not in GROUPS}
    shapes["range"] = RangeTable.model_json_schema(by_alias=True)
    for one in PARAMETERS.values():
        field = of_config["$defs"][one.group]["properties"][one.key]
        shapes[one.name] = {key: part for key, part in field.items() if key != "default"}
    values = {name: {"$ref": f"#/$defs/{name}"} for name in PARAMETERS}
    for table in (schema, schema["$defs"]["VariantTable"]):
        sets = table["properties"]["set"]["description"]
        table["properties"]["set"] = {"type": "object", "description": sets, "properties": values}
        table["properties"]["events"] = of_config["properties"]["events"]
    schema["properties"]["design"] = {
        "type": "object",
        "description": "What is varied, and how.",
        "properties": _design_keys() | {name: _factor(name) for name in values},
    }
    schema["$defs"] |= shapes
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "alliance_sim study",
        "description": "A question, the runs that answer it, and the outcomes to record.",
    }


def _design_keys() -> dict[str, Any]:
    """Return the keys of designs other than parameters, each described by the first kind that has it."""
    keys: dict[str, Any] = {}
    for table in DESIGNS.values():
        for name, field in table.model_json_schema()["properties"].items():
            keys.setdefault(name, {key: value for key, value in field.items() if key != "default"})
    keys["kind"] = {"enum": list(DESIGNS), "description": "How points are chosen; factorial by default."}
    return {name: keys[name] for name in DESIGN_KEYS}


def _factor(name: str) -> dict[str, Any]:
    """Return the schema of a factor: values of a parameter, or a range of them."""
    values = {"type": "array", "items": {"$ref": f"#/$defs/{name}"}, "minItems": 1}
    return {"description": PARAMETERS[name].meaning, "anyOf": [values, {"$ref": "#/$defs/range"}]}


def schema_text() -> str:
    """Return the content of ``configs/studies/schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
