"""The secret files that docker-compose.yml mounts: ``make secrets``.

Belongs here: their names, and random values that fit together.
Does not belong here: secrets of partners' sources (Airflow connections).
"""

import os
import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet


def production_secrets() -> dict[str, str]:
    """Return a fresh value for every secret file, by the file's name."""
    database, queue = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    return {
        "admin_password": secrets.token_urlsafe(16),
        "airflow_db_url": f"postgresql+psycopg2://airflow:{database}@postgres:5432/airflow",
        "api_secret_key": secrets.token_hex(32),
        "celery_broker_url": f"redis://:{queue}@redis:6379/0",
        "celery_result_backend": f"redis://:{queue}@redis:6379/1",
        "eurocluster_secret": secrets.token_hex(32),
        "fernet_key": Fernet.generate_key().decode(),
        "jwt_secret": secrets.token_hex(64),
        "postgres_password": database,
        "redis_password": queue,
    }


def write_secrets(folder: Path) -> list[str]:
    """Write the secrets into ``folder``, readable by their owner only; return their names.

    Raises:
        FileExistsError: ``folder`` is there already. What it holds is in use: with another
            ``eurocluster_secret`` every person would be counted as a new one.
    """
    folder.mkdir(mode=0o700)
    values = production_secrets()
    for name, value in values.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(value)
    return list(values)


def main() -> int:
    """Write the folder named on the command line; return 0, or 1 when it exists."""
    folder = Path(sys.argv[1])
    try:
        names = write_secrets(folder)
    except FileExistsError:
        sys.stderr.write(f"{folder} exists; nothing was changed. Keep a copy of it elsewhere.\n")
        return 1
    sys.stdout.write(f"{folder}: {', '.join(names)}. Keep a copy of it elsewhere.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
