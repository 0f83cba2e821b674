# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nginx' whole configuration on disk, as nginx itself reads it."""

from __future__ import annotations

from ..nginx.language import Directive, LanguageError, read_dump
from .run import ObservationError, Run, output


def observe(run: Run) -> list[Directive]:
    """The directives in the main context, with what is within and included."""
    try:
        return read_dump(output(run, "nginx", "-T", "-q"))
    except LanguageError as error:
        raise ObservationError(f"the configuration cannot be read: {error}") from None
