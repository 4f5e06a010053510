"""Where a register lies: what is understood, and what is refused with file and line."""

import re
from pathlib import Path
from typing import get_args

import pytest

from eurocluster.consortium.declarations import DeclarationError, load_consortium
from eurocluster.consortium.partners import Partner
from eurocluster.consortium.sources import DeclaredSource, looked_for
from eurocluster.settings import ROOT

EXAMPLES = ROOT / "examples" / "sources"
SECRET = "Pa55-wört!"
HEAD = """\
version: 1
partner: p1
name: Klaster Przykładowy
country: PL
language: pl
registers:
  - name: trainings
    source:
"""
FILES = "files: {include: ['*.xlsx']}"
SMB = f"kind: smb\nconn_id: share\nshare: Registers\n{FILES}"
HTTP = 'kind: http\nurls: ["%s"]'
REST = "kind: rest\nconn_id: api\npath: /v1/trainings"
SQL = "kind: sql\nconn_id: database"


def kinds() -> set[str]:
    union, _ = get_args(DeclaredSource)
    return {
        kind
        for shape in get_args(union)
        for kind in get_args(shape.model_fields["kind"].annotation)
    }


def load(home: Path, source: str, after: str = "") -> Partner:
    """Load a partner whose only register lies there; `after` follows at the end of the file."""
    (home / "partners").mkdir()
    (home / "project.yml").write_text(
        (ROOT / "examples" / "eurocluster" / "project.yml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    indented = "".join(f"      {line}\n" for line in source.splitlines())
    (home / "partners" / "p1.yml").write_text(HEAD + indented + after, encoding="utf-8")
    (partner,) = load_consortium(home).partners
    return partner


def refusal(home: Path, source: str, after: str = "") -> list[tuple[int, str]]:
    """Return the lines that are complained about, and the complaints; a secret is in none."""
    with pytest.raises(DeclarationError) as caught:
        load(home, source, after)
    told = str(caught.value)
    assert SECRET not in told
    found = re.findall(r"^.*/partners/p1\.yml, line (\d+): (.*)$", told, re.MULTILINE)
    assert len(found) == len(told.splitlines())
    return [(int(line), complaint) for line, complaint in found]


def line_of(text: str, source: str, after: str = "") -> int:
    """Return the line of the file on which a text first stands."""
    return next(
        at
        for at, line in enumerate(f"{HEAD}{source}\n{after}".splitlines(), start=1)
        if text in line
    )


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Partner, ...]:
    home = tmp_path_factory.mktemp("examples")
    (home / "partners").mkdir()
    project = ROOT / "examples" / "eurocluster" / "project.yml"
    (home / "project.yml").write_bytes(project.read_bytes())
    for path in EXAMPLES.glob("*.yml"):
        (home / "partners" / path.name).write_bytes(path.read_bytes())
    return load_consortium(home).partners


def test_every_kind_has_an_example_that_is_understood(examples: tuple[Partner, ...]) -> None:
    shown = {register.source.kind for partner in examples for register in partner.registers}
    assert shown == kinds() - {"ftp"}  # declared like ftps


def test_plain_ftp_is_declared_like_ftps(tmp_path: Path) -> None:
    (register,) = load(tmp_path, f"kind: ftp\nconn_id: old_server\n{FILES}").registers
    assert register.source.kind == "ftp"


def test_a_declared_settling_time_holds_and_otherwise_that_of_the_kind(tmp_path: Path) -> None:
    declared = "kind: folder\npath: x\nfiles: {include: ['*'], settle: PT90S}"
    (register,) = load(tmp_path, declared).registers
    assert register.source.settle.total_seconds() == 90
    second = tmp_path / "second"
    second.mkdir()
    (register,) = load(second, SMB).registers
    assert register.source.settle.total_seconds() == 300


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (f"{SMB}\npassword: {SECRET}", "password"),
        (f"{SMB}\nPassword: {SECRET}", "Password"),
        (f"{SMB}\npasswort: {SECRET}", "passwort"),
        (f"{SMB}\ntoken: {SECRET}", "token"),
        (f"{SMB}\nprivate_key: {SECRET}", "private_key"),
        (f"kind: s3\nconn_id: bucket\nbucket: b\naccess_key: {SECRET}\n{FILES}", "access_key"),
        (f"kind: azure_blob\nconn_id: a1\ncontainer: c\nsas_token: {SECRET}\n{FILES}", "sas_token"),
        (f"{REST}\nauth:\n  type: bearer\n  token: {SECRET}", "token"),
        (f"{REST}\nauth:\n  type: basic\n  api_key: {SECRET}", "api_key"),
        (f"kind: folder\npath: x\nfiles:\n  include: ['*']\n  password: {SECRET}", "password"),
    ],
)
def test_a_secret_under_its_own_key_is_refused_on_its_line(
    source: str, key: str, tmp_path: Path
) -> None:
    (complaint,) = refusal(tmp_path, source)
    assert complaint[0] == line_of(f"{key}:", source)
    assert "a secret must not stand here" in complaint[1]
    assert "conn_id" in complaint[1]


@pytest.mark.parametrize("indent", ["", "    "], ids=["partner", "register"])
def test_a_secret_beside_the_source_is_refused_on_its_line(indent: str, tmp_path: Path) -> None:
    ((line, complaint),) = refusal(tmp_path, SMB, f"{indent}password: {SECRET}\n")
    assert line == line_of("password", SMB, f"password: {SECRET}")
    assert "a secret must not stand here" in complaint


@pytest.mark.parametrize(
    ("source", "key", "expected"),
    [
        (SMB + '\npath: "Projects\\registers"', "path", "forward slashes"),
        (SMB + "\npath: Projects\\registers", "path", "forward slashes"),
        (SMB.replace("share: R", r"share: \\files\R"), "share", "the share's name alone"),
        (SMB.replace("share\n", "north share\n"), "conn_id", "letters, digits"),
        (SMB.replace("['*.xlsx']", "'*.xlsx'"), "files", "a list in square brackets"),
        (SMB.replace("]}", "], settle: 5 minutes}"), "files", "PT5M for five minutes"),
    ],
    ids=["quoted", "backslash", "server", "blank", "no-list", "duration"],
)
def test_what_people_write_instead_is_answered_with_what_is_expected(
    source: str, key: str, expected: str, tmp_path: Path
) -> None:
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of(f"{key}:", source)
    assert expected in complaint
    assert not re.search(r"pattern|tuple|timedelta", complaint)


def test_a_backslash_that_yaml_does_not_know_is_told_with_its_line(tmp_path: Path) -> None:
    source = SMB + '\npath: "Projects\\Keep"'
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of("path:", source)
    assert "forward slashes" in complaint


@pytest.mark.parametrize("key", ["login", "host", "extra", "username"])
def test_what_belongs_to_the_connection_is_an_unknown_key_here(key: str, tmp_path: Path) -> None:
    source = f"{SMB}\n{key}: {SECRET}"
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of(f"{key}:", source)
    assert "unknown key" in complaint


@pytest.mark.parametrize(
    "address",
    [
        f"https://user:{SECRET}@files.example/a.csv",
        f"https://{SECRET}@files.example/a.csv",
        f"https://files.example/a.csv?sig={SECRET}",
        f"https://files.example/a.csv?sv=2024-01-01&sig={SECRET}",
        f"https://files.example/a.csv?token={SECRET}",
        f"https://files.example/a.csv?access_token={SECRET}",
        f"https://files.example/a.csv?api_key={SECRET}",
        f"https://files.example/a.csv?X-Amz-Signature={SECRET}",
        f"https://files.example/a.csv?key={SECRET}",
        f"https://files.example/a.csv?pwd={SECRET}",
        f"https://files.example/a.csv?%73ig={SECRET}",
        f"https://files.example/a.csv#access_token={SECRET}",
        f"http://files.example/a.csv?pwd={SECRET}",
        f"http://user:{SECRET}@files.example/a.csv",
        f"sftp://user:{SECRET}@files.example/a.csv",
    ],
)
def test_a_secret_in_an_address_is_refused_on_its_line_and_not_repeated(
    address: str, tmp_path: Path
) -> None:
    source = HTTP % address
    complaints = refusal(tmp_path, source)
    assert {line for line, _ in complaints} == {line_of("urls", source)}
    assert "address" in complaints[0][1] or "https://" in complaints[0][1]


@pytest.mark.parametrize("url", [f"https://id:{SECRET}@login.example/token", "login.example/token"])
def test_the_address_of_tokens_is_checked_like_any_other(url: str, tmp_path: Path) -> None:
    source = f"{REST}\nauth:\n  type: oauth2_client_credentials\n  token_url: '{url}'"
    ((line, _),) = refusal(tmp_path, source)
    assert line == line_of("token_url", source)


@pytest.mark.parametrize(
    "name", ["sig", "token", "access_token", "apikey", "api_key", "key", "password", "pwd"]
)
def test_a_secret_in_the_parameters_of_an_api_is_refused_on_their_line(
    name: str, tmp_path: Path
) -> None:
    source = f"{REST}\nparams: {{{name}: {SECRET}}}"
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of("params", source)
    assert "put it into the connection" in complaint


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/trainings?token={SECRET}",
        f"/v1/trainings?year=2024&%73ig={SECRET}",
        f"//user:{SECRET}@other.example/v1",
        "//other.example/v1",
        "/v1/../admin",
        r"/v1\trainings",
    ],
)
def test_the_path_of_an_api_holds_no_secret_and_leads_nowhere_else(
    path: str, tmp_path: Path
) -> None:
    source = f"kind: rest\nconn_id: api\npath: '{path}'"
    ((line, _),) = refusal(tmp_path, source)
    assert line == line_of("path:", source)


@pytest.mark.parametrize("path", ["/", "/v1/trainings", "/v1/a..b", "/odata/Trainings?year=2024"])
def test_the_path_of_an_api_may_have_a_query(path: str, tmp_path: Path) -> None:
    (register,) = load(tmp_path, f"kind: rest\nconn_id: api\npath: '{path}'").registers
    assert looked_for(register.source) == path


@pytest.mark.parametrize("name", ["year", "design", "monkey", "tokens", "sort_keys"])
def test_other_parameters_of_an_api_are_understood(name: str, tmp_path: Path) -> None:
    (register,) = load(tmp_path, f"{REST}\nparams: {{{name}: 1}}").registers
    assert register.source.model_dump()["params"] == {name: 1}


@pytest.mark.parametrize(
    "after",
    [
        f"# -----BEGIN OPENSSH PRIVATE KEY-----\n# {SECRET}\n",
        f"    words:\n      title:\n        key: '-----BEGIN RSA PRIVATE KEY----- {SECRET}'\n",
        f"steward: |\n  -----BEGIN PRIVATE KEY-----\n  {SECRET}\n",
    ],
    ids=["comment", "word", "block"],
)
def test_a_private_key_is_refused_wherever_it_stands(after: str, tmp_path: Path) -> None:
    ((line, complaint),) = refusal(tmp_path, SMB, after)
    assert line == line_of("PRIVATE KEY-----", SMB, after)
    assert "a private key must not stand here" in complaint


@pytest.mark.parametrize("path", ["..", "../registers", "a/../b", "a/..", r"a\b", r"..\b", "a\\0b"])
@pytest.mark.parametrize(
    "place",
    [
        "kind: folder",
        "kind: smb\nconn_id: share\nshare: Registers",
        "kind: sftp\nconn_id: server",
        "kind: ftps\nconn_id: server",
        "kind: webdav\nconn_id: cloud",
        "kind: s3\nconn_id: bucket\nbucket: b",
        "kind: azure_blob\nconn_id: account\ncontainer: c",
        "kind: sharepoint\nconn_id: graph\ndrive_id: d",
    ],
    ids=lambda place: place.split()[1],
)
def test_a_path_that_could_leave_its_place_is_refused(
    place: str, path: str, tmp_path: Path
) -> None:
    source = f"{place}\npath: '{path}'\n{FILES}"
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of("path:", source)
    assert "without '..'" in complaint


@pytest.mark.parametrize("path", ["a/b", "/a/b", "a..b/c", "ä/Ω €/100 %", "...", "a/#1;b"])
def test_a_path_may_have_any_other_characters(path: str, tmp_path: Path) -> None:
    (register,) = load(tmp_path, f"{SMB}\npath: '{path}'").registers
    assert register.source.model_dump()["path"] == path


@pytest.mark.parametrize("share", ["", r"a\b", "a/b"])
def test_a_share_is_one_name(share: str, tmp_path: Path) -> None:
    source = f"kind: smb\nconn_id: share\nshare: '{share}'\n{FILES}"
    ((line, _),) = refusal(tmp_path, source)
    assert line == line_of("share: '", source)


def test_an_unknown_kind_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    ((line, complaint),) = refusal(tmp_path, f"kind: nfs\npath: x\n{FILES}")
    assert line == line_of("source:", "")
    assert all(f"'{kind}'" in complaint for kind in kinds())


def test_a_missing_kind_is_told(tmp_path: Path) -> None:
    ((line, complaint),) = refusal(tmp_path, f"path: x\n{FILES}")
    assert line == line_of("source:", "")
    assert complaint.endswith("kind: this key is required")


@pytest.mark.parametrize(
    ("paging", "lacking"),
    [
        ("{type: cursor}", "param"),
        ("{type: cursor, param: after}", "next_key"),
        ("{type: cursor, next_key: next}", "param"),
        ("{type: next_url}", "next_key"),
        ("{type: odata, next_key: next}", "next_key"),
        ("{type: link_header, next_key: next}", "next_key"),
        ("{}", "type"),
        ("{type: pages}", "type"),
        ("{type: page, size: 0}", "size"),
    ],
)
def test_incomplete_paging_is_refused_with_what_it_lacks(
    paging: str, lacking: str, tmp_path: Path
) -> None:
    source = f"{REST}\npaging: {paging}"
    complaints = refusal(tmp_path, source)
    assert {line for line, _ in complaints} == {line_of("paging", source)}
    assert any(lacking in complaint for _, complaint in complaints)


@pytest.mark.parametrize(
    ("rest", "complaint"),
    [
        ("table: trainings\nquery: SELECT 1", "either a table or a query"),
        ("", "either a table or a query"),
        ("query: DELETE FROM trainings", "query: a SELECT"),
        ("query: SELECT 1\norder_by: [a]", "order_by"),
    ],
)
def test_a_database_is_asked_for_a_table_or_for_one_query(
    rest: str, complaint: str, tmp_path: Path
) -> None:
    ((line, told),) = refusal(tmp_path, f"{SQL}\n{rest}")
    assert line == line_of("source:", "")
    assert complaint in told


@pytest.mark.parametrize(
    "address", ["http://files.example/a.csv", "http://localhost.files.example/a", "http://[::2]/a"]
)
def test_plain_http_to_another_machine_is_refused(address: str, tmp_path: Path) -> None:
    source = HTTP % address
    complaints = refusal(tmp_path, source)
    assert complaints[0][0] == line_of("urls", source)
    assert "https://" in complaints[0][1]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/a.csv", "http://localhost/a.csv", "http://[::1]/a.csv"]
)
def test_plain_http_to_this_machine_is_understood(address: str, tmp_path: Path) -> None:
    (register,) = load(tmp_path, HTTP % address).registers
    assert looked_for(register.source) == address


@pytest.mark.parametrize("conn_id", [f"postgresql://user:{SECRET}@host/db", "a b", "1st", "ä"])
def test_a_connection_is_named_and_not_written_out(conn_id: str, tmp_path: Path) -> None:
    source = f"kind: sql\nconn_id: '{conn_id}'\ntable: trainings"
    ((line, complaint),) = refusal(tmp_path, source)
    assert line == line_of("conn_id", source)
    assert "conn_id" in complaint


@pytest.mark.parametrize("kind", sorted(kinds() - {"folder", "http"}))
def test_every_server_needs_a_connection(kind: str, tmp_path: Path) -> None:
    complaints = refusal(tmp_path, f"kind: {kind}")
    assert any("conn_id: this key is required" in complaint for _, complaint in complaints)
