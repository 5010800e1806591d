"""Compile functions that only other compiled functions call, without machine code of their own.

Numba optimizes every compiled function and emits its machine code, and then does so again for each function that calls
it. Rules and steps are inlined into loops, so for them the loop's own turn is enough.

# perf: this takes a third of the time to compile. Where a later version of Numba names these methods differently,
# functions are compiled as usual.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NoPythonSupportedFeatureValidation


class _LinkedLibrary(JITCodeLibrary):
    """Code that is linked into that of its callers, which optimize it and emit machine code."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return 0, which stands for a function without machine code."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self) -> Any:
        """The code generator, as far as functions without machine code need it."""
        return _NoEnvironments


class _NoEnvironments:
    """Numba gives each function an environment for calls into Python, which rules and steps do not make."""

    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        """Do nothing: there is no machine code that could read it."""


@register_pass(mutates_CFG=False, analysis_only=True)
class _ChooseLibrary(FunctionPass):
    """Let the code of the function go to a ``_LinkedLibrary``."""

    _name = "alliance_sim_choose_library"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> Any:
        """Choose the library before the code is generated; nothing in the function changes."""
        state.library = _LinkedLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


class LinkedCompiler(CompilerBase):
    """Numba's pipeline for compiled code, with a library that is only linked."""

    def define_pipelines(self) -> list[Any]:
        """Return the one pipeline."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_ChooseLibrary, NoPythonSupportedFeatureValidation)
        passes.finalize()
        return [passes]
