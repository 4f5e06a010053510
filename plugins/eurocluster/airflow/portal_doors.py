"""The portal behind Airflow's log-in: who the visitor is, and what Airflow lets them do.

Only the api-server imports this module. Rights are asked of the auth manager in force for each
request, DAG by DAG, so that its answer is the same as for Airflow's own pages.

Belongs here: from a signed-in user to a visitor of the portal, the way to Airflow's own API.
Does not belong here: what a right opens (portal/access), roles (roles).
"""

import sys
from typing import Final

import httpx
from airflow.api_fastapi.app import cached_app, get_auth_manager
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.configuration import conf
from fastapi import FastAPI, Request

from eurocluster.airflow.connections import connection
from eurocluster.portal import access
from eurocluster.portal.app import build_portal
from eurocluster.settings import load_settings, with_secret

_SECONDS_TO_ANSWER: Final = 60.0


def open_portal() -> FastAPI:
    """Return the portal of this installation, opened by Airflow's auth manager."""
    portal = build_portal(
        with_secret(load_settings()),
        airflow=lambda: httpx.AsyncClient(
            transport=httpx.ASGITransport(cached_airflow()),
            base_url="http://airflow",
            timeout=_SECONDS_TO_ANSWER,
        ),
        lookup=connection,
        airflow_address=conf.get("api", "base_url", fallback="/"),
    )
    portal.dependency_overrides[access.visitor] = visitor_of_airflow
    return portal


def visitor_of_airflow(request: Request, user: GetUserDep) -> access.Visitor:
    """Return the signed-in user with the rights that Airflow grants them."""
    header = request.headers.get("authorization", "")
    token = header.partition(" ")[2] or request.cookies.get(COOKIE_NAME_JWT_TOKEN, "")
    manager = get_auth_manager()
    rights = frozenset(
        right
        for right, (method, dag_id) in access.DAG_OF.items()
        if manager.is_authorized_dag(
            method=method,
            access_entity=None if method == "GET" else DagAccessEntity.RUN,
            details=DagDetails(id=dag_id),
            user=user,
        )
    )
    return access.Visitor(name=user.get_name(), rights=rights, token=token)


def cached_airflow() -> FastAPI:
    """Return the application that this process serves, so that its own API answers us."""
    served = sys.modules.get("airflow.api_fastapi.main")
    return served.app if served is not None else cached_app()
