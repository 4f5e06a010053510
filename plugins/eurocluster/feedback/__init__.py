"""The workbook that goes back to the partner: the partner's own file, marked, with a result sheet.

Belongs here: marking cells, cell notes, the result sheet, twins of files that are no workbook.
Does not belong here: judging rows, words of any language but English, when feedback is due.
"""
