"""Where things lie and which secret keys persons: the environment, read once, frozen.

Belongs here: ``EUROCLUSTER_HOME``, ``EUROCLUSTER_DATA``, ``EUROCLUSTER_SECRET``.
Does not belong here: what the consortium declares (consortium/), Airflow's own settings.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Top folder of the checkout (the distribution is installed in place)."""

_MINIMUM_SECRET_BYTES = 16
_UNFINISHED = ".secret-"


@dataclass(frozen=True, slots=True)
class Settings:
    """Locations of one installation; ``secret`` never shows in a representation.

    Attributes:
        home: Consortium folder with ``project.yml`` and ``partners/``.
        data: State folder.
        secret: Keys of the person hashes, oldest first, one per line; None until
            :func:`with_secret`.
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
    def exports(self) -> Path:
        """Files of closed periods, as they are handed to the agency."""
        return self.data / "exports"

    @property
    def warehouse(self) -> Path:
        """Builds, publications and the journal."""
        return self.data / "warehouse"

    def releases(self, consortium_code: str) -> Path:
        """Closed periods of one consortium: immutable, never rebuilt."""
        return self.data / "releases" / consortium_code

    def decisions(self, consortium_code: str) -> Path:
        """What stewards and coordinators of one consortium have decided: append-only."""
        return self.data / "decisions" / consortium_code

    def uploads(self, consortium_code: str) -> Path:
        """Who has submitted which file in place of a partner's own."""
        return self.data / "uploads" / consortium_code

    @property
    def staged(self) -> Path:
        """Files that somebody has sent to be judged and has not submitted yet."""
        return self.data / "staged"

    def vault(self, consortium_code: str) -> Path:
        """Sealed names of persons, where ``project.yml`` wants them; nothing else has any."""
        return self.data / "vault" / consortium_code

    @property
    def audits(self) -> Path:
        """Files with names that an audit has asked for; each goes when its time is over."""
        return self.data / "audits"

    @property
    def logs(self) -> Path:
        """What was looked up and what was removed, by whom and why: append-only."""
        return self.data / "logs"

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
    random secret when nothing else is there; it is readable by its owner only. Where it was
    rotated there are several, the oldest first: see :func:`chain_of`.

    Raises:
        ValueError: A secret is shorter than 16 bytes.
    """
    found = secret or os.environ.get("EUROCLUSTER_SECRET") or _kept_secret(settings.data)
    return replace(settings, secret=chain_of(found))


def chain_of(text: str) -> bytes:
    """Return the chain of secrets of a text, oldest first, one per line.

    They are written one per line, or in one line with blanks between them. A line of words that
    are too short for secrets of their own is one secret, a passphrase.

    Raises:
        ValueError: A secret is shorter than 16 bytes.
    """
    lines = [line.strip().encode() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and all(len(word) >= _MINIMUM_SECRET_BYTES for word in lines[0].split()):
        lines = lines[0].split()
    if not lines or min(map(len, lines)) < _MINIMUM_SECRET_BYTES:
        raise ValueError("The secret for person keys must have at least 16 bytes.")
    return b"\n".join(lines)


def is_secret_kept(settings: Settings) -> bool:
    """Return whether the secret comes from the state folder's file, when no connection has one."""
    return "EUROCLUSTER_SECRET" not in os.environ and kept_secret_file(settings.data).exists()


def kept_secret_file(data: Path) -> Path:
    """Return where a state folder keeps its secret."""
    return data / "secret"


def keep_secret(data: Path, chain: bytes) -> None:
    """Make a chain the kept one of a state folder, for its owner alone, at once.

    Raises:
        ValueError: A secret is shorter than 16 bytes.
    """
    chain_of(chain.decode())
    with _only_keeper(data):
        _write_kept(data, chain)


def _kept_secret(data: Path) -> str:
    """Return the kept secret, made when there is none; nothing of one half kept stays."""
    path = kept_secret_file(data)
    if not path.exists() or _unfinished(data):
        with _only_keeper(data):
            for left in _unfinished(data):
                left.unlink()
            if not path.exists():
                _write_kept(data, secrets.token_hex(32).encode())
    return path.read_text().strip()


def _write_kept(data: Path, chain: bytes) -> None:
    path = kept_secret_file(data)
    unfinished = path.with_name(f"{_UNFINISHED}{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as sink:
        sink.write(chain + b"\n")
        sink.flush()
        os.fsync(sink.fileno())
    unfinished.replace(path)


def _unfinished(data: Path) -> list[Path]:
    return list(data.glob(f"{_UNFINISHED}*"))


@contextmanager
def _only_keeper(data: Path) -> Iterator[None]:
    """Let one process at a time write the kept secret: what is unfinished then is a dead one's."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "secret.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
