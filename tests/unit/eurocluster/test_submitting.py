"""A file submitted by hand: a delivery like any other, until the source shows other files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eurocluster import nightly
from eurocluster.deliveries import RegisterStore
from eurocluster.settings import Settings
from eurocluster.submitting import CannotSubmit, submit
from eurocluster.uploads import Uploads

COLUMNS = ("training_id", "title", "objective", "audience", "start_date", "end_date",
           "lead_partner", "status")  # fmt: skip


def trainings(*numbers: int, title: str = "Training") -> list[dict[str, str]]:
    return [
        {
            "training_id": f"T{n:02}", "title": f"{title} {n}", "objective": "4a",
            "audience": "cluster_managers", "start_date": "2023-03-14", "end_date": "2023-03-15",
            "lead_partner": "p1", "status": "delivered",
        }
        for n in numbers
    ]  # fmt: skip


class Consortium:
    """One partner with a register of trainings, its nights and what is sent by hand."""

    def __init__(self, settings: Settings, home: Path, folder: Path, write_rows) -> None:
        self.settings, self._drive, self._folder = settings, home / "drives" / "p1", folder
        self._write = write_rows

    def source(self, rows: list[dict[str, str]]) -> None:
        self._write(self._drive / "trainings.csv", rows)

    def night(self, **choice) -> dict:
        scope = nightly.plan(self.settings, **choice)
        return nightly.ingest(self.settings, scope, "p1", lambda _: None, "night")

    def send(self, rows: list[dict[str, str]], name: str = "by_mail.csv", by: str = "Testa"):
        path = self._folder / "sent" / "file.csv"
        self._write(path, rows)
        (outcome,) = submit(self.settings, "p1", ("trainings",), path, name, by, lambda _: None)
        return outcome

    @property
    def store(self) -> RegisterStore:
        return RegisterStore(self.settings.store("test"))

    def in_force(self) -> tuple[tuple[str, ...], int]:
        record = self.store.in_force("p1", "trainings")
        assert record is not None
        return record.file_names, record.rows_read


@pytest.fixture
def consortium(make_consortium, settings_for: Callable, tmp_path: Path, write_rows) -> Consortium:
    home = make_consortium({"p1": {"trainings": trainings(*range(1, 11))}})
    made = Consortium(settings_for(home), home, tmp_path, write_rows)
    made.night()
    return made


def test_it_is_in_force_at_once_and_stays_over_the_next_nights(consortium: Consortium) -> None:
    assert consortium.send(trainings(*range(1, 12))).outcome == "delivered"
    assert consortium.in_force() == (("by_mail.csv",), 11)
    for choice in ({}, {}, {"force": True}):
        consortium.night(**choice)
        assert consortium.in_force() == (("by_mail.csv",), 11)


def test_the_source_takes_over_as_soon_as_it_shows_another_file(consortium: Consortium) -> None:
    consortium.send(trainings(*range(1, 12)))
    consortium.night()
    consortium.source(trainings(*range(1, 13)))
    consortium.night()
    assert consortium.in_force() == (("trainings.csv",), 12)
    # What it showed when the upload came, shown again, is the source's all the same.
    consortium.source(trainings(*range(1, 11)))
    consortium.night()
    assert consortium.in_force() == (("trainings.csv",), 10)
    names = [record.file_names[0] for record in consortium.store.history("p1", "trainings")]
    assert names == ["trainings.csv", "by_mail.csv", "trainings.csv", "trainings.csv"]


def test_the_same_file_again_delivers_nothing_new(consortium: Consortium) -> None:
    consortium.send(trainings(*range(1, 12)))
    assert consortium.send(trainings(*range(1, 12))).outcome == "unchanged"
    assert len(consortium.store.history("p1", "trainings")) == 2
    assert len(Uploads(consortium.settings.uploads("test"), "p1").all()) == 1


def test_a_second_upload_takes_the_place_of_the_first(consortium: Consortium) -> None:
    consortium.send(trainings(*range(1, 12)))
    consortium.send(trainings(*range(1, 13)), "second.csv")
    consortium.night()
    assert consortium.in_force() == (("second.csv",), 12)
    consortium.source(trainings(1, *range(3, 12)))
    consortium.night()
    assert consortium.in_force() == (("trainings.csv",), 10)


def test_one_that_would_empty_the_register_is_held_back(consortium: Consortium) -> None:
    assert consortium.send(trainings(1)).outcome == "held"
    assert consortium.in_force() == (("trainings.csv",), 10)
    consortium.night()
    assert consortium.in_force() == (("trainings.csv",), 10)


def test_a_source_that_is_gone_ends_no_upload(consortium: Consortium) -> None:
    consortium.send(trainings(*range(1, 12)))
    (consortium._drive / "trainings.csv").unlink()
    consortium.night()
    assert consortium.in_force() == (("by_mail.csv",), 11)


def test_killed_after_it_was_written_down_the_next_night_delivers_it(
    consortium: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("eurocluster.ingesting.PartnerNight.ingest", killed)
    with pytest.raises(KeyboardInterrupt):
        consortium.send(trainings(*range(1, 12)))
    monkeypatch.undo()
    consortium.night()
    assert consortium.in_force() == (("by_mail.csv",), 11)


def test_who_sent_it_stands_in_the_ledger_and_in_the_attempt(consortium: Consortium) -> None:
    consortium.send(trainings(*range(1, 12)), by="Testa Koordynacja")
    (upload,) = Uploads(consortium.settings.uploads("test"), "p1").all()
    assert (upload.by, upload.name, upload.register) == (
        "Testa Koordynacja", "by_mail.csv", "trainings",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\Users\\x\\rows.csv", "a\nb.csv", ""])
def test_a_name_is_a_label_and_never_a_path(consortium: Consortium, name: str) -> None:
    consortium.send(trainings(*range(1, 12)), name)
    ((shown,), _) = consortium.in_force()
    assert shown in {"passwd", "rows.csv", "a b.csv", "upload"}


def test_nobody_submits_without_a_name(consortium: Consortium) -> None:
    with pytest.raises(CannotSubmit, match="Say who"):
        consortium.send(trainings(1), by="  ")
