"""A TCP proxy that breaks connections the way networks and servers do.

It listens on 127.0.0.2 with the very ports of the server on 127.0.0.1, so that protocols that name
ports in their answers (passive FTP) go through it, too.

Belongs here: faults that any protocol meets.
Does not belong here: any one protocol.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

PROXY = "127.0.0.2"
_PIECE_BYTES = 1 << 16

Fault = Literal["pass", "drop", "reset", "hang"]
"""What happens after so many bytes: nothing, an orderly end, a reset, silence with all open."""


@dataclass
class _Behaviour:
    fault: Fault = "pass"
    bytes_left: int = 0
    bytes_per_second: float | None = None
    delay: float = 0.0


class FaultProxy:
    """One port of a server, as seen through a network that can fail. Passes everything at first."""

    def __init__(self, port: int, upstream: str = "127.0.0.1") -> None:
        self.port = port
        self.connections = 0
        self.sent_bytes = 0
        self._upstream = upstream
        self._now = _Behaviour()
        # The loop itself does not keep a connection alive while nothing moves on it.
        self._open: set[tuple[asyncio.Task[None], asyncio.Task[None]]] = set()

    def behave(
        self,
        fault: Fault = "pass",
        *,
        after_bytes: int = 0,
        bytes_per_second: float | None = None,
        delay: float = 0.0,
    ) -> None:
        """Change what happens from now on, also to connections that are open.

        Args:
            fault: What happens once the server has sent `after_bytes` more, of all connections.
            after_bytes: Counted from now.
            bytes_per_second: What comes from the server comes no faster.
            delay: Seconds by which each piece is held up, both ways together: a round trip.
        """
        self._now = _Behaviour(fault, after_bytes, bytes_per_second, delay)

    async def serve(self) -> asyncio.Server:
        """Listen; to be called in the loop that then runs the proxy."""
        return await asyncio.start_server(self._connected, PROXY, self.port)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            server_reader, server_writer = await asyncio.open_connection(self._upstream, self.port)
        except OSError:
            writer.transport.abort()
            return
        up = asyncio.create_task(self._upwards(reader, server_writer))
        down = asyncio.create_task(self._downwards(server_reader, writer))
        self._open.add((up, down))
        try:
            # A client that says no more may still be listening, and the other way round.
            await asyncio.wait({up, down})
        except asyncio.CancelledError:
            # The end of the proxy; asyncio would log a task that ends as cancelled.
            return
        finally:
            self._open.discard((up, down))
            up.cancel()
            down.cancel()
            writer.close()
            server_writer.close()

    async def _upwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_PIECE_BYTES):
                await asyncio.sleep(self._now.delay / 2)
                writer.write(piece)
                await writer.drain()
        _end_writing(writer)

    async def _downwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(_PIECE_BYTES):
                now = self._now
                if now.fault != "pass":
                    now.bytes_left -= len(piece)
                    if now.bytes_left < 0:
                        await self._fail(now, writer)
                        return
                if now.bytes_per_second:
                    await asyncio.sleep(len(piece) / now.bytes_per_second)
                await asyncio.sleep(now.delay / 2)
                self.sent_bytes += len(piece)
                writer.write(piece)
                await writer.drain()
        _end_writing(writer)

    async def _fail(self, now: _Behaviour, writer: asyncio.StreamWriter) -> None:
        match now.fault:
            case "hang":
                while self._now is now and not writer.is_closing():
                    await asyncio.sleep(0.1)
            case "reset":
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort() if now.fault != "drop" else writer.close()


def _end_writing(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()


@contextmanager
def fault_proxies(ports: Sequence[int]) -> Iterator[dict[int, FaultProxy]]:
    """Run a proxy for each port of a server until the block ends."""
    proxies = {port: FaultProxy(port) for port in ports}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fault proxies", daemon=True)
    thread.start()

    async def start() -> list[asyncio.Server]:
        return [await proxy.serve() for proxy in proxies.values()]

    async def stop() -> None:
        for server in servers:
            server.close()
        # A connection that has just come in starts tasks of its own, some turns later.
        quiet_turns = 0
        while quiet_turns < 3:
            running = asyncio.all_tasks() - {asyncio.current_task()}
            for task in running:
                task.cancel()
            await asyncio.gather(*running, asyncio.sleep(0.01), return_exceptions=True)
            quiet_turns = 0 if running else quiet_turns + 1

    servers = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield proxies
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
