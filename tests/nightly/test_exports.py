"""Exports of the example consortium, of today and of a closed period, opened as people do."""

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pyarrow.parquet
import pypdfium2
import pytest

from eurocluster.exports.dictionary import read_dictionary
from eurocluster.exports.editions import UnknownRelease, open_edition
from eurocluster.exports.hand_over import hand_over
from eurocluster.exports.kpi_table import read_lines
from eurocluster.exports.published_tables import write_warehouse
from eurocluster.settings import ROOT, Settings

pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def settings(example_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The example with RP1 closed."""
    data = tmp_path_factory.mktemp("exports") / "state"
    shutil.copytree(example_night, data, symlinks=True)
    subprocess.run(
        [str(Path(sys.executable).with_name("eurocluster")), "close", "RP1", "--by", "Testa",
         "--yes"],
        env=os.environ | {"EUROCLUSTER_DATA": str(data)}, check=True, capture_output=True,
    )  # fmt: skip
    return Settings(home=ROOT / "examples" / "eurocluster", data=data)


@pytest.fixture(scope="module")
def handed_over(settings: Settings) -> dict[str, bytes]:
    """The files of RP1 by name."""
    folder = hand_over(settings, "RP1")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_closed_period_is_handed_over_as_six_files_that_stay_the_same(
    settings: Settings, handed_over: dict[str, bytes]
) -> None:
    assert list(handed_over) == [
        "example-D-4a-RP1.zip", "example-D-4b-RP1.zip", "example-kpis-RP1-RP1.docx",
        "example-kpis-RP1-RP1.json", "example-kpis-RP1-RP1.pdf", "example-kpis-RP1-RP1.xlsx",
    ]  # fmt: skip
    again = hand_over(settings, "RP1")
    assert {path.name: path.read_bytes() for path in again.iterdir()} == handed_over


@pytest.mark.parametrize(("code", "known"), [("D-4a", "EC-PL-01"), ("D-4b", "SV-01")])
def test_a_deliverable_is_one_zip_whose_pdf_opens_as_a_picture(
    handed_over: dict[str, bytes], code: str, known: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(handed_over[f"example-{code}-RP1.zip"])) as archive:
        names = archive.namelist()
        pdf, rows, evidence = (archive.read(name) for name in names[:3])
    read = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in read)
    assert "closed" in text
    assert "Parameters" in text
    assert known in text
    assert read[0].render(scale=1).to_numpy().std() > 10, "the page is blank"
    read.close()
    listed = list(csv.DictReader(io.StringIO(rows.decode("utf-8-sig"))))
    behind = list(csv.DictReader(io.StringIO(evidence.decode("utf-8-sig"))))
    ids = {part for row in listed for part in next(iter(row.values())).split(", ")}
    assert ids == {row["record_key"].removeprefix("id:").split("|")[0] for row in behind}
    assert all(len(row["file_sha256"]) == 64 and row["cell_range"] for row in behind)


def test_the_kpi_table_says_the_same_in_every_format(
    settings: Settings, handed_over: dict[str, bytes]
) -> None:
    with open_edition(settings, "RP1") as edition:
        lines = read_lines(edition, "RP1")
        statement = dict(edition.statement)
    told = json.loads(handed_over["example-kpis-RP1-RP1.json"])
    assert [(one["kpi"], one["cumulative"]) for one in told["kpis"]] == [
        (line.kpi, line.cumulative) for line in lines
    ]
    assert told["release"] == 1
    book = openpyxl.load_workbook(io.BytesIO(handed_over["example-kpis-RP1-RP1.xlsx"]))
    cells = [
        (row[0], row[4], row[7]) for row in book["KPIs"].iter_rows(min_row=5, values_only=True)
    ]
    assert cells == [(line.kpi, line.target, line.cumulative) for line in lines]
    stated = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert stated["Release"] == statement["Release"]
    document = docx.Document(io.BytesIO(handed_over["example-kpis-RP1-RP1.docx"]))
    (table,) = document.tables
    assert [row.cells[7].text for row in table.rows[1:]] == [
        line.cumulative_shown for line in lines
    ]
    assert document.paragraphs[0].style.name == "Heading 1"
    assert any(statement["Release"] in paragraph.text for paragraph in document.paragraphs)


def test_the_warehouse_as_parquet_has_every_published_table_and_its_digest(
    settings: Settings, tmp_path: Path
) -> None:
    with open_edition(settings) as edition:
        folder = write_warehouse(edition, tmp_path)
        manifest = json.loads((folder / "manifest.json").read_text())
        described = {f"{t.schema}/{t.name}.parquet" for t in read_dictionary().tables}
        tables = {name for name in manifest["files"] if name.endswith(".parquet")}
        assert tables == described
        for name in tables:
            path = folder / name
            kept = manifest["files"][name]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == kept["sha256"]
            schema, table = name.removesuffix(".parquet").split("/")
            there = edition.connection.exec_driver_sql(f'select count(*) from {schema}."{table}"')
            assert pyarrow.parquet.read_metadata(path).num_rows == there.scalar() == kept["rows"]
    assert "Data dictionary" in (folder / "dictionary.html").read_text()


def test_a_period_that_is_open_is_refused_with_those_that_are_closed(settings: Settings) -> None:
    with pytest.raises(UnknownRelease, match=r"RP2 is not closed\. Closed periods: RP1"), \
            open_edition(settings, "RP2"):  # fmt: skip
        pass
