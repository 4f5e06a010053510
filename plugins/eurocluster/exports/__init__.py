"""What leaves the pipeline as a file: tables, reports, zips for the agency, the warehouse itself.

Belongs here: formats of files that people and the agency's portal take.
Does not belong here: what figures mean (figures, scoreboard), the command line's JSON (terminal).
"""
