"""What a consortium declares: project.yml and partners/*.yml as frozen values.

Belongs here: the shape of the declarations and clear words when they are wrong.
Does not belong here: fetching files, Airflow, pandas; this is read when DAGs are parsed.
"""
