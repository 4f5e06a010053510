"""Files that go wrong on purpose, by the thousand (`make fuzz`).

Real files of every format are mutated and taken through the whole way of a file: the gate, the
reader's child process with its limits, understanding, judging, and for some the returned
workbook. Each has to end in rows or in a finding with words, within the limits, and may bring
nobody down. The same seed makes the same files.

Belongs here: seeds, mutations, one trial, the processes that try, tables of what came of it.
Does not belong here: files with an expected answer (tests/).
"""
