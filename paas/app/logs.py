"""Structured logs on standard error: one JSON object a line, or readable text on a terminal."""

from __future__ import annotations

import io
import logging
import sys
from typing import TextIO, cast

import structlog


class StandardError(io.TextIOBase):
    """Standard error as it is when something is written, whatever it was when logs were set up.

    Loggers are kept once they are used, and a stream that has been closed meanwhile would fail
    the work that only wanted to say something.
    """

    def write(self, text: str) -> int:
        """Write to the stream that stands for standard error now."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush that stream."""
        sys.stderr.flush()


def configure_logs(level: str) -> None:
    """Set up structlog for the process."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", StandardError())),
        cache_logger_on_first_use=True,
    )
