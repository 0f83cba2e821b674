# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the document says of the zone at Cloudflare, as Ansible's variables have it."""

from __future__ import annotations

from dataclasses import dataclass

from ansible.errors import AnsibleActionFail

from ..module_utils.cloudflare.check import check_cloudflare, complete
from ..module_utils.cloudflare.plan import Wanted
from ..module_utils.cloudflare.wanted import mark_of, wanted_records, wanted_settings
from ..module_utils.document.cloudflare import Cloudflare
from ..module_utils.document.dns import Dns
from ..module_utils.document.variables import Document
from ..module_utils.faults import Faults
from ..module_utils.matrix.names import check_dns
from .environment import Environment
from .given import Given

_VARIABLES = (
    "network_domain", "network_dns", "network_cloudflare", "network_cloudflare_addresses", "network_environment",
    "network_proof_ca_file",
)  # fmt: skip


@dataclass(frozen=True)
class ZoneData:
    """A zone by the data of an environment."""

    domain: str
    dns: Dns
    cloudflare: Cloudflare
    mark: str
    authorities: str
    doubts: tuple[str, ...]

    @property
    def wanted(self) -> Wanted:
        """What it shall be."""
        return Wanted(
            records=wanted_records(self.dns, self.domain, self.mark),
            settings=wanted_settings(self.dns),
            mark=self.mark,
            take_over=complete(self.cloudflare.take_over, self.domain),
            confirmed=self.cloudflare.confirm_deletions,
        )


def zone_data(environment: Environment) -> ZoneData:
    """:raises AnsibleActionFail: with all that is wrong with the data, each with where it stands."""
    given, faults = Given(), Faults()
    variables = {
        name: given.read(name, environment.variables[name], environment.template)
        for name in _VARIABLES
        if name in environment.variables
    }
    faults.extend(given.faults)
    document = Document.read_variables(variables, faults)
    if document.dns is not None:
        check_dns(document.dns, document.domain, (), faults)
    check_cloudflare(document, faults)
    cloudflare = document.cloudflare
    if not faults.errors and (cloudflare is None or not cloudflare.token):
        faults.error(
            "network_cloudflare.token",
            None,
            "is empty",
            "put a token into the vault as vault_cloudflare_token (README)",
        )
    faults.locate(given.origin)
    if faults.errors or cloudflare is None or document.dns is None:
        raise AnsibleActionFail(f"The data for Cloudflare have {faults.summary()}")
    return ZoneData(
        document.domain,
        document.dns,
        cloudflare,
        mark_of(document.environment),
        document.proof_ca_file,
        tuple(map(str, faults.warnings)),
    )
