"""Airflow connections as the sources know them.

In a task they come from wherever Airflow keeps them; in another process from the environment
(``AIRFLOW_CONN_<ID>``) or the secrets backend that Airflow is configured with.

Belongs here: asking Airflow for a connection.
Does not belong here: what a source needs of it (sources/connections.py).
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eurocluster.sources.connections import Credentials


def connection(conn_id: str) -> "Credentials | None":
    """Return a connection, None when Airflow knows none of this id.

    Raises:
        MissingConnection: The environment has it, written so that Airflow cannot read it.
    """
    # Imported here: it takes seconds, and a consortium with folders only never needs it.
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from eurocluster.sources.connections import Credentials, variable_of
    from eurocluster.sources.protocol import MissingConnection

    try:
        found = Connection.get(conn_id)
    except AirflowNotFoundException:
        variable = variable_of(conn_id)
        if variable in os.environ:  # Airflow passes over what it cannot read, and says nothing
            raise MissingConnection(
                f"connection {conn_id}",
                f"{variable} cannot be read: it has to be JSON, with double quotes around names and"
                " texts and none around the port",
            ) from None
        return None
    return Credentials(
        conn_id=conn_id,
        host=found.host or "",
        port=found.port,
        login=found.login or "",
        password=found.password or "",
        schema=found.schema or "",
        extra=found.extra_dejson,
    )
