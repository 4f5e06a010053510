"""From a partner's cells to the register's columns, vocabulary and types.

Belongs here: headers, words, dates, numbers, countries, identifiers, names, persons, and the
assembly of a sheet into register rows (tables).
Does not belong here: opening files (reading/), judging typed rows (judging).
"""
