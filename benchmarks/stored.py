"""A register store of a hundred partners, made by SQL as nights would have filled it.

    python -m benchmarks.stored HOME DATA ROWS            (the consortium and its first deliveries)
    python -m benchmarks.stored HOME DATA ROWS correction (one more delivery of one partner)

A hundred thousand organisations, a person per four attendance rows, a training per two hundred;
two employers in five have no number, one row in fifty has a mistake, one in fifty is reported by
another partner than the training. The same arguments give the same rows.

Belongs here: declarations and Parquet files of the benchmark of builds.
Does not belong here: measuring, partners' files (material.py).
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow
import pyarrow.parquet

from benchmarks.declared import CONSORTIUM, PROJECT_MONTHS, PROJECT_START
from eurocluster.deliveries import RegisterStore
from eurocluster.delivery_sets import DELIVERY_SCHEMA, FINDING_SCHEMA
from schemas import REGISTERS
from schemas.store import store_schema

PARTNERS: Final = 100
ORGANISATIONS: Final = 100_000
CORRECTED: Final = "p007"
COUNTRIES: Final = ("PL", "DE", "FR", "ES", "IT", "BE", "NL", "CZ", "AT", "PT")
_EVENTS: Final = 5_000
"""Rows of the registers of exchanges, investments and services, whatever the attendance."""

_SQL_TYPES: Final = {
    pyarrow.string(): "varchar",
    pyarrow.list_(pyarrow.string()): "varchar[]",
    pyarrow.date32(): "date",
    pyarrow.int64(): "bigint",
    pyarrow.bool_(): "boolean",
    pyarrow.decimal128(18, 4): "decimal(18, 4)",
}

_SQL: Final = """
    create table organisation as
    select
        i as number,
        'Invented Works ' || i || ' Ltd' as name,
        'invented works ' || i as name_key,
        $countries[1 + i % 10] as country,
        case when hash(i, 'vat') % 100 < 60
            then 'vat:' || $countries[1 + i % 10] || lpad(i::varchar, 9, '0') end as identifier,
        case when i < 2000 then 'cluster_organisation' when i % 20 = 0 then 'research'
            else 'business' end as org_type
    from range($organisations) as numbers (i);

    create table organisations as
    select
        number % $partners as partner,
        'o' || number as record_id,
        name as legal_name,
        name_key as legal_name_key,
        country,
        identifier[5:] as vat_no,
        org_type,
        case when number % 3 > 0 then 'sme' when number % 7 = 0 then 'not_sme' end as sme_declared,
        case when number % 5 = 0 then 'accounts' else 'self_declaration' end as sme_evidence,
        case when number % 5 = 0 then 10 + number % 300 end as headcount_awu,
        case when number % 5 = 0 then 1000000 * (1 + number % 60) end as turnover_eur
    from organisation;

    create table trainings as
    select
        i % $partners as partner,
        't' || i as training_id,
        'Invented training ' || i as title,
        case i % 3 when 0 then '4a' when 1 then '4b' else 'both' end as objective,
        [case when i % 2 = 0 then 'cluster_managers' else 'sme_workers' end] as audience,
        case when i % 4 = 0 then ['digital_skills'] else [] end as topic_flags,
        $first_day + (i % 1000)::integer as start_date,
        $first_day + (i % 1000)::integer + 9 as end_date,
        40 as planned_hours,
        'p' || lpad((i % $partners)::varchar, 3, '0') as lead_partner,
        case when i % 2 = 0 then ['p' || lpad(((i + 1) % $partners)::varchar, 3, '0')] else [] end
            as co_partners,
        case when i % 50 = 0 then 'cancelled' else 'delivered' end as status
    from range($rows // 200) as numbers (i);

    create table attendance as
    select
        case when i % 50 = 49 then training + 1 else training end % $partners as partner,
        'a' || i as record_id,
        't' || training as training_id,
        $first_day + (training % 1000)::integer + (i % 10)::integer as session_date,
        organisation.name as employer_name,
        organisation.name_key as employer_name_key,
        organisation.country as employer_country,
        case when i % 20 > 0 then organisation.identifier end as employer_id,
        case when org_type = 'cluster_organisation'
            then case when person % 9 = 0 then 'cluster_manager' else 'cluster_staff' end
            when person % 40 = 0 then 'student' else 'worker' end as person_category,
        case when i % 60 = 0 then 'trainer' else 'participant' end as role,
        case when i % 12 = 0 then 'no' else 'yes' end as attended,
        1 + i % 8 as hours,
        case person % 3 when 0 then 'f' when 1 then 'm' end as gender,
        1 as headcount,
        md5('name' || person) || md5('of' || person) as name_key,
        case when person % 5 > 0 then md5('mail' || person) || md5('at' || person) end as email_key,
        case when i % 50 = 7 then ['hours:E06'] else [] end as errors,
        case when i % 30 = 7 then ['employer_id:W01'] else [] end as warnings
    from (
        select
            i,
            i // 200 as training,
            -- Nineteen of twenty come from the region of the partner that trains them.
            case
                when i // 2 % 20 > 0
                    then hash(i // 2, 'p') % ($rows // 4 // $partners) * $partners
                        + i // 200 % $partners
                else hash(i // 2, 'q') % ($rows // 4)
            end as person
        from range($rows) as numbers (i)
        where
            list_contains(
                $delivering,
                case when i % 50 = 49 then i // 200 + 1 else i // 200 end % $partners
            )
    ) as places
    inner join organisation
        on organisation.number = person % $partners + $partners * case
            when person // $partners % 10 = 0 then hash(person, 'c') % (2000 // $partners)
            else 2000 // $partners
                + hash(person, 'e') % (($organisations - 2000) // $partners)
        end
    order by 1, i;

    create table exchanges as
    select
        i % $partners as partner,
        'x' || i as exchange_id,
        visitor.name as vo_name, visitor.name_key as vo_name_key, visitor.country as vo_country,
        visitor.identifier as vo_id, 'sme' as vo_type,
        host.name as ho_name, host.name_key as ho_name_key, host.country as ho_country,
        host.identifier as ho_id, 'cluster_organisation' as ho_type,
        $code as vo_partnership, 'physical' as mode,
        $first_day + (i % 1000)::integer as start_date,
        $first_day + (i % 1000)::integer + 7 as end_date,
        1 as visitors, 'completed' as status,
        case when i % 10 > 0 then $first_day + (i % 1000)::integer + 30 end as validated_date
    from range($events) as numbers (i)
    inner join organisation as visitor on visitor.number = 2000 + i * 17
    inner join organisation as host on host.number = (i * 13 + 1) % 2000;

    create table sme_investments as
    select
        i % $partners as partner,
        'i' || i as investment_id,
        organisation.name as sme, organisation.name_key as sme_key,
        organisation.country as sme_country, organisation.identifier as sme_id,
        $first_day + (i % 1000)::integer as investment_date,
        'training_cost' as kind, 100 * (i % 9) as amount, 'EUR' as currency,
        'follow_up' as project_link
    from range($events) as numbers (i)
    inner join organisation on organisation.number = 2000 + i * 19;

    create table services as
    select
        i % $partners as partner,
        's' || i as service_id, 'Invented service ' || i as title, '4b' as objective,
        'smes' as target_group, 'training' as category, 'offered' as status,
        ['p' || lpad((i % $partners)::varchar, 3, '0'),
            'p' || lpad(((i + 1) % $partners)::varchar, 3, '0')] as providers,
        $first_day as first_offered_date
    from range($partners) as numbers (i);

    create table service_deliveries as
    select
        i % $partners as partner,
        'd' || i as delivery_id, 's' || (i % $partners) as service_id,
        organisation.name as recipient, organisation.name_key as recipient_key,
        organisation.country as recipient_country, organisation.identifier as recipient_id,
        $first_day + (i % 1000)::integer as delivered_on, 'delivered' as status,
        'direct' as directness
    from range($events) as numbers (i)
    inner join organisation on organisation.number = 2000 + i * 11;
"""


def main(home: Path, data: Path, rows: int, *, is_correction: bool) -> None:
    """Write the consortium and the first delivery of every partner, or one correction."""
    if not is_correction:
        _declare(home)
    store = RegisterStore(data / "store" / CONSORTIUM)
    store.prepare()
    if rows == 0:
        return
    with duckdb.connect() as connection:
        given = {
            "countries": COUNTRIES,
            "organisations": ORGANISATIONS,
            "partners": PARTNERS,
            "first_day": PROJECT_START,
            "rows": rows,
            "events": _EVENTS,
            "code": CONSORTIUM,
            "delivering": [0, int(CORRECTED[1:])] if is_correction else list(range(PARTNERS)),
        }
        for statement in _SQL.split(";\n"):
            used = {name: value for name, value in given.items() if f"${name}" in statement}
            connection.execute(statement, used)
        if is_correction:
            _deliver(connection, store, "attendance", CORRECTED, 2)
            return
        for register in REGISTERS:
            if register in _tables(connection):
                for number in range(PARTNERS):
                    _deliver(connection, store, register, _code(number), 1)


def _deliver(
    connection: duckdb.DuckDBPyConnection,
    store: RegisterStore,
    register: str,
    partner: str,
    sequence: int,
) -> None:
    """Write one delivery set; a second one lacks some rows, has new hours in some, and new ones."""
    delivery = f"{register}-{partner}-{sequence}".ljust(32, "0")
    schema = store_schema(REGISTERS[register])
    columns = {row[0] for row in connection.execute(f"describe {register}").fetchall()}
    key = REGISTERS[register].metadata["key"]
    place = {
        "reported_by": f"'{partner}'",
        "delivery_set": f"'{delivery}'",
        "record_key": f"'id:' || {key}",
        "content_hash": f"md5(concat_ws('|', {key}, {sequence}))",
        "file_sha256": f"sha256('{delivery}')",
        "file_name": f"'{register}.xlsx'",
        "sheet": f"'{register}'",
        "row_number": "row_number() over () + 1",
        "cell_columns": "'A:R'",
        "errors": "[]",
        "warnings": "[]",
    }
    corrected = {"hours": "case when hash(record_id) % 100 = 3 then 2 else hours end"}
    said = place | {name: name for name in columns} | (corrected if sequence > 1 else {})
    told = [
        f"cast({said.get(field.name, 'null')} as {_SQL_TYPES[field.type]}) as {field.name}"
        for field in schema
    ]
    where = f"partner = {int(partner[1:])}"
    if sequence > 1:
        where = f"({where} and hash({key}) % 200 <> 7) or (partner = 0 and hash({key}) % 100 = 1)"
    query = f"select {', '.join(told)} from {register} where {where} order by {key}"  # noqa: S608
    rows = connection.execute(query).to_arrow_table().cast(schema)
    folder = f"partner={partner}"
    _write(store.root / "rows" / register / folder / f"{delivery}.parquet", rows)
    _write(
        store.root / "findings" / folder / f"{register}-{delivery}.parquet",
        FINDING_SCHEMA.empty_table(),
    )
    record = {
        "delivery_id": delivery, "reported_by": partner, "register": register,
        "sequence": sequence, "state": "accepted", "reason": None,
        "received_at": datetime(2025, 9, sequence, 2, tzinfo=UTC), "content_hash": delivery,
        "rejudge_on": None, "file_names": [f"{register}.xlsx"], "file_hashes": [delivery],
        "rows_read": len(rows), "rows_refused": 0, "rows_doubtful": 0, "rows_withdrawn": 0,
    }  # fmt: skip
    _write(
        store.root / "deliveries" / folder / f"{register}-{sequence:06d}.parquet",
        pyarrow.Table.from_pylist([record], schema=DELIVERY_SCHEMA),
    )


def _declare(home: Path) -> None:
    """Write project.yml and a partner's YAML for each of the hundred."""
    (home / "partners").mkdir(parents=True, exist_ok=True)
    (home / "project.yml").write_text(
        f"version: 1\ncode: {CONSORTIUM}\nname: Benchmark consortium\nstart: {PROJECT_START}\n"
        f"months: {PROJECT_MONTHS}\nperiods: {{RP1: M1-M18, RP2: M19-M36}}\n"
        "runs_clusterxchange: true\nreporting_date: 2025-09-30\n"
        "targets: [{kpi: 4a.M1, target: 1000, due: M36}]\n",
        encoding="utf-8",
    )
    for number in range(PARTNERS):
        code = _code(number)
        registers = "".join(
            f"  - {{name: {register}, source: {{kind: folder, path: drives/{code},"
            f" files: {{include: ['{register}*.xlsx']}}}},"
            " expected: {every: month, due_day: 5}}\n"
            for register in REGISTERS
        )
        (home / "partners" / f"{code}.yml").write_text(
            f"version: 1\npartner: {code}\nname: Invented cluster {number}\n"
            f"country: {COUNTRIES[number % 10]}\nlanguage: en\ntimezone: Europe/Brussels\n"
            f"steward: registers@{code}.example\nregisters:\n{registers}",
            encoding="utf-8",
        )


def _code(number: int) -> str:
    return f"p{number:03d}"


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("show tables").fetchall()}


def _write(path: Path, table: pyarrow.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, path, compression="zstd")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), is_correction=sys.argv[4:] != [])
