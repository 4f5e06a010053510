"""Waiting for a server that says it is busy, as long as it asks and no longer than is bearable.

Belongs here: how often and how long the same question is asked again.
Does not belong here: other failures, which are final for tonight's attempt.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import tenacity

from eurocluster.sources.protocol import Limits
from eurocluster.sources.web import Answer, Site
from eurocluster.sources.web_errors import Busy

_ATTEMPTS: Final = 5
_LONGEST_WAIT: Final = 60.0
"""Seconds; a server that asks for more is left alone until the whole source is tried again."""


@contextmanager
def ask_patiently(
    site: Site,
    limits: Limits,
    reference: str,
    *,
    check: Callable[[Answer], None] = lambda _: None,
    **how: Any,
) -> Iterator[Answer]:
    """GET as :meth:`Site.ask` does, again while the server is busy; its body is read once only.

    `check` may itself raise for an answer: Busy, when that is what it says in its own words.

    Raises:
        Busy: Five times, for longer than the deadline, or it asks to wait for more than a minute.
        SourceError: Whatever else the site raises, at once.
    """
    with ExitStack() as answering:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_is_worth_waiting),
            wait=_wait,
            stop=tenacity.stop_after_attempt(_ATTEMPTS)
            | tenacity.stop_before_delay(limits.deadline),
            reraise=True,
        )

        def once() -> Answer:
            with ExitStack() as trying:
                answer = trying.enter_context(site.ask("GET", reference, **how))
                check(answer)
                answering.enter_context(trying.pop_all())
            return answer

        yield retrying(once)


def _is_worth_waiting(error: BaseException) -> bool:
    return isinstance(error, Busy) and (error.after is None or error.after <= _LONGEST_WAIT)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Busy) and error.after is not None:
        return error.after
    return 0.5 * 2.0 ** (state.attempt_number - 1)
