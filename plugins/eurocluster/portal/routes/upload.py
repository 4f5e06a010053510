"""Upload: a steward sends a file, sees what is wrong in it, and submits it or not.

Belongs here: form, progress, confirmation; who may submit for which partner.
Does not belong here: judging (checking), delivering (submitting), the file meanwhile (staging).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import UploadFile

from eurocluster import nightly
from eurocluster.checking import Checker
from eurocluster.consortium.declarations import Consortium, load_consortium
from eurocluster.consortium.partners import Partner
from eurocluster.ingesting import RegisterOutcome
from eurocluster.judging import Calendar
from eurocluster.portal.access import Right, SignedIn, Visitor, requires
from eurocluster.portal.jobs import Job, Jobs
from eurocluster.portal.pages import link, page
from eurocluster.portal.staging import NotStaged, Staged, Staging
from eurocluster.reading.child import WorkbookReader
from eurocluster.returning import write_checked
from eurocluster.settings import Settings
from eurocluster.submitting import (
    MOST_BYTES,
    CannotSubmit,
    Replaced,
    registers_of,
    replaced_by,
    submit,
)
from schemas.reasons import RULES

router = APIRouter(dependencies=[requires(Right.ACT)])

PLACES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """One table of a judged file."""

    register: str
    sheet: str
    accepted: int
    refused: int
    skipped: int


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """One rule that fired, with the first places."""

    code: str
    severity: str
    title: str
    mend: str
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a file before it is submitted.

    Attributes:
        refusal: Why it cannot be submitted; empty when it can.
        replaced: What it would take the place of.
    """

    tables: tuple[JudgedTable, ...]
    rules: tuple[JudgedRule, ...]
    registers: tuple[str, ...]
    refusal: str
    replaced: tuple[Replaced, ...]


@router.get("/upload", name="upload")
def form(request: Request, who: SignedIn) -> Response:
    """Show the form."""
    consortium = load_consortium(request.app.state.settings.home)
    return page(
        request,
        who,
        "upload.html",
        {
            "section": "upload",
            "partners": _partners(consortium, who),
            "registers": sorted({r.name for p in consortium.partners for r in p.registers}),
            "most": MOST_BYTES >> 20,
        },
    )


@router.post("/upload", name="stage")
async def stage(request: Request, who: SignedIn) -> Response:
    """Take a file in and begin to judge it."""
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        raise HTTPException(411, "Say how long the file is (Content-Length).")
    if int(length) > MOST_BYTES + 100_000:
        raise HTTPException(413, f"The file has more than {MOST_BYTES >> 20} MB.")
    settings: Settings = request.app.state.settings
    consortium = load_consortium(settings.home)
    async with request.form(max_files=1, max_fields=20) as sent:
        file, code = sent.get("file"), str(sent.get("partner") or "")
        if not isinstance(file, UploadFile) or not file.filename:
            raise HTTPException(422, "Choose a file.")
        if code not in {partner.partner for partner in _partners(consortium, who)}:
            raise HTTPException(403, f"You may not submit files of {code or 'nobody'}.")
        if not file.size:
            raise HTTPException(422, "The file is empty.")
        asked = tuple(str(name) for name in sent.getlist("registers") if name)
        staging = Staging(settings)
        staged = staging.put(
            file.file, who.name, code, asked, str(sent.get("note") or "")[:2000], file.filename
        )
    jobs: Jobs = request.app.state.jobs
    jobs.start(f"judge {staged.token}", lambda: _judge(settings, consortium, staging, staged))
    return RedirectResponse(link(request, "staged", token=staged.token), 303)


@router.get("/upload/{token}", name="staged")
def staged_file(request: Request, who: SignedIn, token: str) -> Response:
    """Show how far it is: being judged, judged, being submitted, submitted."""
    jobs: Jobs = request.app.state.jobs
    submitted = jobs.get(f"submit {token}")
    if submitted is not None and submitted.state == "done" and submitted.result[0] == who.name:
        _, partner, outcomes = submitted.result
        return page(
            request,
            who,
            "submitted.html",
            {"section": "upload", "outcomes": outcomes, "partner": partner},
        )
    staged = _staged(request, who, token)
    judged = jobs.get(f"judge {token}")
    if judged is None:  # this process has been started since
        staging = Staging(request.app.state.settings)
        settings: Settings = request.app.state.settings
        consortium = load_consortium(settings.home)
        judged = jobs.start(f"judge {token}", lambda: _judge(settings, consortium, staging, staged))
    return page(
        request,
        who,
        "staged.html",
        {"section": "upload", "staged": staged, "job": _current(judged, submitted),
         "judged": judged.result},
    )  # fmt: skip


@router.get("/upload/{token}/returned", name="staged_returned")
def staged_returned(request: Request, who: SignedIn, token: str) -> Response:
    """Send the returned workbook of a judged file."""
    staged = _staged(request, who, token)
    path = Staging(request.app.state.settings).returned(staged)
    if not path.exists():
        raise HTTPException(404, "It is not written yet.")
    return FileResponse(
        path, filename=f"{staged.name} (result).xlsx", headers={"Cache-Control": "no-store"}
    )


@router.post("/upload/{token}/submit", name="submit_staged")
def submit_staged(request: Request, who: SignedIn, token: str) -> Response:
    """Submit a judged file."""
    staged = _staged(request, who, token)
    jobs: Jobs = request.app.state.jobs
    judged = jobs.get(f"judge {token}")
    if judged is None or judged.state != "done":
        raise HTTPException(409, "The file is still being judged.")
    result: Judged = judged.result
    if result.refusal:
        raise HTTPException(409, result.refusal)
    settings: Settings = request.app.state.settings
    lookup = request.app.state.lookup

    def work() -> tuple[str, str, list[RegisterOutcome]]:
        staging = Staging(settings)
        outcomes = submit(
            settings, staged.partner, result.registers, staging.content(staged), staged.name,
            staged.by, lookup, staged.note,
        )  # fmt: skip
        staging.forget(staged)
        return staged.by, staged.partner, outcomes

    jobs.start(f"submit {token}", work)
    return RedirectResponse(link(request, "staged", token=token), 303)


@router.post("/upload/{token}/discard", name="discard_staged")
def discard_staged(request: Request, who: SignedIn, token: str) -> Response:
    """Forget a file."""
    Staging(request.app.state.settings).forget(_staged(request, who, token))
    return RedirectResponse(link(request, "upload"), 303)


def _partners(consortium: Consortium, who: Visitor) -> tuple[Partner, ...]:
    """Return whose files the visitor may submit: a partner's steward only that partner's."""
    own = tuple(p for p in consortium.partners if p.steward == who.name)
    return consortium.partners if not own or who.may(Right.CLOSE) else own


def _staged(request: Request, who: Visitor, token: str) -> Staged:
    try:
        return Staging(request.app.state.settings).get(token, who.name)
    except NotStaged as error:
        raise HTTPException(404, str(error)) from None


def _current(judged: Job, submitted: Job | None) -> Job:
    return submitted if submitted is not None and submitted.state != "done" else judged


def _judge(settings: Settings, consortium: Consortium, staging: Staging, staged: Staged) -> Judged:
    """Judge a file as a night would, and write its returned workbook."""
    project = consortium.project
    day = nightly.reporting_date(project)
    partner = consortium.partner(staged.partner)
    with WorkbookReader() as reader:
        checker = Checker(
            consortium, Calendar(project.start, project.end, day), settings.secret or b"", reader
        )
        checked = checker.check(
            staging.content(staged), partner, staged.registers, name=staged.name
        )
        write_checked(checked, day, staging.returned(staged))
    try:
        registers, refusal = registers_of(checked, partner, staged.registers), ""
    except CannotSubmit as error:
        registers, refusal = (), str(error)
    places: dict[str, list[str]] = {}
    for finding in checked.findings:
        place = " ".join(filter(None, (finding.sheet, finding.cell or "")))
        if place:
            places.setdefault(finding.code, []).append(place)
    counts: Counter[tuple[str, str]] = checked.counts
    order = ("ERROR", "WARN", "INFO")
    return Judged(
        tables=tuple(
            JudgedTable(
                str(table.table.contract.name), table.table.sheet_name, len(table.accepted),
                len(table.refused), len(table.skipped),
            )
            for table in checked.tables
        ),
        rules=tuple(
            JudgedRule(
                code, severity, RULES[code].title, RULES[code].mend, count,
                tuple(places.get(code, ())[:PLACES_SHOWN]),
            )
            for (severity, code), count in sorted(
                counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])
            )
        ),
        registers=registers,
        refusal=refusal,
        replaced=tuple(replaced_by(settings, staged.partner, registers)),
    )  # fmt: skip
