"""docker-compose.yml, judged without an engine: by its schema, and as it resolves."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from eurocluster.airflow.production_secrets import write_secrets

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
CHOSEN = {
    "AIRFLOW_UID": "1000",
    "AIRFLOW_BASE_URL": "https://kpis.example.org",
    "EUROCLUSTER_HOME": "/srv/example",
}


def resolve(choices: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Resolve a copy of the file, so that neither an .env nor the tester's environment counts."""
    copy = folder / "docker-compose.yml"
    copy.write_text(COMPOSE.read_text())
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)} | choices
    return subprocess.run(
        [sys.executable, "-m", "podman_compose", "--dry-run", "-f", copy, "config"],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    resolved = resolve(CHOSEN, tmp_path_factory.mktemp("compose"))
    assert resolved.returncode == 0, resolved.stderr
    return yaml.safe_load(resolved.stdout)["services"]


def test_the_file_keeps_the_schema_of_compose():
    checked = subprocess.run(
        [Path(sys.executable).with_name("check-jsonschema"),
         "--builtin-schema", "vendor.compose-spec", COMPOSE],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("missing", sorted(CHOSEN))
def test_a_required_choice_that_is_missing_is_named(missing, tmp_path):
    resolved = resolve({key: CHOSEN[key] for key in CHOSEN if key != missing}, tmp_path)
    assert resolved.returncode != 0
    assert f"required variable {missing} is missing a value" in resolved.stderr


def test_the_example_environment_names_every_choice_and_nothing_else():
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)[:}]", COMPOSE.read_text()))
    assert named == used


def test_the_services_are_those_of_the_design(services):
    assert set(services) == {
        "postgres", "redis", "init", "api-server", "scheduler", "dag-processor", "triggerer",
        "worker",
    }  # fmt: skip


def test_every_service_that_stays_up_has_a_healthcheck(services):
    silent = [name for name, service in services.items() if "healthcheck" not in service]
    assert silent == ["init"]
    assert services["init"]["restart"] == "no"


def test_every_image_is_pinned(services):
    loose = {
        service["image"]
        for service in services.values()
        if not re.fullmatch(r".+:\d+\.\d+[\w.-]*", service["image"])
    }
    assert loose == set()


def test_no_port_is_open_to_other_machines(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8080:8080"]


def test_a_worker_knows_nothing_of_the_metadata_database(services):
    worker = services["worker"]
    assert not [name for name in worker["environment"] if "SQL_ALCHEMY_CONN" in name]
    assert not {"airflow_db_url", "fernet_key", "jwt_secret"} & set(worker["secrets"])
    assert "database" not in worker["networks"]


def test_only_worker_and_portal_may_read_the_key_of_the_person_hashes(services):
    readers = [name for name in services if "eurocluster_secret" in services[name]["secrets"]]
    assert readers == ["api-server", "worker"]


def test_make_secrets_writes_the_secrets_that_are_mounted_and_they_fit_together(tmp_path):
    names = write_secrets(tmp_path / "secrets")
    declared = yaml.safe_load(COMPOSE.read_text())["secrets"]
    assert names == sorted(declared)
    written = {name: (tmp_path / "secrets" / name).read_text() for name in names}
    assert f":{written['postgres_password']}@postgres" in written["airflow_db_url"]
    assert f":{written['redis_password']}@redis" in written["celery_broker_url"]
    assert {(tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in names} == {0o600}


def test_make_secrets_never_replaces_what_is_in_use(tmp_path):
    write_secrets(tmp_path / "secrets")
    with pytest.raises(FileExistsError):
        write_secrets(tmp_path / "secrets")


def test_no_secret_stands_in_the_environment(services):
    spoken = [
        (name, key)
        for name, service in services.items()
        for key, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|SECRET|KEY|CONN$|BROKER|BACKEND", key)
        and "/run/secrets/" not in value
    ]
    assert spoken == []


def test_components_run_without_root_and_cannot_write_their_image(services):
    own = [name for name in services if name not in {"postgres"}]
    assert {services[name]["user"] for name in own} == {"1000:0"}
    assert all(services[name]["read_only"] for name in own)
    assert all(services[name]["cap_drop"] == ["ALL"] for name in own)


def test_declarations_are_where_they_are_read_and_only_worker_and_portal_write_the_data(services):
    mounts = {name: services[name].get("volumes", []) for name in services}
    reading = {name for name in mounts if "/srv/example:/srv/consortium:ro" in mounts[name]}
    assert reading == {"api-server", "dag-processor", "worker"}
    assert [name for name in mounts if "data:/srv/data" in mounts[name]] == [
        "api-server", "worker",
    ]  # fmt: skip


def test_the_image_installs_the_production_lock_with_hashes_and_the_project_without_more():
    built = (ROOT / "Dockerfile").read_text()
    assert re.search(r"--require-hashes.*--compile-bytecode -r requirements-production.lock", built)
    assert "--no-deps --no-build-isolation -e ." in built
    assert all(re.match(r"FROM python:3\.1[12]\.\d+-", line) for line in _from_lines(built))


def _from_lines(dockerfile: str) -> list[str]:
    return [line for line in dockerfile.splitlines() if line.startswith("FROM")]
