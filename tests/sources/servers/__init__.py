"""Servers of partners, the real programs, started on this machine for a test and ended after it.

Belongs here: one module per program: its configuration, its start, its accounts.
Does not belong here: what is asked of the sources (test_contract.py), what a kind can do (kinds/).
"""
