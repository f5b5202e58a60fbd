"""The mailbox's process: `python -m portal.platform.embedded.mailbox_server DIRECTORY PORT`."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.platform.embedded.mailbox import HOST, store_message

LARGEST_MESSAGE = 35 * 1024 * 1024


class _Keeper:
    """Keeps every message and answers for every recipient."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)  # decode_data is off
        store_message(self._directory, envelope.content)
        return "250 Kept in the local mailbox"


async def serve(directory: Path, port: int) -> None:
    """Take mail on `port` of the loopback address until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)

    def connection() -> SMTP:
        return SMTP(
            _Keeper(directory),
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            hostname="localhost",
            loop=loop,
        )

    server = await loop.create_server(connection, HOST, port)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
