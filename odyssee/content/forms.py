"""What a value must look like to become a domain object, and what to say when it does not."""

import copy
import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from odyssee.content.documents import join_pointer
from odyssee.domain.errors import Problem

T = TypeVar("T")
Schema = dict[str, Any]

_EXPECTED = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "mapping",
}
"""Words for the sentence of `wrong_type`, by the type of JSON Schema."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What became of a value; problems point into it by JSON pointers."""

    value: T | None
    """The object, when the value had the right form."""
    problems: list[Problem]
    mended: T | None
    """The object, with harmless stand-ins where the form was wrong: for further checks only."""
    tainted: frozenset[str]
    """Where the stand-ins are."""


@dataclass(frozen=True, slots=True)
class _Fault:
    problem: Problem
    pointer: tuple[str | int, ...]
    """What to replace so that the rest can be checked."""
    schema: Schema | None
    """Of the replacement; None: take it out."""


@dataclass(frozen=True)
class Form(Generic[T]):
    """Parses JSON values into one type of the domain, strictly, and tells all faults at once."""

    kind: type[T]
    hidden: tuple[tuple[str, ...], ...] = ()
    """Paths to keys that the value may not have, since they stand in other files; `*` is any."""

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """The parser; built at the first use, as it takes some milliseconds."""
        return TypeAdapter(self.kind)

    @cached_property
    def schema(self) -> Schema:
        """JSON Schema of the type, without the hidden keys."""
        schema = self.adapter.json_schema()
        for *above, key in self.hidden:
            holder = _follow([0 if step == "*" else step for step in above], schema).schema
            holder["properties"].pop(key)
        return schema

    def parse(self, value: object) -> Parsed[T]:
        """Parse; unknown keys, missing keys and wrong types are all told, none is guessed."""
        faults = [f for path in self.hidden for f in _hidden_faults(value, path, ())]
        faults += _position_faults(value, ())
        mended = _mend(value, faults, self.schema)
        found = self._validate(mended)
        if not isinstance(found, list):
            return self._parsed(found, faults, whole=not faults)
        faults += _distinct(_to_fault(error, mended, self.schema) for error in found)
        again = self._validate(_mend(mended, faults, self.schema))
        return self._parsed(None if isinstance(again, list) else again, faults, whole=False)

    def _validate(self, value: object) -> T | list[ErrorDetails]:
        # From JSON, because only there does strict mode take lists for tuples.
        try:
            return self.adapter.validate_json(json.dumps(value), strict=True)
        except ValidationError as error:
            return error.errors(include_url=False, include_context=True, include_input=False)

    def _parsed(self, mended: T | None, faults: list[_Fault], *, whole: bool) -> Parsed[T]:
        tainted = frozenset(_join(fault.pointer) for fault in faults)
        problems = [fault.problem for fault in faults]
        return Parsed(mended if whole else None, problems, mended, tainted)


def _join(steps: Sequence[str | int]) -> str:
    pointer = ""
    for step in steps:
        pointer = join_pointer(pointer, step)
    return pointer


def _hidden_faults(value: object, path: Sequence[str], at: tuple[str | int, ...]) -> list[_Fault]:
    step, *rest = path
    if step == "*":
        found = enumerate(value) if isinstance(value, list) else ()
        return [f for i, below in found for f in _hidden_faults(below, rest, (*at, i))]
    if not isinstance(value, dict) or step not in value:
        return []
    if rest:
        return _hidden_faults(value[step], rest, (*at, step))
    problem = Problem(_join((*at, step)), "unknown_key", values={"key": step})
    return [_Fault(problem, (*at, step), None)]


def _position_faults(value: object, at: tuple[str | int, ...]) -> list[_Fault]:
    """Positions are lists; pydantic would take a mapping of lon and lat as well."""
    if isinstance(value, dict):
        if value.keys() == {"lon", "lat"}:
            return [_Fault(_wrong_type(at, "position"), at, _POSITION)]
        return [f for key, below in value.items() for f in _position_faults(below, (*at, key))]
    if isinstance(value, list):
        return [f for i, below in enumerate(value) for f in _position_faults(below, (*at, i))]
    return []


_POSITION: Schema = {"prefixItems": [{"type": "number"}, {"type": "number"}]}


def _distinct(faults: Iterable[_Fault | None]) -> list[_Fault]:
    """Each once: every branch of a union tells that none of them is meant."""
    found: dict[tuple[object, ...], _Fault] = {}
    for fault in faults:
        if fault is not None:
            told = fault.problem
            found.setdefault((told.where, told.code, *told.values.items()), fault)
    return list(found.values())


def _wrong_type(at: Sequence[str | int], expected: str) -> Problem:
    return Problem(_join(at), "wrong_type", values={"expected": expected})


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a value and the schema that governs it."""

    steps: tuple[str | int, ...]
    schema: Schema
    union: tuple[tuple[str | int, ...], Schema, str] | None
    """The last union passed: where it stands, its schema, and the branch that pydantic took."""


def _follow(loc: Sequence[str | int], root: Schema) -> _Spot:
    """Walk the schema along a pydantic location, in which names of union branches stand too."""
    steps: list[str | int] = []
    union = None
    node = _deref(root, root)
    for step in loc:
        if "anyOf" in node:
            branches = _branches(node, root)
            if isinstance(step, str) and step in branches:
                union = (tuple(steps), node, step)
                node = branches[step]
                continue
            node = next(iter(branches.values()), {})
        steps.append(step)
        node = _deref(_below(node, step), root)
    return _Spot(tuple(steps), node, union)


def _deref(node: Schema, root: Schema) -> Schema:
    reference = node.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else node


def _branches(node: Schema, root: Schema) -> dict[str, Schema]:
    """The branches of a union by name, null left out."""
    found = [_deref(branch, root) for branch in node["anyOf"]]
    kept = [branch for branch in found if branch.get("type") != "null"]
    return {branch.get("title", str(index)): branch for index, branch in enumerate(kept)}


def _below(node: Schema, step: str | int) -> Schema:
    if isinstance(step, int):
        items = node.get("prefixItems", [])
        found = items[step] if step < len(items) else node.get("items", {})
    else:
        found = node.get("properties", {}).get(step, node.get("additionalProperties", {}))
    return found if isinstance(found, dict) else {}


def _to_fault(error: ErrorDetails, value: object, root: Schema) -> _Fault | None:
    spot = _follow(error["loc"], root)
    if spot.union is not None:
        at, schema, branch = spot.union
        names = tuple(_branches(schema, root))
        given = _at(value, at)
        kind = given.get("type") if isinstance(given, dict) else None
        if not isinstance(given, dict):
            return _Fault(_wrong_type(at, "mapping"), at, schema)
        if kind not in names:
            return _Fault(_unknown_branch(at, names, given), at, schema)
        if kind != branch:
            return None
    return _plain_fault(error, spot, root)


def _unknown_branch(
    at: tuple[str | int, ...], names: Sequence[str], given: Mapping[str, object]
) -> Problem:
    if "type" not in given:
        return Problem(_join(at), "missing_key", values={"key": "type"})
    return Problem(_join((*at, "type")), "not_allowed", values={"allowed": ", ".join(names)})


def _plain_fault(error: ErrorDetails, spot: _Spot, root: Schema) -> _Fault:
    kind, steps = error["type"], spot.steps
    last = steps[-1] if steps else ""
    if kind == "unexpected_keyword_argument":
        return _Fault(_unknown_key(error["loc"], steps, root), steps, None)
    if kind == "missing" and isinstance(last, str):
        problem = Problem(_join(steps[:-1]), "missing_key", values={"key": last})
        return _Fault(problem, steps, spot.schema)
    if kind == "missing":  # a position of one number
        return _Fault(_wrong_type(steps[:-1], "position"), steps[:-1], _POSITION)
    if kind == "literal_error":
        problem = Problem(_join(steps), "not_allowed", values={"allowed": _allowed(spot.schema)})
        return _Fault(problem, steps, spot.schema)
    if kind in {"named_tuple_type", "too_long"}:
        return _Fault(_wrong_type(steps, "position"), steps, _POSITION)
    expected = _EXPECTED.get(_type_of(spot.schema, root), "")
    return _Fault(_wrong_type(steps, expected), steps, spot.schema)


def _allowed(schema: Schema) -> str:
    return ", ".join(str(v) for v in schema.get("enum", [schema.get("const", "")]))


def _unknown_key(loc: Sequence[str | int], steps: Sequence[str | int], root: Schema) -> Problem:
    key = str(steps[-1])
    known = _follow(loc[:-1], root).schema
    if "anyOf" in known:
        known = next(iter(_branches(known, root).values()))
    near = difflib.get_close_matches(key, known.get("properties", {}), n=1)
    values = {"key": key[:64], **({"near": near[0]} if near else {})}
    return Problem(_join(steps), "unknown_key", values=values)


def _type_of(schema: Schema, root: Schema) -> str:
    if "anyOf" in schema:
        schema = next(iter(_branches(schema, root).values()), {})
    return str(schema.get("type", "array" if "prefixItems" in schema else "object"))


def _at(value: object, steps: Sequence[str | int]) -> Any:
    found: Any = value
    for step in steps:
        found = found[step]
    return found


def _mend(value: object, faults: Sequence[_Fault], root: Schema) -> object:
    """A copy with what is wrong taken out or replaced by the simplest value of its schema."""
    mended = copy.deepcopy(value)
    # The deepest first, so that no replacement pulls the ground from under another.
    for fault in sorted(faults, key=lambda f: -len(f.pointer)):
        if not fault.pointer:
            return _sample(root, root)
        try:
            parent = _at(mended, fault.pointer[:-1])
            if fault.schema is None:
                parent.pop(fault.pointer[-1], None)
            else:
                parent[fault.pointer[-1]] = _sample(fault.schema, root)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # mended already together with something around it
    return mended


def _sample(schema: Schema, root: Schema) -> Any:
    schema = _deref(schema, root)
    if "anyOf" in schema:
        nullable = any(branch.get("type") == "null" for branch in schema["anyOf"])
        return None if nullable else _sample(schema["anyOf"][0], root)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "prefixItems" in schema:
        return [_sample(item, root) for item in schema["prefixItems"]]
    if schema.get("type") == "object":
        required = schema.get("required", [])
        return {key: _sample(schema["properties"][key], root) for key in required}
    simple = {"string": "x", "integer": 1, "number": 1.0, "boolean": False, "array": []}
    return copy.copy(simple.get(schema.get("type", "")))
