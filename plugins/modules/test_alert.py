#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: test_alert
short_description: Send a test alert, and see whether everybody takes it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Posts an alert C(TestAlert) to Alertmanager, which ends by itself after a minute, and waits until those who are alerted have
    taken or refused it; Alertmanager counts that. It takes some 11 s, and up to 90 s within a minute of another test.
  - Fails if not everybody took it. With check mode it is skipped.
options:
  url:
    description: Alertmanager's address, without a path.
    type: str
    required: true
  asker:
    description: The user whom the firewall lets ask it.
    type: str
    required: true
  wanted:
    description: How many messages it takes, by the way that they go, C(email) or C(webhook).
    type: dict
    required: true
attributes:
  check_mode:
    description: Can run in check mode, and then sends nothing.
    support: none
"""

EXAMPLES = r"""
- name: Send a test alert
  nostromo.networking.test_alert:
    url: http://127.0.0.1:9093
    asker: prometheus
    wanted: {email: 1, webhook: 2}
"""

RETURN = r"""
deliveries:
  description: How many messages were C(wanted) and C(taken), and how many attempts C(failed), by the way that they went.
  type: dict
  returned: when Alertmanager answers
  sample: {email: {wanted: 1, taken: 1, failed: 0}}
text:
  description: The same for people.
  type: str
  returned: when Alertmanager answers
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.daemons import as_user
from ansible_collections.nostromo.networking.plugins.module_utils.monitoring.delivery import deliver
from ansible_collections.nostromo.networking.plugins.module_utils.observe.logs import journal, without_addresses
from ansible_collections.nostromo.networking.plugins.module_utils.observe.run import run

_UNIT = "prometheus-alertmanager.service"


def main() -> None:
    """Send it, and wait."""
    module = AnsibleModule(
        {
            "url": {"type": "str", "required": True},
            "asker": {"type": "str", "required": True},
            "wanted": {"type": "dict", "required": True},
        }
    )
    url, wanted = module.params["url"], {way: int(number) for way, number in module.params["wanted"].items()}
    if not wanted:
        module.fail_json(
            msg="Nobody is alerted, so nobody can be told of a test: give network_monitoring.receivers, and run site.yml"
        )
    try:
        with as_user(module.params["asker"]):
            found = deliver(url, wanted)
    except OSError as error:
        module.fail_json(msg=f"Alertmanager does not take alerts at {url}: {error}")
    told = "; ".join(f"{way}: {one.taken} of {one.wanted} taken, {one.failed} attempts failed" for way, one in found.items())
    result = {"changed": False, "deliveries": {way: one._asdict() for way, one in found.items()}, "text": told}
    if not all(one.is_complete for one in found.values()):
        lines = [line for line in without_addresses(journal(run, _UNIT)) if "err=" in line]
        why = "\n".join(
            [
                "Not everybody takes alerts (" + told + "); correct network_monitoring.receivers, or lift a silence",
                *lines,
            ]
        )
        module.fail_json(msg=why, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
