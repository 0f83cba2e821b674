# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.observe.renewal_log import read_log

RENEWED = """2026-11-25 03:00:01,123:DEBUG:certbot._internal.main:certbot version: 4.0.0
2026-11-25 03:00:05,456:DEBUG:certbot._internal.display.obj:Notifying user: Congratulations, all renewals succeeded:
2026-11-25 03:00:05,457:DEBUG:certbot._internal.renewal:no renewal failures
"""
NOT_DUE = """2026-11-25 00:00:02,001:INFO:certbot._internal.renewal:Certificate not yet due for renewal
2026-11-25 00:00:02,100:DEBUG:certbot._internal.renewal:no renewal failures
"""
FAILED = """2026-11-25 00:00:02,001:DEBUG:certbot._internal.main:certbot version: 4.0.0
2026-11-25 00:00:09,100:ERROR:certbot._internal.renewal:Failed to renew certificate app.nostromo.cl with error: Timeout
2026-11-25 00:00:09,101:DEBUG:certbot._internal.renewal:Traceback was:
Traceback (most recent call last):
2026-11-25 00:00:09,102:ERROR:certbot._internal.renewal:All renewals failed. The following certificates could not be renewed:
2026-11-25 00:00:09,103:ERROR:certbot._internal.log:1 renew failure(s), 0 parse failure(s)
"""
ISSUED = (
    "2026-11-25 03:35:13,086:DEBUG:certbot._internal.display.obj:Notifying user: Successfully received certificate.\n"
)
BROKEN = "2026-11-25 03:35:13,086:ERROR:certbot._internal.log:Another instance of Certbot is already running.\n"

#: Two certificates in one run, as certbot 4.0 logs it: one renewed, the other not.
MIXED = """2026-11-25 00:00:02,001:DEBUG:certbot._internal.main:certbot version: 4.0.0
2026-11-25 00:00:09,100:ERROR:certbot._internal.renewal:Failed to renew certificate www.app.nostromo.cl with error: Timeout
2026-11-25 00:00:09,101:DEBUG:certbot._internal.display.obj:Notifying user: The following renewals succeeded:
2026-11-25 00:00:09,101:DEBUG:certbot._internal.display.obj:Notifying user:   /etc/letsencrypt/live/app.nostromo.cl/fullchain.pem (success)
2026-11-25 00:00:09,102:ERROR:certbot._internal.renewal:The following renewals failed:
2026-11-25 00:00:09,102:ERROR:certbot._internal.renewal:  /etc/letsencrypt/live/www.app.nostromo.cl/fullchain.pem (failure)
2026-11-25 00:00:09,103:ERROR:certbot._internal.log:1 renew failure(s), 0 parse failure(s)
"""  # noqa: E501
BEGUN = "2026-11-25 05:00:00,086:DEBUG:certbot._internal.main:certbot version: 4.0.0\n"


@pytest.mark.parametrize(
    ("text", "time", "outcome", "errors"),
    [
        (RENEWED, "2026-11-25 03:00:05", "renewed", []),
        (ISSUED, "2026-11-25 03:35:13", "renewed", []),
        (NOT_DUE, "2026-11-25 00:00:02", "not due", []),
        (
            FAILED,
            "2026-11-25 00:00:09",
            "failed",
            [
                "Failed to renew certificate app.nostromo.cl with error: Timeout",
                "All renewals failed. The following certificates could not be renewed:",
                "1 renew failure(s), 0 parse failure(s)",
            ],
        ),
        (BROKEN, "2026-11-25 03:35:13", "failed", ["Another instance of Certbot is already running."]),
        (FAILED + RENEWED, "2026-11-25 03:00:05", "renewed", []),
        (BROKEN + BEGUN, "2026-11-25 03:35:13", "failed", ["Another instance of Certbot is already running."]),
        (MIXED, "2026-11-25 00:00:09", "renewed", []),
        (MIXED.replace("(success)", "expires on 2027-02-01 (skipped)"), "2026-11-25 00:00:09", "not due", []),
        (
            FAILED + MIXED.replace("www.", "xxx.").replace("app.nostromo.cl/", "other/").replace("xxx.other", "app.nostromo.cl"),
            "2026-11-25 00:00:09",
            "failed",
            [
                "Failed to renew certificate xxx.app.nostromo.cl with error: Timeout",
                "The following renewals failed:",
                "  /etc/letsencrypt/live/app.nostromo.cl/fullchain.pem (failure)",
                "1 renew failure(s), 0 parse failure(s)",
            ],
        ),
        (BEGUN, "", "", []),
        ("", "", "", []),
    ],
)
def test_how_the_last_renewal_ended(text: str, time: str, outcome: str, errors: list[str]) -> None:
    assert read_log(text, "app.nostromo.cl") == {"time": time, "outcome": outcome, "errors": errors}
