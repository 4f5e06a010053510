"""The lock files: complete, hashed, without an address, and of one mind."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN, TEST, PRODUCTION, UV = (
    "requirements.lock",
    "requirements-test.lock",
    "requirements-production.lock",
    "requirements-uv.lock",
)
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    RUN: PROJECT["project"]["dependencies"] + GROUPS["build"],
    TEST: PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["test"],
    PRODUCTION: PROJECT["project"]["dependencies"] + GROUPS["build"] + GROUPS["production"],
    UV: GROUPS["uv"],
}


def entries(lock: str) -> list[str]:
    """Return one text per locked requirement: its line and the hashes that follow."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not re.match(r"\s*#", line)]
    return re.split(r"\n(?=\S)", "\n".join(lines).strip())


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package; more than one where they differ by platform."""
    found: dict[str, set[str]] = {}
    for entry in entries(lock):
        requirement = Requirement(entry.partition("\\")[0].strip())
        (pin,) = requirement.specifier
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_names_no_address_no_option_and_no_place_on_a_machine(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
    assert not re.search(r"#.*(/home/|/root/|/tmp/|/work/)", text)


@pytest.mark.parametrize("lock", ASKED)
def test_every_locked_package_is_pinned_and_hashed(lock):
    loose = [
        entry
        for entry in entries(lock)
        if not re.match(r"[\w.-]+==\S+ (; .+ )?\\\n +--hash=sha256:[0-9a-f]{64}", entry)
    ]
    assert loose == []


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_holds_all_that_the_project_asks_for_in_a_version_it_allows(lock):
    locked = pins(lock)
    asked = [Requirement(line) for line in ASKED[lock]]
    missing = [
        str(requirement)
        for requirement in asked
        if not any(
            requirement.specifier.contains(version)
            for version in locked.get(canonicalize_name(requirement.name), ())
        )
    ]
    assert missing == []


@pytest.mark.parametrize("lock", [TEST, PRODUCTION])
def test_tests_and_production_run_the_versions_of_the_run_lock(lock):
    other = pins(lock)
    assert {name: other.get(name) for name in pins(RUN)} == pins(RUN)


def test_celery_is_one_that_airflow_can_import():
    (version,) = pins(PRODUCTION)["celery"]
    assert [int(part) for part in version.split(".")[:2]] < [5, 7]
