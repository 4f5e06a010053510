"""The roles of the consortium in FAB: ``python -m eurocluster.airflow.roles``.

A viewer reads; a steward also starts ``refresh_kpis``, and with it may upload and answer; a
coordinator also starts ``close_period`` and approves it. Run it again after an upgrade: what a
role lacks is added, what an administrator has added stays.

Belongs here: roles and their permissions.
Does not belong here: users (``airflow users create --role Steward …``), what a right opens in the
portal (portal/access).
"""

import sys
from typing import Final

Permission = tuple[str, str]

READING: Final[tuple[Permission, ...]] = (
    *(
        ("can_read", resource)
        for resource in (
            *("Assets", "DAG Code", "DAG Dependencies", "DAG Runs", "DAG Versions", "DAG Warnings"),
            *("DAGs", "HITL Detail", "ImportError", "Jobs", "My Password", "My Profile", "Plugins"),
            *("Pools", "Task Instances", "Task Logs", "Website", "XComs"),
        )
    ),
    ("can_edit", "My Password"),
    ("can_edit", "My Profile"),
    ("menu_access", "Browse"),
    ("menu_access", "DAGs"),
    ("menu_access", "HITL Detail"),
)


def _starting(*dag_ids: str) -> tuple[Permission, ...]:
    return tuple(
        permission
        for dag_id in dag_ids
        for permission in (("can_edit", f"DAG:{dag_id}"), ("can_create", f"DAG Run:{dag_id}"))
    )


STEWARD: Final = (*READING, *_starting("refresh_kpis", "judge_dropped_files"))
ROLES: Final[dict[str, tuple[Permission, ...]]] = {
    "Viewer": READING,
    "Steward": STEWARD,
    "Coordinator": (
        *STEWARD,
        *_starting("close_period", "housekeeping"),
        ("can_edit", "HITL Detail"),
    ),
}


def create_roles() -> dict[str, int]:
    """Create the roles, or add what they lack; return role → permissions that were added."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    added = {}
    with get_application_builder() as builder:
        manager = builder.sm
        for name, permissions in ROLES.items():
            role = manager.find_role(name) or manager.add_role(name)
            held = {(held.action.name, held.resource.name) for held in role.permissions}
            missing = [permission for permission in permissions if permission not in held]
            for action, resource in missing:
                manager.add_permission_to_role(role, manager.create_permission(action, resource))
            added[name] = len(missing)
    return added


def main() -> int:
    """Create the roles in the metadata database of this environment; return 0."""
    for name, count in create_roles().items():
        sys.stdout.write(f"{name}: {count} permissions added\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
