"""Workbooks for partners to fill in, made from the contracts and the lexicon.

Whatever a template offers (header, word of a drop-down, name of a sheet) is asked back from
`eurocluster.conforming` before it is offered, so that a filled template is understood.

Belongs here: what a template shows and how it looks.
Does not belong here: reading it back (reading/, conforming/), returned workbooks, translations.
"""
