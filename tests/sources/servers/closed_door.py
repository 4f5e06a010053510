"""A mail server that lets nobody in, and counts how often it is asked.

Belongs here: just enough of IMAP (RFC 9051) to say no.
Does not belong here: mails; Dovecot has them (mail.py).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Door:
    """The server; `asked` passwords were wrong."""

    def __init__(self, listener: socket.socket) -> None:
        self.port = listener.getsockname()[1]
        self.asked = 0
        self._listener = listener

    def serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            with caller, caller.makefile("rwb") as talk:
                talk.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
                talk.flush()
                for line in talk:
                    tag, _, rest = line.partition(b" ")
                    command = rest.split()[0].upper()
                    if command in (b"LOGIN", b"AUTHENTICATE"):
                        self.asked += 1
                        talk.write(tag + b" NO [AUTHENTICATIONFAILED] wrong\r\n")
                    elif command == b"CAPABILITY":
                        talk.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
                    else:
                        talk.write(b"* BYE\r\n" + tag + b" OK done\r\n")
                    talk.flush()


@contextmanager
def closed_door() -> Iterator[Door]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        door = Door(listener)
        threading.Thread(target=door.serve, daemon=True).start()
        yield door
