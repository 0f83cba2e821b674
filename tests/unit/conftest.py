# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make the checkout importable as the collection `nostromo.networking` (`script/setup` links it into `.ansible`)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

COLLECTIONS = Path(__file__).resolve().parents[2] / ".ansible" / "collections"


def _install_collection() -> None:
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    if importlib.util.find_spec("ansible_collections") is None:  # under ansible-test it is there already
        _AnsibleCollectionFinder(paths=[str(COLLECTIONS)], scan_sys_paths=False)._install()


_install_collection()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of these tests."""
    parser.addoption("--slips", type=int, default=60, help="how many slips of the hand to make in the group vars")
    parser.addoption("--slips-seed", type=int, default=20261127, help="which slips: the same ones for the same number")
    parser.addoption("--write-golden", action="store_true", help="write the files of tests/golden anew")
