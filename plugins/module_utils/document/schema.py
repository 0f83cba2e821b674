# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pieces that the schema is put together from, in JSON Schema draft-07, which every editor's YAML support knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..fields import PLACEHOLDER

Schema = dict[str, Any]

#: What an encrypted file or value (``!vault``) begins with.
ENCRYPTED = r"^\$ANSIBLE_VAULT;"
#: What stands for any value, and the schema cannot look into: what Ansible replaces (``{{ … }}``) or decrypts.
TEMPLATE: Schema = {"type": "string", "pattern": rf"\{{[{{%]|{ENCRYPTED}"}
_TEMPLATE_REFERENCE = {"$ref": "#/definitions/template"}


def templated(schema: Schema) -> Schema:
    """What a schema allows, or a template. Every value that the schema describes is put in by this."""
    told: Schema = {key: schema[key] for key in ("description", "default", "examples") if key in schema}
    rest = {key: value for key, value in schema.items() if key not in told}
    # Editors propose values, but not those that they would have to look for behind a condition.
    proposals = [value for value in schema.get("enum", ()) if value is not None]
    if "boolean" in (schema.get("type"), *schema.get("type", ())) and "string" not in schema["type"]:
        proposals = [True, False]
    if proposals:
        told.setdefault("examples", proposals)
    return {**told, "if": _TEMPLATE_REFERENCE, "else": rest} if rest else told


def text(**keywords: Any) -> Schema:
    """A text; ``keywords`` narrow it."""
    return {"type": "string", **keywords}


def matching(*expressions: re.Pattern[str], remedy: str = "", but: str = "", **keywords: Any) -> Schema:
    """A text that has to match one of some patterns as a whole, and is not the word ``but``.

    :param remedy: what editors say in place of the pattern when it does not.
    """
    whole = f"^(?!(?:{but})$)(?:{_either(expressions)})$" if but else f"^(?:{_either(expressions)})$"
    return text(
        pattern=whole, **({"patternErrorMessage": remedy[:1].upper() + remedy[1:]} if remedy else {}), **keywords
    )


def _either(expressions: Sequence[re.Pattern[str]]) -> str:
    if len(expressions) == 1:
        return expressions[0].pattern
    return "|".join(f"(?:{one.pattern})" for one in expressions)


def to_fill_in(expression: re.Pattern[str], remedy: str) -> Schema:
    """A text of a pattern, or a placeholder such as ADMIN_IPS, which the shipped files have and validation refuses."""
    return matching(expression, PLACEHOLDER, remedy=remedy)


def choice(choices: Collection[Any]) -> Schema:
    """One of a few values."""
    return {"enum": list(choices)}


def either(*schemas: Schema) -> Schema:
    """What any one of some schemas allows."""
    return {"anyOf": list(schemas)}


def integer(lowest: int, highest: int) -> Schema:
    """A whole number within bounds, both included."""
    return {"type": "integer", "minimum": lowest, "maximum": highest}


SWITCH: Schema = {"type": "boolean"}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def sequence(items: Schema, *, least: int = 0) -> Schema:
    """A list, its items possibly templates."""
    return {"type": "array", "items": templated(items), **({"minItems": least} if least else {})}


def mapping(values: Schema, keys: Schema | None = None, **known: Schema) -> Schema:
    """A mapping from names that the user chooses; ``known`` are names that mean something of their own."""
    return {
        "type": "object",
        **({"properties": {name: templated(value) for name, value in known.items()}} if known else {}),
        "additionalProperties": templated(values),
        **({"propertyNames": keys} if keys else {}),
    }


def record(
    descriptions: Mapping[str, str], values: Mapping[str, Schema], required: Sequence[str] = (), **keywords: Any
) -> Schema:
    """A mapping of known keys and no others; ``values`` has the shape of each, none for a key with any value.

    A key that is not required may stand there without a value.
    """
    unknown = values.keys() - descriptions.keys()
    if unknown:
        raise ValueError(f"no such key: {', '.join(sorted(unknown))}")
    properties = {}
    for key, description in descriptions.items():
        shape = values.get(key, {})
        allowed = shape if key in required or not shape else optional(shape)
        properties[key] = templated({"description": description, **allowed})
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
        **keywords,
    }


def optional(schema: Schema) -> Schema:
    """What a schema allows, or no value (null)."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if schema.get("type") == "null":
        return schema
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}
