"""The generator of the example consortium: what happened, what partners wrote down, files.

Belongs here: the invented consortium of `examples/eurocluster/` and the way its files are made.
Does not belong here: anything of the product; the product and this package share no code.
"""

import os

# openpyxl writes other bytes where lxml is installed; the committed files are those without.
os.environ["OPENPYXL_LXML"] = "False"
