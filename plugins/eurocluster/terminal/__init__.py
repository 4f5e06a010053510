"""What the command line shows: tables for people, JSON and CSV for machines.

Belongs here: how values look on a terminal or in a pipe.
Does not belong here: finding the values (scoreboard, explaining, published), commands (cli).
"""
