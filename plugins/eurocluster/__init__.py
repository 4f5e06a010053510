"""Steps of the register pipeline: plain functions first, Airflow's side in ``airflow/``."""
