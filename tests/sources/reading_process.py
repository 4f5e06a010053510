"""A process that reads one file of a source and tells how much memory that took.

Run as ``python -m tests.sources.reading_process``: declaration, connection, home and the file's
label come as JSON on the standard input; bytes read and the growth of memory go out as JSON.

Belongs here: what has to be measured in a process of its own.
Does not belong here: how much is too much (test_contract.py).
"""

import json
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import run
from typing import Any

from pydantic import TypeAdapter

from eurocluster.consortium.sources import DeclaredSource
from eurocluster.sources import open_source
from eurocluster.sources.connections import Credentials


@dataclass(frozen=True)
class Reading:
    """How many bytes came, and by how many the process grew after it had connected."""

    read_bytes: int
    grown_bytes: int


def read_elsewhere(
    declared: DeclaredSource, credentials: Credentials | None, home: Path, label: str
) -> Reading:
    """Read a file in a process of its own."""
    asked = {
        "declared": TypeAdapter[Any](DeclaredSource).dump_python(declared, mode="json"),
        "credentials": None if credentials is None else _fields(credentials),
        "home": str(home),
        "label": label,
    }
    ended = run(
        [sys.executable, "-m", "tests.sources.reading_process"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=180,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return Reading(**json.loads(ended.stdout))


def _fields(credentials: Credentials) -> dict[str, Any]:
    fields = {name: getattr(credentials, name) for name in credentials.__dataclass_fields__}
    return {**fields, "extra": dict(credentials.extra)}


def _read(asked: dict[str, Any]) -> Reading:
    declared = TypeAdapter[Any](DeclaredSource).validate_python(asked["declared"])
    credentials = asked["credentials"]
    known = None if credentials is None else Credentials(**credentials)
    with closing(open_source(declared, Path(asked["home"]), lambda _: known)) as source:
        before = _memory("VmRSS")
        file = next(file for file in source.list() if file.name == asked["label"])
        # The peak from now on, whatever the imports took.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        read = sum(len(piece) for piece in source.open(file))
        return Reading(read, _memory("VmHWM") - before)


def _memory(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    json.dump(asdict(_read(json.load(sys.stdin))), sys.stdout)
