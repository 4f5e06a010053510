"""Where partners keep their registers: one module per way of getting at files, one protocol.

Belongs here: listing and opening files, errors that say whether trying again makes sense.
Does not belong here: keeping the bytes (landing.py), reading them (reading/), secrets.
"""

from pathlib import Path

from eurocluster.consortium.partners import FolderSource
from eurocluster.sources.folder import Folder
from eurocluster.sources.protocol import Source


def open_source(declaration: FolderSource, home: Path) -> Source:
    """Open what a register's declaration names; close it after use (`contextlib.closing`).

    A relative path of a folder starts at `home`, the consortium folder.
    """
    return Folder(home / declaration.path, declaration.files, declaration.path)
