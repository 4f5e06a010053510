"""One row per pair of organisations whose names are the same or nearly so, and are not joined.

Belongs here: handing the names over. Does not belong here: what is alike (stewardship.likeness).
"""


def model(dbt, session):
    """Return the pairs as a table; ``session`` is dbt's connection, which ``ref`` reads with."""
    from eurocluster.stewardship.likeness import table_of_pairs

    dbt.config(materialized="table")
    organisations = dbt.ref("int_organisations")
    columns = "org_key, country, name_keys, identifiers"
    return table_of_pairs(organisations.project(columns).to_arrow_table())
