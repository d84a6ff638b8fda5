"""The server: uvicorn, told to end the streams before it waits for requests to finish."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FrameType

import uvicorn

from paas.http import Streams

NOT_STARTED = 3
GRACE_SECONDS = 10
"""How long requests may take to finish once the server has been told to stop."""


class Server(uvicorn.Server):
    """A server whose streams end as soon as a signal tells it to stop."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self._streams.stop()
        super().handle_exit(sig, frame)


def serve_until_stopped(config: uvicorn.Config, streams: Streams) -> None:
    """Serve until a signal comes; ends the process if the server cannot even start."""
    server = Server(config, streams)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)
