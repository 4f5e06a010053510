"""Connections: the command for a missing one is Airflow's, and no secret shows anywhere."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import asdict, replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eurocluster.consortium.sources import DeclaredSource
from eurocluster.settings import ROOT
from eurocluster.sources.connections import (
    Credentials,
    add_command,
    credentials_for,
    extra_of,
    no_connections,
)
from eurocluster.sources.protocol import MissingConnection

SECRET = "Pa55-wört!"
KINDS = sorted(
    kind
    for shape in get_args(get_args(DeclaredSource)[0])
    for kind in get_args(shape.model_fields["kind"].annotation)
    if kind != "folder"
)
HOLDING = Credentials(
    "registers", "files.example", 22, "reader", SECRET, "", {"private_key": SECRET, "path": "/dav"}
)
PARSING = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.providers_manager import ProvidersManager
parser = get_parser()
parsed = [vars(parser.parse_args(words)) for words in json.load(sys.stdin)]
fields = ("conn_id", "conn_type", "conn_host", "conn_login", "conn_password", "conn_schema",
          "conn_extra", "subcommand")
told = {
    "types": sorted(ProvidersManager().hooks),
    "parsed": [{name: said.get(name) for name in fields} for said in parsed],
}
print("TOLD" + json.dumps(told))
"""


def options(kind: str, conn_id: str = "registers") -> dict[str, str]:
    """Return the options of a kind's command as a shell reads them."""
    program, *words = shlex.split(add_command(kind, conn_id))
    assert (program, words[:3]) == ("airflow", ["connections", "add", conn_id])
    names, values = words[3::2], words[4::2]
    return dict(zip((name.removeprefix("--conn-") for name in names), values, strict=True))


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Airflow's own command line understands of every kind's command."""
    from eurocluster.airflow.environment import local_environment

    home = tmp_path_factory.mktemp("airflow")
    asked = [shlex.split(add_command(kind, f"the_{kind}"))[1:] for kind in KINDS]
    answer = subprocess.run(
        [sys.executable, "-c", PARSING],
        env={"PATH": "", "HOME": str(home), **local_environment(home)},
        cwd=ROOT, input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-2000:]
    told: dict[str, Any] = json.loads(answer.stdout.rpartition("TOLD")[2])
    return told


@pytest.mark.slow
def test_airflow_understands_the_command_for_every_kind(airflow: dict[str, Any]) -> None:
    for kind, parsed in zip(KINDS, airflow["parsed"], strict=True):
        shown = options(kind)
        assert (parsed["subcommand"], parsed["conn_id"]) == ("add", f"the_{kind}")
        for name in ("type", "host", "login", "password", "schema", "extra"):
            assert parsed[f"conn_{name}"] == shown.get(name), (kind, name)


@pytest.mark.slow
def test_airflow_knows_the_type_of_every_connection(airflow: dict[str, Any]) -> None:
    assert {parsed["conn_type"] for parsed in airflow["parsed"]} <= set(airflow["types"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_holds_words_to_be_replaced_and_nothing_else(kind: str) -> None:
    shown = options(kind)
    for name in ("host", "login", "password", "schema"):
        word = shown.get(name, "HOST")
        assert word.replace("_", "").isalpha(), name
        assert word.isupper(), name
    assert "BEGIN" not in shown.get("extra", "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_extra_is_a_json_object(kind: str) -> None:
    extra = json.loads(options(kind).get("extra", "{}"))
    assert isinstance(extra, dict)


@pytest.mark.parametrize("kind", KINDS)
def test_every_command_has_a_place_for_the_secret(kind: str) -> None:
    shown = options(kind)
    assert "password" in shown or "private_key" in shown["extra"]


@given(conn_id=st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{1,40}", fullmatch=True))
def test_whatever_a_connection_is_called_the_command_names_it(conn_id: str) -> None:
    assert options("sftp", conn_id)["type"] == "generic"


@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_that_does_not_exist_is_told_with_its_command(kind: str) -> None:
    with pytest.raises(MissingConnection) as caught:
        credentials_for(kind, "north_share", no_connections)
    assert add_command(kind, "north_share") in str(caught.value)
    assert not caught.value.retryable


def test_a_connection_that_exists_is_handed_on_as_it_is() -> None:
    known = {HOLDING.conn_id: HOLDING}
    assert credentials_for("sftp", HOLDING.conn_id, known.get) is HOLDING


@pytest.mark.parametrize(
    "host",
    ["sftp://files.example", "files.example:2222", r"\\\\files\Registers", "//files/R", "files/R"],
)
@pytest.mark.parametrize("kind", ["smb", "sftp", "ftps", "ftp", "imap", "sql"])
def test_an_address_where_a_host_belongs_is_told_before_anybody_is_asked(
    kind: str, host: str
) -> None:
    known = {HOLDING.conn_id: replace(HOLDING, host=host)}
    with pytest.raises(MissingConnection, match="name or address only") as caught:
        credentials_for(kind, HOLDING.conn_id, known.get)
    assert HOLDING.conn_id in str(caught.value)


@pytest.mark.parametrize(
    "host", ["files.example", "127.0.0.1", "::1", "fe80::1", "/run/postgresql"]
)
def test_names_and_addresses_of_hosts_are_handed_on(host: str) -> None:
    known = {HOLDING.conn_id: replace(HOLDING, host=host)}
    assert credentials_for("sql", HOLDING.conn_id, known.get).host == host


@pytest.mark.parametrize(
    "written", ["{'conn_type': 'generic'}", '{"conn_type": "generic", "port": "many"}']
)
def test_a_connection_of_the_environment_that_cannot_be_read_is_not_called_missing(
    written: str,
) -> None:
    asking = "from eurocluster.airflow.connections import connection; connection('north_share')"
    told = subprocess.run(
        [sys.executable, "-c", asking],
        env={**os.environ, "AIRFLOW_CONN_NORTH_SHARE": written},
        capture_output=True,
        text=True,
    ).stderr
    assert "AIRFLOW_CONN_NORTH_SHARE cannot be read" in told.splitlines()[-1]
    assert "does not exist" not in told


def test_a_field_that_the_extra_lacks_is_told_without_what_it_holds() -> None:
    assert extra_of(HOLDING, "path", "webdav") == "/dav"
    with pytest.raises(MissingConnection) as caught:
        extra_of(HOLDING, "tenant_id", "sharepoint")
    assert "'tenant_id'" in str(caught.value)
    assert add_command("sharepoint", "registers") in str(caught.value)
    assert SECRET not in f"{caught.value!s} {caught.value!r}"


def test_an_empty_field_of_the_extra_is_a_missing_one() -> None:
    with pytest.raises(MissingConnection):
        extra_of(replace(HOLDING, extra={"tenant_id": ""}), "tenant_id", "sharepoint")


def test_a_connection_shows_no_secret() -> None:
    for shown in (repr(HOLDING), str(HOLDING), f"{HOLDING}", repr([HOLDING]), ascii(HOLDING)):
        assert SECRET not in shown
        assert ascii(SECRET)[1:-1] not in shown
        assert "files.example" in shown
    assert asdict(HOLDING)["password"] == SECRET


@given(
    password=st.text(st.characters(codec="utf-8"), min_size=1),
    key=st.text(st.characters(codec="utf-8"), min_size=1),
)
def test_two_connections_that_differ_in_secrets_alone_look_the_same(
    password: str, key: str
) -> None:
    other = replace(HOLDING, password=password, extra={"private_key": key})
    assert repr(other) == repr(HOLDING)


def test_no_connections_are_known_where_all_registers_lie_in_folders() -> None:
    assert no_connections("registers") is None
