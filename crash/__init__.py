"""Nights and closings that are killed at any moment: what a reader sees then, and what comes next.

Belongs here: the consortium of the trials, killing, comparing with runs that nobody killed.
Does not belong here: the pipeline's own code, which knows nothing of this.
"""
