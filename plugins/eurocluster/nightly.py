"""The whole night as plain functions: the DAG's tasks and ``eurocluster run`` call the same.

Belongs here: plan → ingest → build → audit → publish → summarise.
Does not belong here: Airflow, terminal output, the steps themselves.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

from eurocluster.build_identity import build_id, ground
from eurocluster.consortium.declarations import (
    Consortium,
    DeclarationError,
    load_consortium,
)
from eurocluster.consortium.partners import REGISTER_NAMES
from eurocluster.consortium.project import Project
from eurocluster.locks import Holder, hold, keep_out
from eurocluster.settings import Settings

if TYPE_CHECKING:
    from eurocluster.ingesting import PartnerNight
    from eurocluster.published import Published
    from eurocluster.sources.connections import Lookup

_FETCHED_AT_ONCE: Final = 8
_BUILD_ID = "build_id"
_BUILT_AT_MOST: Final = 3
"""Times that a build is begun again because something was delivered meanwhile."""


class UnknownChoice(ValueError):
    """A partner or register that is not declared; the message names those that are."""


class AuditFailed(RuntimeError):
    """The build is not fit to be published; the message says which audits failed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one run is asked to do."""

    partners: tuple[str, ...]
    registers: tuple[str, ...]
    force: bool = False
    note: str | None = None


def plan(
    settings: Settings,
    *,
    partners: Sequence[str] = (),
    registers: Sequence[str] = (),
    force: bool = False,
    note: str | None = None,
) -> Scope:
    """Check the declarations and the choices; return the scope, every partner when none is named.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
        UnknownChoice: A partner or register is not declared.
    """
    consortium = checked_consortium(settings)
    codes = [partner.partner for partner in consortium.partners]
    _known("partner", partners, codes)
    _known("register", registers, REGISTER_NAMES)
    chosen = [code for code in codes if not partners or code in partners]
    return Scope(tuple(chosen), tuple(registers), force, note)


def ingest(
    settings: Settings, scope: Scope, partner: str, lookup: "Lookup", run_id: str
) -> dict[str, Any]:
    """Ingest one partner's registers and write its workbooks back; return counts, never a row.

    Args:
        settings: With the secret.
        scope: What the run is asked to do.
        partner: Code of the partner.
        lookup: Airflow connections.
        run_id: What this attempt and others of the same night have in common.
    """
    with ExitStack() as held:
        night = _fetched_night(settings, scope, partner, lookup, run_id, held)
        return _ingested(night, settings, scope, partner)


def ingest_all(
    settings: Settings, scope: Scope, lookup: "Lookup", run_id: str
) -> Generator[tuple[str, dict[str, Any] | Exception]]:
    """Ingest the partners of a scope in this process; yield each with what came of it.

    They are fetched side by side and judged one after the other, in the order of their codes but
    for those that are still being fetched: a slow partner delays nobody. A fault of ours is
    yielded, it costs the one partner only.

    Raises:
        WrongSecret: The register store has keyed its persons with another secret.
    """
    from eurocluster.store_keys import settled

    if settings.secret is not None:
        settled(settings.store(load_consortium(settings.home).project.code), settings.secret)
    pool = ThreadPoolExecutor(max_workers=_FETCHED_AT_ONCE, thread_name_prefix="fetch")
    held = {partner: ExitStack() for partner in scope.partners}
    try:
        fetching = {
            partner: pool.submit(
                _fetched_night, settings, scope, partner, lookup, run_id, held[partner]
            )
            for partner in scope.partners
        }
        while fetching:
            partner = next((code for code, doing in fetching.items() if doing.done()), None)
            if partner is None:
                wait(fetching.values(), return_when=FIRST_COMPLETED)
                continue
            doing = fetching.pop(partner)
            done: dict[str, Any] | Exception
            try:
                with held[partner]:
                    done = _ingested(doing.result(), settings, scope, partner)
            except Exception as error:  # noqa: BLE001 - told by whoever asked
                done = error
            yield partner, done
    finally:
        # Whoever stops asking (Ctrl-C) does not wait for partners that were not begun with.
        pool.shutdown(wait=False, cancel_futures=True)


def build(settings: Settings) -> dict[str, Any]:
    """Build the warehouse from everything delivered; return counts and what failed."""
    with only_builder(settings.warehouse):
        return _build(settings)


def _build(settings: Settings) -> dict[str, Any]:
    from eurocluster.deliveries import RegisterStore
    from eurocluster.publishing import DATABASE
    from eurocluster.warehouse import build_warehouse, close_off

    consortium = load_consortium(settings.home)
    store = RegisterStore(settings.store(consortium.project.code))
    store.prepare()
    day = reporting_date(consortium.project)
    kept = _kept_roots(settings, consortium)
    last = settings.warehouse / "published" / "current" / DATABASE
    for _ in range(_BUILT_AT_MOST):
        identity = build_id(consortium, store.root, day, **kept)
        built = build_warehouse(
            consortium, store.root, settings.warehouse / "build", day, **kept,
            ground=ground(consortium, store.root, **kept), last_build=last,
        )  # fmt: skip
        if build_id(consortium, store.root, day, **kept) == identity:
            break
    close_off(built.folder / DATABASE)
    (built.folder / _BUILD_ID).write_text(identity)
    return {
        "build_id": identity,
        "path": str(built.folder),
        "models": built.models,
        "tests": built.tests,
        "broken_models": list(built.broken_models),
        "failed_tests": list(built.failed_tests),
    }


def audit(settings: Settings, built: dict[str, Any]) -> dict[str, Any]:
    """Return the audits that passed.

    Raises:
        AuditFailed: A model could not be built or a test found rows.
    """
    complaints = [f"{name} could not be built" for name in built["broken_models"]]
    complaints += [f"{name} failed" for name in built["failed_tests"]]
    if complaints:
        raise AuditFailed(
            f"Nothing is published, the figures of the last publication stay: "
            f"{'; '.join(complaints)}. Details: {Path(built['path']) / 'dbt.txt'}"
        )
    return {"build_id": built["build_id"], "models": built["models"], "tests": built["tests"]}


def publish(settings: Settings, built: dict[str, Any]) -> dict[str, Any]:
    """Publish the audited build; ``new`` is false when readers have it already.

    Raises:
        RuntimeError: Another run has built since; that run publishes its own.
    """
    with only_builder(settings.warehouse):
        return _publish(settings, built)


def refresh(
    settings: Settings, tell: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Build, audit and publish, and let nobody in between; return the audits and the publication.

    Args:
        settings: Where things lie.
        tell: Is told what is being done.

    Raises:
        AuditFailed: The build is not fit to be published; nothing was.
    """
    with only_builder(settings.warehouse):
        tell("building the warehouse")
        built = _build(settings)
        audited = audit(settings, built)
        tell("publishing")
        return audited, _publish(settings, built)


def _publish(settings: Settings, built: dict[str, Any]) -> dict[str, Any]:
    from eurocluster import publishing

    project = load_consortium(settings.home).project
    folder = Path(built["path"])
    identity = folder / _BUILD_ID
    if not identity.exists() or identity.read_text() != built["build_id"]:
        raise RuntimeError("Another run has built the warehouse since; it publishes its own.")
    publication = publishing.publish(
        folder,
        settings.warehouse / "published",
        built["build_id"],
        {
            "consortium": project.code,
            "name": project.title or project.name,
            "reporting_date": reporting_date(project).isoformat(),
            "models": built["models"],
            "tests": built["tests"],
        },
    )
    return {
        "publication_id": publication.publication_id,
        "path": str(publication.path),
        "new": publication.is_new,
    }


def close(
    settings: Settings, period: str, approver: str, note: str | None = None
) -> dict[str, Any]:
    """Close a reporting period with what is published, and publish what that changes.

    Raises:
        CannotClose: It is closed, not over, not the next one, the approver may not, or something
            was delivered or declared since the last publication.
    """
    from eurocluster.published import open_warehouse
    from eurocluster.releases import Releases

    with only_builder(settings.warehouse):
        consortium, published = _to_be_closed(settings)
        root = settings.releases(consortium.project.code)
        day = reporting_date(consortium.project)
        with open_warehouse(published.database) as connection:
            release = Releases(root).close(
                consortium, connection, published.publication_id, period, approver, day, note
            )
        built = _build(settings)
        audit(settings, built)
        _publish(settings, built)
    return {
        "release": release.number,
        "period": release.period,
        "digest": release.digest,
        "path": str(release.folder),
    }


def before_closing(settings: Settings, period: str) -> str:
    """Return what a coordinator has to look at before closing a period, as Markdown.

    Raises:
        CannotClose: It cannot be closed, whoever approves it.
    """
    from eurocluster.closing import closing_page
    from eurocluster.published import open_warehouse
    from eurocluster.releases import CannotClose, Releases

    consortium, published = _to_be_closed(settings)
    root = settings.releases(consortium.project.code)
    refusal = Releases(root).why_not(consortium, period, None, reporting_date(consortium.project))
    if refusal is not None:
        raise CannotClose(refusal)
    with open_warehouse(published.database) as connection:
        return closing_page(connection, period)


def _to_be_closed(settings: Settings) -> tuple[Consortium, "Published"]:
    """Return the consortium and the publication that knows everything delivered and declared."""
    from eurocluster.published import find_published
    from eurocluster.releases import CannotClose

    consortium = load_consortium(settings.home)
    code = consortium.project.code
    published = find_published(settings)
    day = reporting_date(consortium.project)
    now = build_id(consortium, settings.store(code), day, **_kept_roots(settings, consortium))
    if now != published.publication_id:
        raise CannotClose(
            "Something was delivered or declared since the last publication, or another day has"
            " begun. Run a night first and look at its figures."
        )
    return consortium, published


def summarise(settings: Settings) -> list[str]:
    """Return one line per partner: what was refused and why."""
    from eurocluster.published import open_published
    from eurocluster.scoreboard import partner_lines

    with open_published(settings) as connection:
        return partner_lines(connection)


def reporting_date(project: Project) -> date:
    """Return the day for which figures are stated: the declared one, else today (UTC)."""
    return project.reporting_date or datetime.now(UTC).date()


def checked_consortium(settings: Settings) -> Consortium:
    """Return the declarations, their hints checked against the contracts.

    Raises:
        DeclarationError: project.yml or a partner's YAML is missing or wrong.
    """
    consortium = load_consortium(settings.home)
    _check_hints(consortium)
    return consortium


def _check_hints(consortium: Consortium) -> None:
    """Refuse hints that name no column of the register, or no code of its word list.

    Here and not in the declarations' shapes, because those are read when DAGs are parsed and
    the contracts are heavy.
    """
    from schemas import REGISTERS
    from schemas.vocabulary import VOCABULARIES

    mistakes = []
    for partner in consortium.partners:
        for register in partner.registers:
            columns = REGISTERS[register.name].columns
            place = f"partner {partner.partner}: registers: {register.name}"
            mistakes += [
                f"{place}: columns: {header!r}: {column!r} is no column of this register"
                for header, column in register.columns.items()
                if column not in columns
            ]
            for column, listed in register.words.items():
                if column not in columns:
                    mistakes.append(f"{place}: words: {column!r} is no column of this register")
                    continue
                vocabulary = columns[column].metadata["vocabulary"]
                codes = VOCABULARIES.get(vocabulary, ("yes", "no"))
                mistakes += [
                    f"{place}: words: {column}: {code!r} is none of {', '.join(codes)}"
                    for code in listed.values()
                    if code not in codes
                ]
            mistakes += [
                f"{place}: {kind}: {column!r} is no column of this register"
                for kind, named in (
                    ("constants", register.constants),
                    ("corrections", [correction.column for correction in register.corrections]),
                )
                for column in named
                if column not in columns
            ]
    if mistakes:
        raise DeclarationError("\n".join(mistakes))


def _fetched_night(
    settings: Settings,
    scope: Scope,
    partner: str,
    lookup: "Lookup",
    run_id: str,
    held: ExitStack,
) -> "PartnerNight":
    """Fetch a partner's registers once nobody else works on them; ``held`` keeps it that way."""
    from eurocluster.ingesting import PartnerNight
    from eurocluster.judging import Calendar
    from eurocluster.leftovers import clear_partner

    consortium = load_consortium(settings.home)
    project = consortium.project
    left = held.enter_context(
        only_ingesting(settings.store(project.code), partner, settles=not scope.registers)
    )
    if left is not None:
        clear_partner(settings, project.code, partner)
    calendar = Calendar(project.start, project.end, reporting_date(project))
    night = PartnerNight(
        settings,
        consortium,
        consortium.partner(partner),
        calendar,
        lookup,
        run_id=run_id,
        force=scope.force,
        owes_since=left.undone_since if left else None,
    )
    night.fetch(scope.registers)
    return night


def _ingested(
    night: "PartnerNight", settings: Settings, scope: Scope, partner: str
) -> dict[str, Any]:
    outcomes = night.ingest(scope.registers)
    returned = night.give_back(settings.feedback)
    return {
        "partner": partner,
        "registers": [asdict(outcome) for outcome in outcomes],
        "returned": len(returned),
    }


def only_ingesting(
    store: Path, partner: str, *, settles: bool
) -> AbstractContextManager[Holder | None]:
    """Let one process or thread at a time work on a partner's registers; the others wait."""
    return hold(store / "locks" / f"{partner}.lock", owes_after_errors=True, settles=settles)


@contextmanager
def no_night(settings: Settings, consortium: Consortium) -> Iterator[None]:
    """Let nobody work on any partner's registers meanwhile; wait for whoever does now."""
    locks = settings.store(consortium.project.code) / "locks"
    known = {path.stem for path in locks.glob("*.lock")}
    with ExitStack() as held:
        for partner in sorted(known | {partner.partner for partner in consortium.partners}):
            held.enter_context(keep_out(locks / f"{partner}.lock"))
        yield


def only_builder(warehouse: Path) -> AbstractContextManager[Holder | None]:
    """Let one process at a time write below ``warehouse``; the others wait."""
    return hold(warehouse / "build.lock")


class _KeptRoots(TypedDict):
    """Where lies what a build knows besides deliveries."""

    releases: Path
    decisions: Path


def _kept_roots(settings: Settings, consortium: Consortium) -> _KeptRoots:
    code = consortium.project.code
    return {"releases": settings.releases(code), "decisions": settings.decisions(code)}


def _known(kind: str, asked: Sequence[str], known: Sequence[str]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise UnknownChoice(f"Unknown {kind} {', '.join(unknown)}. Known: {', '.join(known)}.")
