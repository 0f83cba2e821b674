# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Errors of the operating system in a user's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..files import UnsafeError
from .model import CommitError


@contextmanager
def os_errors_as(action: str, state: str) -> Iterator[None]:
    """Raise what the operating system refuses as :class:`CommitError`: that the ``action`` failed, and the ``state`` then."""
    try:
        yield
    except UnsafeError as error:
        raise CommitError(f"{error}; {state}") from error
    except OSError as error:
        raise CommitError(f"cannot {action} {error.filename or ''}: {error.strerror}; {state}") from error
