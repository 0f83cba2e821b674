#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: server_certificate
short_description: The key of a server, made on its host, and the certificate for it
version_added: 0.4.0
author: Nostromo (@nostromo)
description:
  - Says which certificate is in C(server.crt) of a directory, and which key in C(server.key). Makes a key where there is none,
    and a request for a certificate; puts a certificate that was signed elsewhere in place. The key never leaves the host.
  - Used by M(nostromo.networking.postgresql_certificate), which signs on the controller.
  - A key counts only if it is root's and nobody but root and the server's group can read it.
attributes:
  check_mode:
    description: Nothing is made.
    support: full
  diff_mode:
    description: It says what there is, and shows no difference.
    support: none
options:
  directory:
    description: Where key and certificate are, root's and readable for the group.
    type: path
    required: true
  group:
    description: The server's group.
    type: str
    required: true
  request:
    description: Make a key where there is none, and a request with it.
    type: bool
    default: false
  certificate:
    description: A certificate for the key of the last request, in PEM, that is put in place with it.
    type: str
    default: ''
"""

EXAMPLES = r"""
- name: Say what the server has
  nostromo.networking.server_certificate:
    directory: /etc/nostromo/postgresql
    group: postgres
"""

RETURN = r"""
certificate:
  description: The certificate in PEM; empty for none.
  type: str
  returned: always
public_key:
  description: What belongs to the key, in PEM; empty for none.
  type: str
  returned: always
request:
  description: The request in PEM.
  type: str
  returned: when there was asked for one
"""

import grp
import os
import stat
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.files import Directory, directory, parent

KEY = "server.key"
CERTIFICATE = "server.crt"
#: A key for which there is no certificate yet: the server would not start with it beside the certificate of another.
NEW_KEY = "server.key.new"
_NEW_CERTIFICATE = "server.crt.new"
_KEY_MODE = 0o640
_CERTIFICATE_MODE = 0o644
_DIRECTORY_MODE = 0o750
_MOST_BYTES = 64 * 1024

ARGUMENTS = {
    "directory": {"type": "path", "required": True},
    "group": {"type": "str", "required": True},
    "request": {"type": "bool", "default": False},
    "certificate": {"type": "str", "default": ""},
}


class CertificateError(Exception):
    """It cannot be made or put in place; the text is for the user."""


class Server:
    """The directory of a server's key and certificate."""

    def __init__(self, module: AnsibleModule, group: int) -> None:
        self._module = module
        self._path = Path(module.params["directory"])
        self._owner = (os.geteuid(), group)

    def look(self) -> dict[str, str]:
        """What there is."""
        try:
            with directory(self._path) as place:
                return {"certificate": self._certificate(place), "public_key": self._public(place, KEY)}
        except FileNotFoundError:
            return {"certificate": "", "public_key": ""}

    def request(self) -> str:
        """A request with the key, which is made if there is none."""
        with parent(self._path, make=True) as (above, name):
            if above.lstat(name) is None:
                above.mkdir(name, _DIRECTORY_MODE, self._owner)
        with directory(self._path) as place:
            place.unlink(NEW_KEY)
            used = KEY
            if not self._public(place, KEY):
                used = NEW_KEY
                made = self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
                place.write(NEW_KEY, made.encode(), _KEY_MODE, self._owner)
        return self._openssl("req", "-new", "-key", str(self._path / used), "-subj", "/CN=server")

    def put(self, certificate: str) -> None:
        """Put a certificate in place, and the key for which it was asked."""
        with directory(self._path) as place:
            new = place.lstat(NEW_KEY) is not None
            of_key = self._public(place, NEW_KEY if new else KEY)
            if not of_key or self._openssl("x509", "-noout", "-pubkey", data=certificate) != of_key:
                raise CertificateError("the certificate is not one for its key: run it again")
            place.write(_NEW_CERTIFICATE, certificate.encode(), _CERTIFICATE_MODE, self._owner)
            if new:
                place.rename(NEW_KEY, KEY)
            place.rename(_NEW_CERTIFICATE, CERTIFICATE)
            place.sync()

    def _certificate(self, place: Directory) -> str:
        info = place.lstat(CERTIFICATE)
        if info is None or not stat.S_ISREG(info.st_mode):
            return ""
        return place.read(CERTIFICATE, _MOST_BYTES).decode("ascii", "replace")

    def _public(self, place: Directory, name: str) -> str:
        """What belongs to a key; nothing where that is none, or others may have read it."""
        info = place.lstat(name)
        if info is None or not stat.S_ISREG(info.st_mode) or (info.st_uid, info.st_gid) != self._owner:
            return ""
        if stat.S_IMODE(info.st_mode) & ~_KEY_MODE:
            return ""
        status, printed, _said = self._module.run_command(["openssl", "pkey", "-in", str(self._path / name), "-pubout"])
        return "" if status else printed

    def _openssl(self, *words: str, data: str | None = None) -> str:
        status, printed, said = self._module.run_command(["openssl", *words], data=data)
        if status:
            raise CertificateError(f"openssl {words[0]}: {said.strip() or f'exit status {status}'}")
        return printed


def perform(module: AnsibleModule) -> dict[str, str | bool]:
    """What is asked for; the module's result."""
    params = module.params
    try:
        server = Server(module, grp.getgrnam(params["group"]).gr_gid)
    except KeyError:
        if module.check_mode:  # its package makes the group
            return {"changed": False, "certificate": "", "public_key": ""}
        raise CertificateError(f"the host has no group {params['group']}") from None
    if module.check_mode:
        return {"changed": False, **server.look()}
    if params["certificate"]:
        server.put(params["certificate"])
    asked = {"request": server.request()} if params["request"] else {}
    return {"changed": bool(asked or params["certificate"]), **server.look(), **asked}


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    try:
        result = perform(module)
    except (CertificateError, OSError) as error:
        module.fail_json(msg=f"{module.params['directory']}: {error}")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
