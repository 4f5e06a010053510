"""What Airflow loads of this project besides its DAGs: the portal, and its entry in the menu.

Every Airflow process reads this file, so nothing is imported before the api-server asks for it.
"""

from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin


class EuroclusterPlugin(AirflowPlugin):
    """The coordinator's portal inside Airflow's page, behind its log-in."""

    name = "eurocluster"
    external_views = [
        {
            "name": "KPIs",
            "href": "eurocluster/",
            "destination": "nav",
            "url_route": "kpis",
        },
        {
            "name": "Progress",
            "href": "eurocluster/runs/{DAG_ID}/{RUN_ID}",
            "destination": "dag_run",
            "url_route": "progress",
        },
    ]

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """The portal, built when the api-server mounts it."""
        from eurocluster.airflow.portal_doors import open_portal

        return [{"app": open_portal(), "url_prefix": "/eurocluster", "name": "Eurocluster KPIs"}]
