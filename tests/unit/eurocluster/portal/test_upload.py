"""Upload: judged at once, delivered only when it is submitted, by whoever sent it."""

import io
import re
import time
from pathlib import Path

import openpyxl
import pytest

from eurocluster.deliveries import RegisterStore
from eurocluster.portal.access import Right
from eurocluster.portal.staging import Staging
from eurocluster.submitting import MOST_BYTES

HEADER = "training_id,title,objective,audience,start_date,end_date,lead_partner,status\n"
ROW = "T{n:02},Training,4a,cluster_managers,2023-03-14,{end},p1,delivered\n"
GOOD = HEADER + "".join(ROW.format(n=n, end="2023-03-15") for n in range(1, 4))
BAD = HEADER + "".join(ROW.format(n=n, end="30.02.2023") for n in range(1, 4))


@pytest.fixture
def settings(make_consortium, settings_for):
    rows = [{"training_id": "T01"}]
    return settings_for(make_consortium({"p1": {"trainings": rows}, "p2": {"trainings": rows}}))


def send(portal, content: str | bytes, partner: str = "p1", name: str = "rows.csv", **fields):
    data = content.encode() if isinstance(content, str) else content
    chosen = {"partner": partner, **fields}
    return portal.post("/upload", data=chosen, files={"file": (name, data)})


def settled(portal, address: str):
    """The page of a file when nothing goes on any more."""
    for _ in range(600):
        page = portal.get(address)
        if "data-reload" not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(page.text)


def test_a_file_is_judged_returned_and_submitted(settings, portal_of, read_page) -> None:
    portal = portal_of(settings)
    address = send(portal, BAD).headers["location"]
    page = read_page(settled(portal, address).text)
    assert "3 places need to be mended" in page.text
    assert page.tables[0][1][:4] == ["trainings", "", "0", "3"]
    assert page.tables[1][1][0] == "E02"
    returned = portal.get(f"{address}/returned")
    assert "rows.csv%20%28result%29.xlsx" in returned.headers["content-disposition"]
    assert openpyxl.load_workbook(io.BytesIO(returned.content)).sheetnames
    store = RegisterStore(settings.store("test"))
    assert store.in_force("p1", "trainings") is None  # judging has no consequence
    assert portal.post(f"{address}/submit").status_code == 303
    after = read_page(settled(portal, address).text)
    assert after.tables[0][1] == ["trainings", "3", "3", "0", "delivered"]
    record = store.in_force("p1", "trainings")
    assert (record.file_names, record.rows_read) == (("rows.csv",), 3)
    assert list(settings.staged.glob("*")) == []


def test_a_discarded_file_leaves_nothing(settings, portal_of) -> None:
    portal = portal_of(settings)
    address = send(portal, GOOD).headers["location"]
    settled(portal, address)
    assert portal.post(f"{address}/discard").status_code == 303
    assert portal.get(address).status_code == 404
    assert list(settings.staged.glob("*")) == []
    assert RegisterStore(settings.store("test")).in_force("p1", "trainings") is None


def test_a_file_waits_for_whoever_sent_it_and_for_nobody_else(settings, portal_of) -> None:
    address = send(portal_of(settings), GOOD).headers["location"]
    other = portal_of(settings, name="Somebody Else")
    for method, path in (("GET", ""), ("GET", "/returned"), ("POST", "/submit"),
                         ("POST", "/discard")):  # fmt: skip
        assert other.request(method, address + path).status_code == 404
    assert portal_of(settings, Right.READ).get(address).status_code == 403


def test_a_partners_steward_submits_for_that_partner_alone(settings, portal_of, read_page) -> None:
    path = settings.home / "partners" / "p1.yml"
    path.write_text(path.read_text() + "steward: testa@p1.example\n")
    steward = portal_of(settings, Right.READ, Right.ACT, name="testa@p1.example")
    assert "Cluster p2" not in steward.get("/upload").text
    assert send(steward, GOOD, "p2").status_code == 403
    assert send(steward, GOOD, "p1").status_code == 303


@pytest.mark.parametrize(
    ("content", "fields", "status", "told"),
    [
        ("", {}, 422, "The file is empty"),
        (GOOD, {"partner": "p9"}, 403, "may not submit files of p9"),
    ],
)
def test_what_cannot_be_taken_is_told(
    settings, portal_of, read_page, content, fields, status, told
) -> None:
    answer = send(portal_of(settings), content, **fields)
    assert answer.status_code == status
    assert told in read_page(answer.text).text


@pytest.mark.parametrize(
    ("content", "name", "fields", "told"),
    [
        (b"%PDF-1.7 no table", "scan.pdf", {}, "could not be read"),
        ("Bericht\nüber nichts\n", "text.csv", {}, "No register was recognised"),
        (GOOD, "rows.csv", {"registers": "exchanges"}, "no table of exchanges"),
        (HEADER.replace("training_id", "exchange_id"), "x.csv", {"registers": "pacts"}, "pacts"),
    ],
)
def test_what_cannot_be_submitted_says_why_and_has_no_button(
    settings, portal_of, read_page, content, name, fields, told
) -> None:
    portal = portal_of(settings)
    address = send(portal, content, name=name, **fields).headers["location"]
    page = settled(portal, address)
    assert told in read_page(page.text).text
    assert f"{address}/submit" not in page.text
    assert portal.post(f"{address}/submit").status_code == 409


def test_more_than_is_allowed_is_refused_before_it_is_read(settings, portal_of) -> None:
    portal = portal_of(settings)
    answer = portal.post(
        "/upload", content=b"", headers={"Content-Length": str(MOST_BYTES + 200_000)}
    )
    assert answer.status_code == 413
    answer = portal.post("/upload", content=iter([b"x"]))  # of unknown length
    assert answer.status_code == 411
    assert not settings.staged.exists()


def test_a_name_that_is_a_path_stays_a_label(settings, portal_of) -> None:
    portal = portal_of(settings)
    address = send(portal, GOOD, name="../../../etc/cron.d/evil.csv").headers["location"]
    page = settled(portal, address)
    assert re.search("evil.csv", page.text)
    (folder,) = settings.staged.glob("*")
    assert {path.name for path in folder.iterdir()} == {"content", "staged.json", "returned.xlsx"}
    assert Path("/etc/cron.d/evil.csv").exists() is False


def test_what_waits_since_yesterday_is_forgotten(settings, portal_of, monkeypatch) -> None:
    portal = portal_of(settings)
    address = send(portal, GOOD).headers["location"]
    settled(portal, address)
    now = time.time()
    monkeypatch.setattr("eurocluster.portal.staging.time.time", lambda: now + 25 * 3600)
    Staging(settings)._forget_old()
    assert portal.get(address).status_code == 404


def test_a_token_is_no_path(settings, portal_of) -> None:
    portal = portal_of(settings)
    for token in ("..", "%2e%2e%2f%2e%2e", "a%2fb", "x" * 500):
        assert portal.get(f"/upload/{token}").status_code in (404, 307)
