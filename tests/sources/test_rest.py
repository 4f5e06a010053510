"""APIs with every way of paging and of signing in, and with the faults that real ones have."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eurocluster.consortium.sources import RestSource
from eurocluster.landing import LandedFile, land
from eurocluster.reading.gate import sniff
from eurocluster.reading.json_file import read_json
from eurocluster.sources import open_source
from eurocluster.sources.connections import Credentials
from eurocluster.sources.protocol import (
    AuthFailed,
    Limits,
    MissingConnection,
    NotTrusted,
    RemoteFile,
    SourceError,
    TooBig,
    UnexpectedAnswer,
    Unreachable,
    Unstable,
)
from eurocluster.sources.rest import RestRecords
from tests.sources.servers.partner_api import LOGIN, PASSWORD, SECRETS, PartnerApi, partner_api

pytestmark = pytest.mark.slow

LIMITS = Limits(connect=3, read=3, deadline=20)
LINES = [
    f'{{"id": {number}, "hours": {number % 40}.50, "topic": "Schülung №{number}"}}'
    for number in range(1050)
]
PAGED: dict[str, dict[str, Any]] = {
    "page": {"paging": {"type": "page"}, "records": "data", "expect_total": "total"},
    "offset": {"paging": {"type": "offset"}, "records": "items", "expect_total": "meta.total"},
    "cursor": {
        "paging": {"type": "cursor", "param": "after", "next_key": "meta.next"},
        "records": "results",
    },
    "link": {"paging": {"type": "link_header"}},
    "next": {
        "paging": {"type": "next_url", "next_key": "next"},
        "records": "results",
        "expect_total": "count",
    },
    "odata": {"paging": {"type": "odata"}, "records": "value"},
}
UNCOUNTED = {"paging": {"type": "page"}, "records": "data"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerApi]:
    with partner_api(tmp_path_factory.mktemp("api")) as server:
        yield server


@pytest.fixture
def api(running: PartnerApi) -> PartnerApi:
    """The API with 1050 records, an empty journal and no fault."""
    running.desk.clear()
    hold(running, LINES)
    return running


def hold(api: PartnerApi, lines: list[str]) -> None:
    api.records.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def declared(kind: str, **more: Any) -> RestSource:
    fields = {"kind": "rest", "conn_id": "partner", "path": f"/api/{kind}/attendance", **more}
    return RestSource.model_validate(fields)


def credentials(
    api: PartnerApi, password: str = PASSWORD, extra: dict[str, Any] | None = None
) -> Credentials:
    return Credentials(
        "partner",
        host="127.0.0.1",
        port=api.port,
        login=LOGIN,
        password=password,
        schema="https" if api.certificate else "http",
        extra=extra or {},
    )


def connected(api: PartnerApi, source: RestSource, **how: Any) -> RestRecords:
    known = credentials(api, **how)
    opened = open_source(source, Path(), lambda _: known, LIMITS)
    assert isinstance(opened, RestRecords)
    return opened


def read(api: PartnerApi, source: RestSource, **how: Any) -> list[str]:
    """Return the lines that come, as the landing asks for them."""
    with closing(connected(api, source, **how)) as records:
        [file] = records.list()
        return b"".join(records.open(file)).decode().splitlines()


@pytest.mark.parametrize("kind", PAGED)
def test_every_way_of_paging_brings_every_record_as_it_was_written(
    api: PartnerApi, kind: str
) -> None:
    assert read(api, declared(kind, **PAGED[kind])) == LINES


@pytest.mark.parametrize("count", [2, 99, 100, 101, 200])
@pytest.mark.parametrize("kind", PAGED)
def test_lists_that_end_with_a_page_or_beside_it_are_complete(
    api: PartnerApi, kind: str, count: int
) -> None:
    hold(api, LINES[:count])
    assert read(api, declared(kind, **PAGED[kind])) == LINES[:count]


@pytest.mark.parametrize("kind", PAGED)
def test_none_and_one_record_are_a_list_that_cannot_be_mistaken(
    api: PartnerApi, kind: str, tmp_path: Path
) -> None:
    hold(api, [])
    assert read(api, declared(kind, **PAGED[kind])) == ["[]"]
    lone = '{"id": 1, "notes": [{"text": "first"}, {"text": "second"}]}'
    hold(api, [lone])
    landed = land_from(api, tmp_path, declared(kind, **PAGED[kind]))
    assert landed.path.read_text(encoding="utf-8") == f"[{lone}]\n"
    assert sniff(landed.path).format == "json"
    [sheet], _ = read_json(landed.path, lambda block: block)
    assert sheet.name == "JSON"


def test_a_lone_record_of_any_length_is_a_list_of_one(api: PartnerApi) -> None:
    lone = '{"id": 1, "text": "' + "ü" * 3_000_000 + '"}'
    hold(api, [lone])
    assert read(api, declared("page", **UNCOUNTED)) == [f"[{lone}]"]
    hold(api, [lone, lone])
    assert read(api, declared("page", **UNCOUNTED)) == [lone, lone]


def test_an_api_that_gives_fewer_than_asked_for_is_asked_until_nothing_comes(
    api: PartnerApi,
) -> None:
    assert read(api, declared("page", params={"most": 30}, **UNCOUNTED)) == LINES


@pytest.mark.parametrize("beyond", [404, 410])
def test_a_page_beyond_the_end_may_be_missing(api: PartnerApi, beyond: int) -> None:
    hold(api, LINES[:200])
    assert read(api, declared("page", params={"beyond": beyond}, **UNCOUNTED)) == LINES[:200]


@pytest.mark.parametrize("beyond", [400, 416, 422])
def test_a_page_beyond_a_short_one_may_be_refused(api: PartnerApi, beyond: int) -> None:
    hold(api, LINES[:150])
    assert read(api, declared("page", params={"beyond": beyond}, **UNCOUNTED)) == LINES[:150]


@settings(deadline=None, max_examples=60)
@given(
    st.integers(2, 40), st.integers(1, 12), st.integers(1, 12), st.sampled_from(["", "404", "422"])
)
def test_numbered_pages_of_any_size_bring_every_record_once_or_an_error(
    running: PartnerApi, count: int, size: int, most: int, beyond: str
) -> None:
    hold(running, LINES[:count])
    paging = {"paging": {"type": "page", "size": size}, "records": "data"}
    source = declared("page", params={"most": most, "beyond": beyond}, **paging)
    if beyond == "422" and size <= most and count % size == 0:
        with pytest.raises(UnexpectedAnswer, match="422"):
            read(running, source)
    else:
        assert read(running, source) == LINES[:count]


def test_a_limit_on_pages_is_no_end(api: PartnerApi) -> None:
    with pytest.raises(UnexpectedAnswer, match="422"):
        read(api, declared("page", params={"fault": "limit"}, **UNCOUNTED))


def test_an_api_that_knows_no_pages_gives_its_records_once(api: PartnerApi) -> None:
    hold(api, LINES[:60])
    assert read(api, declared("page", params={"fault": "ignores_page"}, **UNCOUNTED)) == LINES[:60]


def test_a_last_page_that_comes_again_and_again_counts_once(api: PartnerApi) -> None:
    hold(api, LINES[:250])
    assert read(api, declared("page", params={"fault": "clamps"}, **UNCOUNTED)) == LINES[:250]


def test_a_full_page_that_comes_again_is_told(api: PartnerApi) -> None:
    with pytest.raises(UnexpectedAnswer, match="the same whatever 'page' is"):
        read(api, declared("page", params={"fault": "ignores_page"}, **UNCOUNTED))


def test_fewer_records_than_the_api_says_are_refused(api: PartnerApi) -> None:
    shape = {**PAGED["offset"], "params": {"fault": "promises_more"}}
    with pytest.raises(Unstable, match="1050 records came, the API says it has 1057"):
        read(api, declared("offset", **shape))


def test_a_number_of_records_that_changes_meanwhile_is_noticed(api: PartnerApi) -> None:
    with pytest.raises(Unstable, match="changes while they are read"):
        read(api, declared("page", params={"fault": "shrinks"}, **PAGED["page"]))


def test_a_total_that_is_declared_and_not_there_is_told(api: PartnerApi) -> None:
    shape = {**PAGED["page"], "expect_total": "meta.count"}
    with pytest.raises(UnexpectedAnswer, match=r"'meta\.count'"):
        read(api, declared("page", **shape))


@pytest.mark.parametrize("kind", ["cursor", "next"])
def test_pages_that_go_round_in_a_circle_are_noticed(api: PartnerApi, kind: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="circle"):
        read(api, declared(kind, params={"fault": "loop"}, **PAGED[kind]))
    assert api.desk.asked(f"/api/{kind}/attendance") < 5


def test_a_next_page_on_another_host_gets_no_request_and_no_secret(api: PartnerApi) -> None:
    shape = {**PAGED["next"], "params": {"auth": "bearer", "fault": "other_host"}}
    with pytest.raises(NotTrusted, match="another server, localhost"):
        read(api, declared("next", auth={"type": "bearer"}, **shape))
    asked = [entry["query"] for entry in api.desk.journal()]
    assert "start=100" not in asked


def test_a_next_page_that_is_no_address_is_told(api: PartnerApi) -> None:
    with pytest.raises(UnexpectedAnswer, match="an address that is none"):
        read(api, declared("next", params={"fault": "no_address"}, **PAGED["next"]))


def test_a_place_for_the_next_page_that_does_not_exist_is_told(api: PartnerApi) -> None:
    shape = {**PAGED["cursor"], "paging": {**PAGED["cursor"]["paging"], "next_key": "page.next"}}
    with pytest.raises(UnexpectedAnswer, match="has no 'page'"):
        read(api, declared("cursor", **shape))


def test_parameters_go_along_with_every_numbered_page(api: PartnerApi) -> None:
    read(api, declared("page", params={"year": 2026}, **PAGED["page"]))
    assert all("year=2026" in entry["query"] for entry in api.desk.journal())


SIGN_INS: dict[str, dict[str, Any]] = {
    "basic": {"type": "basic"},
    "bearer": {"type": "bearer"},
    "api_key": {"type": "api_key", "header": "Authorization", "prefix": "Token "},
    "oauth2": {"type": "oauth2_client_credentials", "scope": "registers.read"},
}


def signed_in(api: PartnerApi, sign_in: str) -> RestSource:
    auth = SIGN_INS[sign_in]
    if sign_in == "oauth2":
        auth = {**auth, "token_url": f"{api.url}/token"}
    shape = {**PAGED["page"], "params": {"auth": sign_in}, "auth": auth}
    return declared("page", **shape)


@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_every_way_of_signing_in_works_with_letters_beyond_ascii(
    api: PartnerApi, sign_in: str
) -> None:
    assert read(api, signed_in(api, sign_in)) == LINES


@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_a_wrong_secret_is_tried_once_and_never_shown(api: PartnerApi, sign_in: str) -> None:
    with pytest.raises(AuthFailed) as refused:
        read(api, signed_in(api, sign_in), password="wrong-Sécret")
    assert "wrong" not in f"{refused.value} {refused.value!r}"
    assert len(api.desk.journal()) == 1


@pytest.mark.parametrize("sign_in", ["bearer", "api_key"])
def test_a_secret_with_a_line_break_is_told_without_it(api: PartnerApi, sign_in: str) -> None:
    with pytest.raises(AuthFailed, match="line breaks") as refused:
        read(api, signed_in(api, sign_in), password="sesam\n")
    assert "sesam" not in repr(refused.value)


@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_a_connection_without_a_secret_is_told_with_the_command(
    api: PartnerApi, sign_in: str
) -> None:
    with pytest.raises(MissingConnection, match="airflow connections add partner"):
        read(api, signed_in(api, sign_in), password="")


def test_a_token_is_fetched_once_for_all_pages(api: PartnerApi) -> None:
    read(api, signed_in(api, "oauth2"))
    assert api.desk.asked("/token") == 1


def test_a_token_that_runs_out_between_pages_is_fetched_again(api: PartnerApi) -> None:
    api.desk.order("short_tokens", times=100)
    with closing(connected(api, signed_in(api, "oauth2"))) as records:
        [file] = records.list()
        time.sleep(2.1)
        assert b"".join(records.open(file)).decode().splitlines() == LINES
    assert api.desk.asked("/token") == 2


def test_a_token_that_is_withdrawn_is_fetched_again_once(api: PartnerApi) -> None:
    api.desk.order("withdrawn_token")
    assert read(api, signed_in(api, "oauth2")) == LINES
    assert api.desk.asked("/token") == 2


def test_tokens_that_are_never_accepted_end_in_a_refusal(api: PartnerApi) -> None:
    api.desk.order("withdrawn_token", times=100)
    with pytest.raises(AuthFailed):
        read(api, signed_in(api, "oauth2"))
    assert api.desk.asked("/token") == 2


def test_a_secret_in_the_query_comes_from_the_connection_and_is_never_shown(
    api: PartnerApi,
) -> None:
    shape = {**PAGED["next"], "params": {"auth": "query"}}
    secret = {"query": {"code": SECRETS[1]}}
    assert read(api, declared("next", **shape), extra=secret) == LINES
    missing = declared("missing", **shape)
    with pytest.raises(SourceError) as failed:
        read(api, missing, extra=secret)
    assert SECRETS[1] not in f"{failed.value} {failed.value!r}"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_api_is_asked_again_when_it_says_so(api: PartnerApi, status: int) -> None:
    source = declared("cursor", **PAGED["cursor"])
    with closing(connected(api, source)) as records:
        [file] = records.list()
        api.desk.order("busy", times=2, status=status, after="1")
        started = time.monotonic()
        assert b"".join(records.open(file)).decode().splitlines() == LINES
    assert 2.0 <= time.monotonic() - started < 6.0


def test_an_api_that_stays_busy_is_given_up(api: PartnerApi) -> None:
    api.desk.order("busy", times=100, after="0")
    with pytest.raises(Unreachable, match="429 Too Many Requests"):
        read(api, declared("cursor", **PAGED["cursor"]))
    assert len(api.desk.journal()) == 5


def test_an_api_that_asks_for_an_hour_is_left_alone_at_once(api: PartnerApi) -> None:
    api.desk.order("busy", times=100, after="3600")
    with pytest.raises(Unreachable):
        read(api, declared("cursor", **PAGED["cursor"]))
    assert len(api.desk.journal()) == 1


def test_a_web_page_instead_of_json_is_told(api: PartnerApi) -> None:
    with pytest.raises(UnexpectedAnswer, match="web page"):
        read(api, declared("web_page"))


@pytest.mark.parametrize(
    "text",
    ["", "[1, 2", '{"data": [1]', "[1]x", "[1 2]", '{"data" 1}', "nonsense", '["a\nb"]', "[01]"],
)
def test_json_that_is_none_or_breaks_off_is_told(api: PartnerApi, text: str) -> None:
    api.records.write_text(text, encoding="utf-8")
    records = "data" if text.startswith("{") else ""
    with pytest.raises(UnexpectedAnswer, match="JSON"):
        read(api, declared("verbatim", records=records))


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('{"data": []}', ""),
        ("[]", "data"),
        ('{"data": {"a": 1}}', "data"),
        ('{"result": {"rows": []}}', "result.data"),
        ("7", ""),
    ],
)
def test_a_list_that_is_not_where_it_is_declared_is_told(
    api: PartnerApi, text: str, records: str
) -> None:
    api.records.write_text(text, encoding="utf-8")
    with pytest.raises(UnexpectedAnswer, match="no list of records"):
        read(api, declared("verbatim", records=records))


def test_answers_that_are_not_in_utf_8_are_told(api: PartnerApi) -> None:
    api.records.write_bytes('["Schülung"]'.encode("latin-1"))
    with pytest.raises(UnexpectedAnswer, match="UTF-8"):
        read(api, declared("verbatim"))


def test_a_bomb_is_counted_as_it_unpacks(api: PartnerApi) -> None:
    with pytest.raises(TooBig, match="more than 5 MiB"):
        read(api, declared("bomb", max_mib=5))


def test_an_answer_that_drips_ends_at_the_deadline(api: PartnerApi) -> None:
    known = credentials(api)
    started = time.monotonic()
    source = RestRecords(declared("drip"), known, Limits(connect=3, read=3, deadline=2))
    with closing(source):
        [file] = source.list()
        with pytest.raises(Unreachable, match="longer than 2 seconds"):
            b"".join(source.open(file))
    assert time.monotonic() - started < 5.0


def test_redirects_stay_on_the_host(api: PartnerApi) -> None:
    assert read(api, declared("redirect", params={"to": "here"})) == LINES
    with pytest.raises(UnexpectedAnswer, match="circle"):
        read(api, declared("redirect", params={"to": "circle"}))
    with pytest.raises(NotTrusted, match="localhost"):
        read(api, declared("redirect", params={"to": "elsewhere"}))


def test_an_unchanged_list_is_told_by_its_etag_and_the_way_it_is_asked_for(
    api: PartnerApi,
) -> None:
    def version(**shape: Any) -> str | None:
        with closing(connected(api, declared("single", **shape))) as records:
            [file] = records.list()
            assert records.stat(file) == file
            return file.version

    first = version(records="data")
    assert version(records="data") == first
    assert version(records="meta") not in (first, None)
    hold(api, LINES[:10])
    assert version(records="data") not in (first, None)


def test_several_pages_have_no_version(api: PartnerApi) -> None:
    with closing(connected(api, declared("cursor", **PAGED["cursor"]))) as records:
        [file] = records.list()
        assert records.stat(file).version is None


def test_the_path_stands_below_that_of_the_connections_host(api: PartnerApi) -> None:
    known = Credentials("partner", host=f"{api.url}/api/")
    with closing(RestRecords(declared("bare", path="/bare/attendance"), known, LIMITS)) as records:
        [file] = records.list()
        assert b"".join(records.open(file)).decode().splitlines() == LINES


def test_the_file_is_named_after_the_path(api: PartnerApi) -> None:
    with closing(connected(api, declared("bare"))) as records:
        assert [file.name for file in records.list()] == ["attendance.jsonl"]
    with closing(connected(api, declared("bare", path="/api/bare/attendance/"))) as records:
        assert [file.name for file in records.list()] == ["attendance.jsonl"]


def land_from(api: PartnerApi, tmp_path: Path, source: RestSource) -> LandedFile:
    with closing(connected(api, source)) as records:
        [file] = records.list()
        assert isinstance(file, RemoteFile)
        return land(records, file, tmp_path)


def test_what_lands_is_read_as_json_lines(api: PartnerApi, tmp_path: Path) -> None:
    landed = land_from(api, tmp_path, declared("page", **PAGED["page"]))
    assert landed.path.read_text(encoding="utf-8").splitlines() == LINES
    assert sniff(landed.path).format == "jsonl"


def test_a_certificate_is_verified_and_a_partners_own_authority_can_be_trusted(
    tmp_path: Path,
) -> None:
    with partner_api(tmp_path, tls=True) as api:
        hold(api, LINES[:3])
        with pytest.raises(NotTrusted, match="certificate"):
            read(api, declared("bare"))
        trusted = {"ca_file": str(api.certificate)}
        assert read(api, declared("bare"), extra=trusted) == LINES[:3]
        with pytest.raises(MissingConnection, match="ca_file"):
            read(api, declared("bare"), extra={"ca_file": str(tmp_path / "none.pem")})


def test_plain_http_is_for_this_machine_only() -> None:
    for host, schema in (("registers.example", "http"), ("http://registers.example", "")):
        known = Credentials("partner", host=host, schema=schema)
        with pytest.raises(NotTrusted, match="https"):
            RestRecords(declared("bare"), known, LIMITS)
