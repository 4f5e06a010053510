"""Who may do what, route by route, with both of Airflow's log-ins."""

import httpx
import jwt
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route as AnyRoute

from eurocluster.portal.access import Right, RightCheck
from eurocluster.portal.app import build_portal
from eurocluster.settings import Settings
from tests.portal.routes import ROUTES, Route

MAY = {
    "simple": {
        "viewer": {Right.READ},
        # Airflow's simple log-in knows no rights of single DAGs.
        "steward": {Right.READ, Right.ACT, Right.CLOSE},
        "coordinator": set(Right),
    },
    "fab": {
        "viewer": {Right.READ},
        "steward": {Right.READ, Right.ACT},
        "coordinator": set(Right),
    },
}


def checks(route: APIRoute) -> set[Right]:
    return {
        check.call.right
        for check in route.dependant.dependencies
        if isinstance(check.call, RightCheck)
    }


def test_every_route_is_in_the_table_with_the_right_that_it_checks(tmp_path) -> None:
    portal = build_portal(Settings(home=tmp_path, data=tmp_path, secret=b"-"))
    known = {(route.name, route.method): route for route in ROUTES}
    found = {}
    for route in portal.routes:
        assert isinstance(route, APIRoute), f"{route} is open to everybody"
        for method in route.methods:
            found[route.name, method] = route
    assert found.keys() == known.keys()
    order = list(Right)
    for key, route in found.items():
        strongest = max(checks(route), key=order.index)
        assert strongest is known[key].right, key


def test_the_application_has_no_route_of_its_maker(tmp_path) -> None:
    portal = build_portal(Settings(home=tmp_path, data=tmp_path, secret=b"-"))
    plain = [route for route in portal.routes if type(route) is AnyRoute]
    assert plain == []
    assert (portal.docs_url, portal.redoc_url, portal.openapi_url) == (None, None, None)


def ask(server, route: Route, **headers: str) -> httpx.Response:
    # An empty form is a form all the same; whoever may send it is told what is missing in it.
    return httpx.request(
        route.method, f"{server.address}/eurocluster{route.address}", headers=headers,
        content=b"" if route.method == "POST" else None, timeout=60,
    )  # fmt: skip


@pytest.mark.slow
class TestWithALogIn:
    def test_nobody_gets_in_without_signing_in(self, server) -> None:
        for route in ROUTES:
            assert ask(server, route).status_code == 401, route
            sent = ask(server, route, Accept="text/html")
            if route.method == "GET":
                assert sent.status_code == 302, route
                assert sent.headers["location"].startswith("/auth/login?next=/eurocluster"), route
            else:
                assert sent.status_code == 401, route

    def test_a_token_that_airflow_has_not_made_opens_nothing(self, server) -> None:
        foreign = jwt.encode({"sub": "coordinator", "role": "admin"}, "x" * 64, "HS512")
        for route in ROUTES:
            answer = ask(server, route, Authorization=f"Bearer {foreign}")
            assert answer.status_code == 403, route

    @pytest.mark.parametrize("name", ["viewer", "steward", "coordinator"])
    def test_each_role_may_what_it_may(self, server, name: str) -> None:
        token = server.token(name)
        for route in ROUTES:
            answer = ask(server, route, Authorization=f"Bearer {token}")
            if route.right in MAY[server.kind][name]:
                assert answer.status_code not in (401, 302, 500), (route, answer.text)
                # What Airflow itself refuses says so in its own words.
                assert "This needs the right" not in answer.text, route
            else:
                assert answer.status_code == 403, route
                assert "right to run the DAG" in answer.text, route

    def test_a_form_of_another_site_is_refused_to_whoever_is_signed_in(self, server) -> None:
        cookie = f"_token={server.token('coordinator')}"
        for route in (route for route in ROUTES if route.method == "POST"):
            for sent in (
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
                {"Origin": "https://elsewhere.example"},
                {},
            ):
                answer = ask(server, route, Cookie=cookie, **sent)
                assert answer.status_code == 403, (route, sent)
                assert "another site" in answer.text, (route, sent)
            own = ask(server, route, Cookie=cookie, **{"Sec-Fetch-Site": "same-origin"})
            assert own.status_code not in (401, 403), route
