"""Makes this folder and the example's generator importable; neither is installed.

Belongs here: the two names. Does not belong here: fixtures of single tests.
"""

import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
FOLDERS = {"nightly": HERE, "examples": HERE.parents[1] / "examples"}

for name, folder in FOLDERS.items():
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules.setdefault(name, package)
