"""Closing a period under Airflow: who is asked, what happens before and after."""

import pytest


@pytest.fixture(scope="session")
def close_period(dag_bag):
    return dag_bag.dags["close_period"]


def test_it_runs_by_hand_only_and_one_at_a_time(close_period):
    assert close_period.schedule is None
    assert close_period.max_active_runs == 1


def test_nothing_is_frozen_without_the_approval(close_period):
    assert close_period.get_task("approve").upstream_task_ids == {"look"}
    assert close_period.get_task("freeze").upstream_task_ids == {"approve"}
    assert close_period.get_task("freeze").trigger_rule == "all_success"
    assert close_period.get_task("approve").defaults == ["Reject"]


def test_the_form_offers_the_declared_periods(close_period):
    assert close_period.params.get_param("period").schema["enum"] == ["RP1", "RP2"]
