"""Airflow's side of the pipeline; besides dags/ nothing else imports Airflow.

Belongs here: tasks, the trigger form, and what starts Airflow on one machine.
Does not belong here: any step of the pipeline; those are plain functions in the package above.
"""
