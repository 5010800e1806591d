"""Configs: TOML files with a question and changed parameters, validated and resolved to a ``Configuration``."""

from alliance_sim.config.config import Configuration, Event
from alliance_sim.config.errors import ConfigError, DeprecatedKeyWarning, Problem, UnknownNameError, shortened
from alliance_sim.config.files import shipped_configs, shipped_studies
from alliance_sim.config.overrides import parse_override, parse_overrides
from alliance_sim.config.resolve import changed, default_configuration, load_configuration, load_untrusted
from alliance_sim.config.resources import (
    ASKED_FROM,
    machine_memory,
    memory_needed,
    refuse_misfits,
    refuse_unexpected_size,
    results_too_large,
)
from alliance_sim.config.schema import json_schema, schema_text
from alliance_sim.config.suggestions import nearest_parameter

__all__ = [
    "ASKED_FROM",
    "ConfigError",
    "Configuration",
    "DeprecatedKeyWarning",
    "Event",
    "Problem",
    "UnknownNameError",
    "changed",
    "default_configuration",
    "json_schema",
    "load_configuration",
    "load_untrusted",
    "machine_memory",
    "memory_needed",
    "nearest_parameter",
    "parse_override",
    "parse_overrides",
    "refuse_misfits",
    "refuse_unexpected_size",
    "results_too_large",
    "schema_text",
    "shipped_configs",
    "shipped_studies",
    "shortened",
]
