"""The mails of tonight as they would be sent: to whom, in which language, with which files.

Belongs here: the list and the preview.
Does not belong here: what they say (notices), sending them (the DAG refresh_kpis).
"""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from eurocluster.consortium.declarations import load_consortium
from eurocluster.notices import outbox
from eurocluster.notices.messages import Message
from eurocluster.portal.access import Right, SignedIn, requires
from eurocluster.portal.pages import page
from eurocluster.portal.reading import Read
from eurocluster.settings import Settings

router = APIRouter(dependencies=[requires(Right.READ)])


@router.get("/notices", name="notices")
def notices(request: Request, who: SignedIn, read: Read) -> Response:
    """Show who would get what, and what was sent before."""
    found = outbox.messages(read.settings, even_if_off=True)
    due = outbox.unsent(read.settings, found)
    project = load_consortium(read.settings.home).project
    sent = outbox.sent_ledger(read.settings).lines()
    return page(
        request,
        who,
        "notices.html",
        {
            "section": "notices",
            "publication": read.publication,
            "is_on": project.notices is not None,
            "messages": [(message, message in due) for message in found],
            "sent": sent[-50:][::-1],
        },
    )


@router.get("/notices/{kind}/{about}", name="notice")
def notice(request: Request, who: SignedIn, read: Read, kind: str, about: str) -> Response:
    """Show one mail."""
    message = _message(read.settings, kind, about)
    return page(
        request,
        who,
        "notice.html",
        {"section": "notices", "publication": read.publication, "message": message},
    )


@router.get("/notices/{kind}/{about}/body", name="notice_body")
def notice_body(request: Request, kind: str, about: str) -> Response:
    """Send the mail's own HTML, as mail programs get it."""
    found = _message(request.app.state.settings, kind, about)
    return HTMLResponse(found.page, headers={"Cache-Control": "no-store"})


def _message(settings: Settings, kind: str, about: str) -> Message:
    found = [
        message
        for message in outbox.messages(settings, even_if_off=True)
        if (message.kind, message.about) == (kind, about)
    ]
    if not found:
        raise HTTPException(404, f"There is no {kind} to {about} tonight.")
    return found[0]
