"""From the bytes of a landed file to typed cells, without an opinion on what they mean.

Belongs here: telling formats apart, refusing what is not a table, decoding, typing cells, the
child process that bounds all of it.
Does not belong here: headers, words and registers (conforming/), rules (judging.py), fetching
(sources/).
"""
