"""Airflow's REST API, asked with the visitor's own token: Airflow decides what they may do.

Belongs here: starting runs, following them, answering what a run waits for.
Does not belong here: what a DAG does, who may use a page (access).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx

from eurocluster.portal.access import Visitor

RUNS_SHOWN: Final = 25
DONE: Final = ("success", "failed")


class AirflowRefused(Exception):
    """Airflow does not do what was asked; the message is its own.

    Attributes:
        status: The HTTP status of its answer.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a DAG."""

    dag_id: str
    run_id: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None
    started_by: str | None
    kind: str
    conf: Mapping[str, Any]
    note: str | None

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in DONE

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it goes on."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task of a run; ``label`` tells mapped tasks apart, a partner's code mostly."""

    task_id: str
    label: str
    state: str
    seconds: float | None
    tries: int
    map_index: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What a run waits for a person to answer."""

    task_id: str
    subject: str
    body: str
    options: tuple[str, ...]
    assigned_to: tuple[str, ...]
    chosen: tuple[str, ...]
    answered_by: str | None


class AirflowApi:
    """The API as one visitor uses it."""

    def __init__(self, client: httpx.AsyncClient, who: Visitor) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {who.token}"}

    async def start(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run and return its id.

        Raises:
            AirflowRefused: The visitor may not, or the choices are not what the DAG's form allows.
        """
        answer = await self._ask(
            "POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf)}
        )
        run_id: str = answer["dag_run_id"]
        return run_id

    async def runs(self, dag_id: str) -> list[Run]:
        """Return the newest runs of a DAG, newest first."""
        answer = await self._ask(
            "GET", f"/dags/{dag_id}/dagRuns?limit={RUNS_SHOWN}&order_by=-run_after"
        )
        return [_run(found) for found in answer["dag_runs"]]

    async def run(self, dag_id: str, run_id: str) -> Run:
        """Return one run."""
        return _run(await self._ask("GET", _path(dag_id, run_id)))

    async def tasks(self, dag_id: str, run_id: str) -> list[TaskRun]:
        """Return the tasks of a run, in the order in which they start."""
        answer = await self._ask("GET", f"{_path(dag_id, run_id)}/taskInstances?limit=500")
        order = await self._ask("GET", f"/dags/{dag_id}/tasks")
        places = _places(order["tasks"])
        found = [
            TaskRun(
                task_id=task["task_id"],
                label=task.get("rendered_map_index") or "",
                state=task["state"] or "waiting",
                seconds=task["duration"],
                tries=task["try_number"],
                map_index=task["map_index"],
            )
            for task in answer["task_instances"]
        ]
        return sorted(
            found, key=lambda task: (places.get(task.task_id, 99), task.label, task.map_index)
        )

    async def log(self, dag_id: str, run_id: str, task_id: str, map_index: int, tries: int) -> str:
        """Return what a task has logged, as text."""
        answer = await self._ask(
            "GET",
            f"{_path(dag_id, run_id)}/taskInstances/{quote(task_id, safe='')}/logs/{tries}"
            f"?map_index={map_index}&full_content=true",
        )
        lines = []
        for entry in answer["content"]:
            said = entry if isinstance(entry, str) else entry.get("event", "")
            if not said.startswith("::"):
                lines.append(said)
        return "\n".join(lines)

    async def approval(self, dag_id: str, run_id: str) -> Approval | None:
        """Return what a run asks a person, None when it asks nothing (yet)."""
        answer = await self._ask("GET", f"{_path(dag_id, run_id)}/hitlDetails")
        found = answer["hitl_details"]
        if not found:
            return None
        asked = found[0]
        answered_by = asked.get("responded_by_user") or {}
        return Approval(
            task_id=asked["task_instance"]["task_id"],
            subject=asked["subject"],
            body=asked["body"] or "",
            options=tuple(asked["options"]),
            assigned_to=tuple(user["name"] for user in asked.get("assigned_users") or ()),
            chosen=tuple(asked.get("chosen_options") or ()),
            answered_by=answered_by.get("name"),
        )

    async def answer(self, dag_id: str, run_id: str, task_id: str, option: str) -> None:
        """Answer what a run asks.

        Raises:
            AirflowRefused: The visitor is not one of those who are asked.
        """
        await self._ask(
            "PATCH",
            f"{_path(dag_id, run_id)}/taskInstances/{quote(task_id, safe='')}/-1/hitlDetails",
            {"chosen_options": [option], "params_input": {}},
        )

    async def _ask(self, method: str, path: str, sent: Any = None) -> dict[str, Any]:
        answer = await self._client.request(
            method, f"/api/v2{path}", json=sent, headers=self._headers
        )
        if answer.is_error:
            raise AirflowRefused(answer.status_code, _words(answer))
        said: dict[str, Any] = answer.json()
        return said


def _path(dag_id: str, run_id: str) -> str:
    return f"/dags/{quote(dag_id, safe='')}/dagRuns/{quote(run_id, safe='')}"


def _run(found: Mapping[str, Any]) -> Run:
    return Run(
        dag_id=found["dag_id"],
        run_id=found["dag_run_id"],
        state=found["state"],
        started_at=_moment(found["start_date"]),
        ended_at=_moment(found["end_date"]),
        started_by=found.get("triggering_user_name"),
        kind=found["run_type"],
        conf=found["conf"] or {},
        note=found.get("note"),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _places(tasks: list[Mapping[str, Any]]) -> dict[str, int]:
    """Return task → how many tasks must have ended before it, the longest way counted."""
    after = {task["task_id"]: task["downstream_task_ids"] for task in tasks}
    places = dict.fromkeys(after, 0)
    for _ in after:
        for task, followers in after.items():
            for follower in followers:
                places[follower] = max(places[follower], places[task] + 1)
    return places


def _words(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"Airflow answered with status {answer.status_code}."
    return detail if isinstance(detail, str) else str(detail)
