"""What a night on a partner that was killed has left, and the next one clears before it begins.

What is cleared is known to nobody: files under unfinished names, rows without the record that makes
them exist. What such a night did not do any more is done by the next one (ingesting).

Belongs here: the state folders of one partner.
Does not belong here: builds and publications (warehouse, publishing), releases, asides, which clear
their own before they write.
"""

import logging
from pathlib import Path

from eurocluster.deliveries import RegisterStore
from eurocluster.feedback.files import UNFINISHED
from eurocluster.settings import Settings

log = logging.getLogger(__name__)


def clear_partner(settings: Settings, consortium_code: str, partner: str) -> None:
    """Clear what a partner's last night has left; nobody else may be working on the partner."""
    cleared = RegisterStore(settings.store(consortium_code)).clear(partner)
    cleared += _clear(settings.landing / "seen" / consortium_code, f".{partner}.json.*")
    cleared += _clear(settings.feedback / partner, f"{UNFINISHED}*")
    if cleared:
        log.warning("%s: cleared %d unfinished files of a night that was killed", partner, cleared)


def _clear(folder: Path, pattern: str) -> int:
    left = list(folder.glob(pattern))
    for path in left:
        path.unlink()
    return len(left)
