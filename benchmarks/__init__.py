"""What a night costs, against peers and against the least that the machine can do (`make bench`).

Every figure is CPU seconds (user and system) of a whole child process, so imports count. Peers,
limit and ours run in turn on the same files in the same minutes, and what is read off the tables
are ratios: a figure alone says more about the machine than about the code. Nothing here is
asserted, and no test depends on a time.

Belongs here: material of a given size, peers, measuring, tables.
Does not belong here: correctness (tests/), figures of other machines.
"""
