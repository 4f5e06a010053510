"""Mail: what a coordinator has to look at, what a steward has to mend, what is due.

Belongs here: which messages there are, what they say, what was sent.
Does not belong here: a mail server (airflow/notices), pages (portal).
"""
