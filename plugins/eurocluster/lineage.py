"""dbt's own documentation of the models, as one page: what is built from what, column by column.

Made from the project alone, once per version of the code, and kept beside the publications.

Belongs here: making the page, finding it again.
Does not belong here: the data dictionary (exports/dictionary), building (warehouse).
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock
from typing import Final

from eurocluster.settings import Settings
from eurocluster.warehouse import DBT_PROJECT, dbt_environment

_ONE_AT_A_TIME: Final = Lock()


class NoDocumentation(RuntimeError):
    """dbt could not write its documentation; the message has its last words."""


def dbt_documentation(settings: Settings) -> Path:
    """Return the page, made now (some seconds) unless this version's is there.

    Raises:
        NoDocumentation: dbt does not understand its own project.
        OSError: The state folder cannot be written.
    """
    page = settings.warehouse / "documentation" / f"{_digest()}.html"
    with _ONE_AT_A_TIME:
        if not page.exists():
            page.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as folder:
                made = _make(Path(folder))
                unfinished = page.with_name(f".{page.name}.{os.getpid()}")
                unfinished.write_bytes(made.read_bytes())
            for old in page.parent.glob("*.html"):
                old.unlink()
            unfinished.replace(page)
    return page


def _make(folder: Path) -> Path:
    command = [
        sys.executable, "-m", "dbt.cli.main", "--no-use-colors", "docs", "generate", "--static",
        "--empty-catalog", "--project-dir", str(DBT_PROJECT), "--target-path", str(folder / "out"),
        "--log-path", str(folder / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, **dbt_environment(folder / "store", folder)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    page = folder / "out" / "static_index.html"
    if run.returncode or not page.exists():
        raise NoDocumentation((run.stdout + run.stderr).strip()[-2000:])
    return page


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.suffix in (".sql", ".yml", ".py", ".csv") and path.is_file():
            digest.update(str(path.relative_to(DBT_PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:24]
