#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: certbot_certificate
short_description: Keep a certificate by certbot, and prove that it is the one served
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Compares the wanted names and settings with certbot's lineage on disk. Only when they differ, the challenge is tried
    over every name's public path, and certbot asked to issue the certificate over HTTP-01 (webroot). With O(credentials) the
    names are proven by records at Cloudflare instead (DNS-01), for which nothing has to reach the host.
  - Then the certificate that the web server shows for each name is held against the one on disk. If it is another, the
    deploy hook is run once more; if that does not help, the task fails.
  - Where there is no certificate, what earlier attempts left under its name (in C(live), C(archive) or C(renewal)) is put into
    C(/etc/letsencrypt/left-over) first, and put back if nothing comes of the attempt. With it certbot would have a certificate
    issued, and then fail or keep it as C(NAME-0001). One that it has kept so, and that is what is wanted, is not asked for
    again - it gets the name.
  - Renewal is certbot's own business; it uses the settings given here, which certbot stores. A certificate that renewal
    has forgotten (less than a quarter of its lifetime left) is issued again.
attributes:
  check_mode:
    description: Differences are found and reported; neither the challenge is tried nor certbot run.
    support: full
  diff_mode:
    description: Names and settings of the certificate before and after.
    support: full
options:
  name:
    description: Name of the lineage, and of its directory under C(/etc/letsencrypt/live).
    type: str
    required: true
  names:
    description: Host names that the certificate should hold.
    type: list
    elements: str
    required: true
  served:
    description: Host names that no certificate holds by themselves. Those below a wildcard of O(names) have to show this one.
    type: list
    elements: str
    default: []
  server:
    description: Directory of the ACME server.
    type: str
    required: true
  email:
    description: Where the ACME server may send notices when the account is made. Empty for none.
    type: str
    default: ""
  key_type:
    description: Kind of private key.
    type: str
    choices: [ecdsa, rsa]
    default: ecdsa
  webroot:
    description: Directory that the web server serves at C(/) for challenges.
    type: path
    required: true
  credentials:
    description: File with the token by which certbot proves the names at Cloudflare (DNS-01). Empty to prove them by O(webroot).
    type: str
    default: ""
  api_url:
    description: Where Cloudflare's API is, for O(credentials). Empty for its own.
    type: str
    default: ""
  deploy_hook:
    description: Command that brings a new certificate into use.
    type: str
    default: ""
  ca_bundle:
    description: Certificates (PEM) by which a private ACME server is trusted. Empty for the system's.
    type: str
    default: ""
  address:
    description: Address of this host's web server, for looking at what it serves.
    type: str
    default: localhost
  http_port:
    description: Port of this host's web server without TLS.
    type: int
    required: true
  https_port:
    description: Port of this host's web server with TLS. V(0) when none is to be looked at.
    type: int
    required: true
  only_through:
    description:
      - Networks (CIDR) by which alone requests come in, where the firewall lets in none but the proxies in front. A name that
        leads elsewhere is then told before the ACME server fails at it.
    type: list
    elements: str
    default: []
    version_added: 0.4.0
  required:
    description:
      - Fail when the certificate cannot be had. Otherwise that is a warning, so that a server can be set up before its
        names lead to it.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Keep the certificate
  nostromo.networking.certbot_certificate:
    name: app.nostromo.cl
    names: [app.nostromo.cl, api.nostromo.cl, www.nostromo.cl]
    server: https://acme-v02.api.letsencrypt.org/directory
    email: admin@nostromo.cl
    webroot: /var/www/letsencrypt
    deploy_hook: /usr/local/sbin/deploy-certificate
    http_port: 80
    https_port: 443
"""

RETURN = r"""
directory:
  description: Where the certificate is.
  type: str
  returned: always
  sample: /etc/letsencrypt/live/app.nostromo.cl
issued:
  description: Whether certbot issued the certificate in this run.
  type: bool
  returned: always
reasons:
  description: Why it had, or has, to be issued.
  type: list
  elements: str
  returned: always
  sample: [it lacks www.nostromo.cl]
problems:
  description: Why it could not be had.
  type: list
  elements: str
  returned: always
  sample: ["www.nostromo.cl: has no address in DNS (Name or service not known). Add its record and run again."]
not_after:
  description: When the certificate on disk ends, in seconds since the epoch; 0 when there is none.
  type: int
  returned: always
"""

import os
import shlex
import stat
import time
from ipaddress import ip_network
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.leftovers import ASIDE, Leftovers
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.lineage import (
    Found,
    Wanted,
    command,
    describe,
    found,
    reasons,
    said,
)
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.preflight import preflight
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.served import mismatches
from ansible_collections.nostromo.networking.plugins.module_utils.commit.reason import failed_units, reasons_of
from ansible_collections.nostromo.networking.plugins.module_utils.files import parent
from ansible_collections.nostromo.networking.plugins.module_utils.printable import printable

STATE = Path("/etc/letsencrypt")
PATIENCE_SECONDS = 5.0

ARGUMENTS = {
    "name": {"type": "str", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "served": {"type": "list", "elements": "str", "default": []},
    "server": {"type": "str", "required": True},
    "email": {"type": "str", "default": ""},
    "key_type": {"type": "str", "choices": ["ecdsa", "rsa"], "default": "ecdsa", "no_log": False},
    "webroot": {"type": "path", "required": True},
    "credentials": {"type": "str", "default": "", "no_log": False},
    "api_url": {"type": "str", "default": ""},
    "deploy_hook": {"type": "str", "default": ""},
    "ca_bundle": {"type": "str", "default": ""},
    "address": {"type": "str", "default": "localhost"},
    "http_port": {"type": "int", "required": True},
    "https_port": {"type": "int", "required": True},
    "only_through": {"type": "list", "elements": "str", "default": []},
    "required": {"type": "bool", "default": False},
}


class Certificate:
    """A lineage on this host."""

    def __init__(self, module: AnsibleModule) -> None:
        self._module = module
        self._params = module.params
        self.directory = STATE / "live" / module.params["name"]
        self.leftovers = Leftovers(STATE, module.params["name"])

    def wanted(self) -> Wanted:
        """The lineage as it should be."""
        params = self._params
        return Wanted(
            name=params["name"],
            names=tuple(params["names"]),
            server=params["server"],
            key_type=params["key_type"],
            webroot=params["webroot"],
            deploy_hook=params["deploy_hook"],
            credentials=params["credentials"],
        )

    def found(self, name: str | None = None) -> Found | None:
        """The lineage as it is, or another."""
        name = name or self._params["name"]
        renewal, certificate = STATE / "renewal" / f"{name}.conf", STATE / "live" / name / "cert.pem"
        if not renewal.is_file() or not certificate.is_file():
            return None
        shown = ["-ext", "subjectAltName", "-startdate", "-enddate"]
        words = ["openssl", "x509", "-in", str(certificate), "-noout", *shown]
        status, out, _err = self._module.run_command(words)
        # What certbot cannot read either, as after a full disk, is a left-over.
        return None if status else found(renewal.read_text(encoding="utf-8", errors="replace"), out)

    def issue(self, wanted: Wanted, again: bool) -> list[str]:
        """Have the certificate issued; what stood in the way."""
        params = self._params
        through = [ip_network(one) for one in params["only_through"]]
        findings = (
            []
            if wanted.credentials
            else preflight(wanted.names, wanted.webroot, params["address"], params["http_port"], through)
        )
        if any(finding.certain for finding in findings):
            return [str(finding) for finding in findings]
        given = {"REQUESTS_CA_BUNDLE": params["ca_bundle"], "CF_API_URL": params["api_url"] if wanted.credentials else ""}
        environment = {name: value for name, value in given.items() if value}
        stamp = "" if again or not self.leftovers.parts() else time.strftime("%Y%m%dT%H%M%S")
        if stamp:
            self.leftovers.set_aside(stamp)
        status, out, err = self._module.run_command(command(wanted, params["email"], again), environ_update=environment)
        if status and stamp:
            self.leftovers.put_back(stamp)
        return [] if status == 0 else [str(finding) for finding in findings] + [f"certbot: {said(err + out)}"]

    def issued_before(self, wanted: Wanted) -> str | None:
        """A lineage that certbot numbered, for the name was taken, and that is what is wanted."""
        return next(
            (name for name in self.leftovers.numbered() if not reasons(wanted, self.found(name), time.time())), None
        )

    def adopt(self, numbered: str) -> None:
        """Let it be ours; what had the name before is kept aside."""
        if self.leftovers.parts():
            self.leftovers.set_aside(time.strftime("%Y%m%dT%H%M%S"))
        self.leftovers.adopt(numbered)

    def protect_key(self) -> bool:
        """Take away everybody else's permissions on the private key; whether there were any."""
        key = self.directory / "privkey.pem"
        mode = stat.S_IMODE(os.stat(key).st_mode)
        if mode & 0o077 == 0:
            return False
        if not self._module.check_mode:
            with parent(key.resolve()) as (above, name):  # live/ holds links to what certbot keeps in archive/
                above.own(name, 0o600)
        return True

    def not_served(self) -> list[str]:
        """For which names the web server shows another certificate."""
        if not self._params["https_port"]:
            return []
        chain = (self.directory / "fullchain.pem").read_text(encoding="ascii")
        where = self._params["address"], self._params["https_port"]
        return mismatches(self._shown_for(), chain, *where, patience_seconds=PATIENCE_SECONDS)

    def _shown_for(self) -> list[str]:
        """The names that a client asks for."""
        names = self._params["names"]
        below = [one for one in self._params["served"] if f"*.{one.partition('.')[2]}" in names]
        return [*(name for name in names if not name.startswith("*.")), *below]

    def deploy(self) -> list[str]:
        """Run the deploy hook as certbot would; why it failed, if it did."""
        hook = self._params["deploy_hook"]
        if not hook:
            return []
        variables = {"RENEWED_LINEAGE": str(self.directory), "RENEWED_DOMAINS": " ".join(self._params["names"])}
        began = time.time()
        status, out, err = self._module.run_command(shlex.split(hook), environ_update=variables)
        if status == 0:
            return []
        printed = out + err
        return [
            f"the deploy hook ended with status {status}",
            *(f"  | {printable(line)}" for line in [*printed.splitlines(), *reasons_of(failed_units(printed), began)]),
        ]


def keep(module: AnsibleModule) -> dict:
    """Bring the certificate to what it should be and describe what was done."""
    certificate = Certificate(module)
    wanted, before = certificate.wanted(), certificate.found()
    why = reasons(wanted, before, time.time())
    ready = certificate.issued_before(wanted) if before is None else None
    if ready and not module.check_mode:
        certificate.adopt(ready)
        before, why = certificate.found(), []
    elif ready:
        why = [f"{ready} is it, under another name"]
    elif before is None and certificate.leftovers.parts():
        why.append(f"left-overs of its name go to {STATE / ASIDE}: {', '.join(certificate.leftovers.parts())}")
    result = {
        "changed": bool(why or ready),
        "directory": str(certificate.directory),
        "issued": False,
        "reasons": why,
        "problems": [],
        "not_after": int(before.not_after) if before else 0,
        "diff": {"before": describe(before), "after": describe(wanted if why else before)},
    }
    if why and not module.check_mode:
        problems = certificate.issue(wanted, again=before is not None)
        after = certificate.found()
        result.update(
            changed=not problems,
            issued=not problems,
            problems=problems,
            not_after=int(after.not_after) if after else 0,
            diff={"before": describe(before), "after": describe(after)},
        )
        if problems:
            kept = "the one on disk" if before else "the placeholder"
            text = f"The certificate {wanted.name} could not be issued ({'; '.join(why)}): " + "\n".join(problems)
            if module.params["required"]:
                module.fail_json(msg=text, **result)
            module.warn(f"{text}\nUntil this is mended and the play run again, {kept} stays in use.")
        elif why_still := reasons(wanted, after, time.time()):
            module.fail_json(msg=f"certbot has issued {wanted.name}, but on disk {'; '.join(why_still)}", **result)
    for surplus in certificate.leftovers.numbered():
        module.warn(
            f"certbot renews {surplus} as well, which it has named so because {wanted.name} was taken. If nothing uses it: "
            f"certbot delete --cert-name {surplus}"
        )
    if all((certificate.directory / name).is_file() for name in ("fullchain.pem", "privkey.pem")):
        result["changed"] |= certificate.protect_key()
        prove_served(module, certificate, result)
    return result


def prove_served(module: AnsibleModule, certificate: Certificate, result: dict) -> None:
    """Make sure that the web server shows the certificate on disk, by another run of the deploy hook if need be."""
    wrong = certificate.not_served()
    if not wrong:
        return
    result["changed"] = True
    if module.check_mode:
        module.warn("The certificate served is not the one on disk: " + "; ".join(wrong))
        return
    failed = certificate.deploy()
    wrong = certificate.not_served()
    if wrong:
        text = "The certificate served is not the one on disk: " + "; ".join(wrong)
        module.fail_json(msg="\n".join([text, *failed]), **result)


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        module.exit_json(**keep(module))
    except (OSError, ValueError) as error:
        module.fail_json(msg=f"cannot keep the certificate {module.params['name']}: {error}")


if __name__ == "__main__":
    main()
