"""The coordinator's pages: a web application that Airflow's api-server carries as a plugin.

Belongs here: pages, forms, downloads, and who may use which.
Does not belong here: what the pages show (scoreboard, explaining, …), who somebody is and what
Airflow grants them (airflow/portal_doors), Airflow itself.
"""
