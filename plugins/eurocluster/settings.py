"""Where things lie and which secret keys persons: the environment, read once, frozen.

Belongs here: ``EUROCLUSTER_HOME``, ``EUROCLUSTER_DATA``, ``EUROCLUSTER_SECRET``.
Does not belong here: what the consortium declares (consortium/), Airflow's own settings.
"""

import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Top folder of the checkout (the distribution is installed in place)."""

_MINIMUM_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """Locations of one installation; ``secret`` never shows in a representation.

    Attributes:
        home: Consortium folder with ``project.yml`` and ``partners/``.
        data: State folder.
        secret: Key of the person hashes; None until :func:`with_secret`.
    """

    home: Path
    data: Path
    secret: bytes | None = field(default=None, repr=False)

    @property
    def landing(self) -> Path:
        """Files as sent, content-addressed."""
        return self.data / "landing"

    @property
    def feedback(self) -> Path:
        """Returned workbooks, a folder per partner; they hold what the files hold."""
        return self.data / "feedback"

    @property
    def drop(self) -> Path:
        """What partners want judged without submitting it; a folder per partner, with answers."""
        return self.data / "drop"

    @property
    def warehouse(self) -> Path:
        """Builds, publications and the journal."""
        return self.data / "warehouse"

    def releases(self, consortium_code: str) -> Path:
        """Closed periods of one consortium: immutable, never rebuilt."""
        return self.data / "releases" / consortium_code

    def store(self, consortium_code: str) -> Path:
        """Register store of one consortium, so that two never mix in one state folder."""
        return self.data / "store" / consortium_code


def load_settings() -> Settings:
    """Return the settings of this process."""
    home = os.environ.get("EUROCLUSTER_HOME")
    data = os.environ.get("EUROCLUSTER_DATA")
    return Settings(
        home=Path(home).resolve() if home else ROOT / "examples" / "eurocluster",
        data=Path(data).resolve() if data else ROOT / "var",
    )


def with_secret(settings: Settings, secret: str | None = None) -> Settings:
    """Return settings that can key persons.

    The secret is, in this order: the one given (an Airflow connection's password),
    ``EUROCLUSTER_SECRET``, the file ``secret`` in the state folder. The file is made with a
    random secret when nothing else is there; it is readable by its owner only.

    Raises:
        ValueError: The secret is shorter than 16 bytes.
    """
    found = secret or os.environ.get("EUROCLUSTER_SECRET") or _kept_secret(settings.data)
    key = found.encode()
    if len(key) < _MINIMUM_SECRET_BYTES:
        raise ValueError("The secret for person keys must have at least 16 bytes.")
    return replace(settings, secret=key)


def _kept_secret(data: Path) -> str:
    path = data / "secret"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".secret-{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
