"""FAB's auth manager, asking people by their user names.

``project.yml`` names coordinators as they sign in; FAB knows who is asked by the number of a table
row, which nobody can know when a DAG is written.

Belongs here: who may answer what a run asks.
Does not belong here: roles (roles), the simple log-in of one machine (local_stack).
"""

from typing import TYPE_CHECKING

from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

if TYPE_CHECKING:
    from airflow.providers.fab.auth_manager.models import User


class FabByName(FabAuthManager):
    """``AIRFLOW__CORE__AUTH_MANAGER=eurocluster.airflow.fab_by_name.FabByName``."""

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: "User") -> bool:
        """Return whether the user is among those who are asked, by name or by number."""
        return bool({user.get_name(), user.get_id()} & assigned_users)
