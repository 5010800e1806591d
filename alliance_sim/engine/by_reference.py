"""Pass tables of columns to compiled code as one pointer each, in place of seven numbers a column.

A class marked ``@by_reference`` stays an ordinary ``NamedTuple`` in Python. Compiled code receives the address of a
block of memory that describes its columns, and reads from it the columns that it names. Only the attributes can be
used there: no indices, no new tuples. A compiled function must not return a slice of a column, whose memory belongs to
Python.

# perf: a world has some sixty columns. Passed as numbers, each of the calls between some two hundred functions takes
# them apart and puts them together again, which took a third of the time to compile.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from llvmlite import ir
from numba import types
from numba.core import cgutils, imputils
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, register_model, typeof_impl, unbox

_BYTE_POINTER = ir.IntType(8).as_pointer()


class Reference(types.Type):
    """The type of a table in compiled code.

    Attributes:
        layout: Numba's type of the named tuple.
    """

    def __init__(self, layout: Any) -> None:
        self.layout = layout
        kind, digest = layout.instance_class.__name__, hashlib.sha256(str(layout).encode()).hexdigest()
        super().__init__(f"{kind}.{digest[:16]}")  # perf: names of types are part of the name of each function


def by_reference[T: type[NamedTuple]](table: T) -> T:
    """Pass instances of a ``NamedTuple`` of arrays, of other such tables, or of None as a pointer."""

    @typeof_impl.register(table)
    def type_of(value: Any, context: Any) -> Any:
        members = [typeof_impl(each, context) for each in value]
        return None if None in members else Reference(types.BaseTuple.from_types(members, table))

    return table


@register_model(Reference)
class _Model(PrimitiveModel):
    def __init__(self, manager: Any, reference: Any) -> None:
        members = [manager.lookup(each).get_value_type() for each in reference.layout]
        super().__init__(manager, reference, ir.LiteralStructType(members).as_pointer())


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, value: Any, attr: str) -> Any:
        """Return Numba's type of a column or inner table by name; None where there is none."""
        layout = value.layout
        return layout[layout.fields.index(attr)] if attr in layout.fields else None


@lower_getattr_generic(Reference)
def _read_attribute(context: Any, builder: Any, reference: Any, pointer: Any, attr: str) -> Any:
    place = reference.layout.fields.index(attr)
    member = reference.layout[place]
    if isinstance(member, types.NoneType):
        return context.get_dummy_value()
    if isinstance(member, Reference):
        return _read(builder, pointer, place)
    array = _read_array(context, builder, member, pointer, place)
    return imputils.impl_ret_borrowed(context, builder, member, array)


def _read(builder: Any, pointer: Any, *path: int) -> Any:
    """Read an entry of the description of a table.

    # perf: the description never changes during a call, so compilers may read an entry once before a loop.
    """
    entry = builder.load(cgutils.gep_inbounds(builder, pointer, 0, *path))
    entry.set_metadata("invariant.load", builder.module.add_metadata([]))
    return entry


def _read_array(context: Any, builder: Any, array_type: Any, pointer: Any, place: int) -> Any:
    """Read an array; Python owns its memory, so it has no ``meminfo``."""
    array = context.make_array(array_type)(context, builder)
    model, dimensions = context.data_model_manager[array_type], range(array_type.ndim)

    def read(name: str, *path: int) -> Any:
        return _read(builder, pointer, place, model.get_field_position(name), *path)

    item = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(array_type.dtype)))
    shape = [read("shape", dimension) for dimension in dimensions]
    packed = array_type.layout == "C" and array_type.ndim == 1
    strides = [item] if packed else [read("strides", each) for each in dimensions]
    array.meminfo = context.get_constant_null(types.MemInfoPointer(types.voidptr))
    array.parent, array.data, array.nitems, array.itemsize = read("parent"), read("data"), read("nitems"), item
    array.shape, array.strides = cgutils.pack_array(builder, shape), cgutils.pack_array(builder, strides)
    return array._getvalue()


@unbox(Reference)
def _describe(reference: Any, table: Any, c: Any) -> NativeValue:
    """Describe the columns of a table in memory that is valid during the call."""
    builder = c.builder
    pointer = cgutils.alloca_once(builder, c.context.get_value_type(reference).pointee, zfill=True)
    signature = ir.FunctionType(ir.IntType(32), [c.pyapi.pyobj, _BYTE_POINTER])
    adapt = cgutils.get_or_insert_function(builder.module, signature, "numba_adapt_ndarray")
    failed = cgutils.false_bit
    for place, member in enumerate(reference.layout):
        if isinstance(member, types.NoneType):
            continue
        entry, value = cgutils.gep_inbounds(builder, pointer, 0, place), c.pyapi.tuple_getitem(table, place)
        if isinstance(member, Reference):
            native = c.unbox(member, value)
            builder.store(native.value, entry)
            failed = builder.or_(failed, native.is_error)
        else:
            status = builder.call(adapt, [value, builder.bitcast(entry, _BYTE_POINTER)])
            failed = builder.or_(failed, cgutils.is_not_null(builder, status))
    return NativeValue(_as_given(builder, pointer), is_error=failed)


def _as_given(builder: Any, pointer: Any) -> Any:
    """Return the pointer through an empty instruction, so that compilers assume nothing about its memory.

    Otherwise they could take a read that is marked as invariant for one before the description was written.
    """
    signature = ir.FunctionType(_BYTE_POINTER, [_BYTE_POINTER])
    same = ir.InlineAsm(signature, "", "=r,0,~{memory}", side_effect=True)
    return builder.bitcast(builder.call(same, [builder.bitcast(pointer, _BYTE_POINTER)]), pointer.type)
