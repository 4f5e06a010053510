"""JSON schemas of the declarations, for editors that complete and check YAML.

    python -m eurocluster.consortium.schema    # after a declaration's shape was changed

writes ``docs/partner.schema.json`` and ``docs/project.schema.json``. A YAML names its schema in a
first line such as ``# yaml-language-server: $schema=../../docs/partner.schema.json``.

Belongs here: the files, the same bytes for the same shapes.
Does not belong here: the shapes themselves (partners.py, project.py). What a schema cannot say,
such as that a path must not leave its place, is told when the declarations are loaded.
"""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from eurocluster.consortium.partners import Partner
from eurocluster.consortium.project import Project

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DOCS: Final = Path(__file__).parents[3] / "docs"
_SHAPES: Final[dict[str, tuple[type[BaseModel], str]]] = {
    "partner.schema.json": (Partner, "A partner and its registers: partners/*.yml"),
    "project.schema.json": (Project, "A Eurocluster: project.yml"),
}


def schema_files() -> dict[Path, str]:
    """Return every schema's file and its text."""
    return {
        _DOCS / name: json.dumps(_schema(shape, title), indent=2, ensure_ascii=False) + "\n"
        for name, (shape, title) in _SHAPES.items()
    }


def _schema(shape: type[BaseModel], title: str) -> dict[str, Any]:
    described = _told_by_kind(shape.model_json_schema())
    definitions = described.pop("$defs")
    return {"$schema": _DIALECT, **described, "title": title, "$defs": definitions}


def _told_by_kind(node: Any) -> Any:
    """Write "the kind says the shape" in place of "one of these shapes".

    Of the latter, a validator tells every mistake once per shape, and an editor completes the keys
    of all of them.
    """
    if isinstance(node, list):
        return [_told_by_kind(part) for part in node]
    if not isinstance(node, dict):
        return node
    told = {name: _told_by_kind(part) for name, part in node.items()}
    discriminator = told.pop("discriminator", None)
    if discriminator is None:
        return told
    del told["oneOf"]
    key, shapes = discriminator["propertyName"], discriminator["mapping"]
    return {
        **told,
        "type": "object",
        "properties": {key: {"enum": list(shapes)}},
        "required": [key],
        "allOf": [
            {
                "if": {"properties": {key: {"const": kind}}, "required": [key]},
                "then": {"$ref": reference},
            }
            for kind, reference in shapes.items()
        ],
    }


def main() -> None:
    """Write all schemas."""
    for path, text in schema_files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
