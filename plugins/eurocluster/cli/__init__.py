"""``eurocluster …`` on the command line: one module per kind of question.

Belongs here: nothing but the commands put together.
Does not belong here: a command (the other modules), what it answers with (terminal/).
"""

# In the order in which help lists them.
from eurocluster.cli import (  # noqa: I001
    nights, figures, asides, stewardship, releases, exports, files, dropped, notices,
    personal_data, submitting,
)  # fmt: skip
from eurocluster.cli.answering import app

__all__ = [
    "app",
    "asides",
    "dropped",
    "exports",
    "figures",
    "files",
    "nights",
    "notices",
    "personal_data",
    "releases",
    "stewardship",
    "submitting",
]
