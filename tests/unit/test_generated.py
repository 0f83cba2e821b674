# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What has to stand as text is what is declared."""

from __future__ import annotations

from ansible_collections.nostromo.networking.tests.generate.declared import drifted


def test_texts_are_current() -> None:
    """Write them again with: script/generate"""
    assert list(drifted()) == []
