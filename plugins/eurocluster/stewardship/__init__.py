"""The steward's desk: questions that registers leave open, and the decisions that settle them.

Belongs here: the register of decisions (decisions), who may decide what and what a decision is
about (desk), the questions of the published warehouse (questions), names that are nearly the same
(likeness).
Does not belong here: what a decision does to a figure (dbt_project), the command line.
"""
