# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A service needs two users, and they are two."""

from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.accounts import check_users, missing_users
from ansible_collections.nostromo.networking.plugins.module_utils.pm2.model import ServiceError


def test_which_are_missing() -> None:
    assert missing_users("root", "no-such-user") == ["no-such-user"]
    check_users("root", "nobody")


@pytest.mark.parametrize(
    ("users", "message"),
    [
        (("no-such-user", "root"), "the host has no user no-such-user"),
        (("no-such-user", "nor-such"), "the host has no user no-such-user and no user nor-such"),
        (("nobody", "nobody"), "build_user: nobody runs the service; let another user build it"),
    ],
)
def test_refused(users: tuple[str, str], message: str) -> None:
    with pytest.raises(ServiceError) as error:
        check_users(*users)
    assert str(error.value) == message
