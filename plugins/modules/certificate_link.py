#!/usr/bin/python
# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: certificate_link
short_description: Keep a link to a certificate, or to a placeholder while there is none
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - A server that is to start before its certificate can be had refers to a link. This module points the link to the
    certificate's directory as soon as that holds a certificate and its key, and to a self-signed placeholder
    until then.
  - The placeholder is made once, with the host's C(openssl), and never inside the certificate's directory.
attributes:
  check_mode:
    description: What would be made or linked is reported; nothing is changed.
    support: full
  diff_mode:
    description: Where the link points before and after.
    support: full
options:
  path:
    description: Where the link should be. Missing parents are created as C(root) with mode C(0755).
    type: path
    required: true
  target:
    description: Directory that holds, or will hold, C(fullchain.pem) and C(privkey.pem).
    type: path
    required: true
  placeholder:
    description: Directory for the placeholder, made with mode C(0700) when it is needed.
    type: path
    required: true
  names:
    description: Host names that a new placeholder is made for.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Link the certificate, or a placeholder while there is none
  nostromo.networking.certificate_link:
    path: /etc/nginx/tls/app.nostromo.cl
    target: /etc/letsencrypt/live/app.nostromo.cl
    placeholder: /etc/nginx/tls/placeholder
    names: [app.nostromo.cl, api.nostromo.cl]
"""

RETURN = r"""
target:
  description: Where the link points, or in check mode would point.
  type: str
  returned: always
  sample: /etc/letsencrypt/live/app.nostromo.cl
placeholder:
  description: Whether that is the placeholder.
  type: bool
  returned: always
"""

import os
import tempfile
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.nostromo.networking.plugins.module_utils.files import parent

PLACEHOLDER_DAYS = 3650

ARGUMENTS = {
    "path": {"type": "path", "required": True},
    "target": {"type": "path", "required": True},
    "placeholder": {"type": "path", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
}


def complete(directory: Path) -> bool:
    """Whether a directory holds a certificate and its key."""
    return (directory / "fullchain.pem").is_file() and (directory / "privkey.pem").is_file()


def make_placeholder(module: AnsibleModule, directory: Path, names: list[str]) -> None:
    """Make a self-signed certificate, whole or not at all."""
    with parent(directory, make=True) as (above, name):
        new = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=above.path))
        try:
            command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            command += ["-keyout", str(new / "privkey.pem"), "-out", str(new / "fullchain.pem")]
            command += ["-days", str(PLACEHOLDER_DAYS), "-subj", "/CN=placeholder"]
            command += ["-addext", "subjectAltName=" + ",".join(f"DNS:{one}" for one in names)]
            module.run_command(command, check_rc=True, umask=0o077)
            if directory.is_dir() and not directory.is_symlink():
                above.remove(name)  # half of one: complete() has said no
            above.rename(new.name, name)
        finally:
            above.remove(new.name)


def point(link: Path, target: Path) -> None:
    """Make the link point to the target, atomically."""
    with parent(link, make=True) as (above, name):
        above.symlink(f".{name}.new", str(target))
        above.rename(f".{name}.new", name)


def main() -> None:
    """Run the module."""
    os.umask(0o022)  # sudo may have been told another
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    link, placeholder = Path(module.params["path"]), Path(module.params["placeholder"])
    if os.path.lexists(link) and not link.is_symlink():
        module.fail_json(msg=f"{link} is not a link. Move it away: this module keeps a link to the certificate there.")

    target = Path(module.params["target"])
    wanted = target if complete(target) else placeholder
    found = os.readlink(link) if link.is_symlink() else None
    missing = wanted == placeholder and not complete(placeholder)
    changed = missing or found != str(wanted)
    try:
        if missing and not module.check_mode:
            make_placeholder(module, placeholder, module.params["names"])
        if found != str(wanted) and not module.check_mode:
            point(link, wanted)
    except OSError as error:
        module.fail_json(msg=f"cannot link the certificate at {link}: {error}")

    module.exit_json(
        changed=changed,
        target=str(wanted),
        placeholder=wanted == placeholder,
        diff={
            "before": f"{link} -> {found}\n" if found else "",
            "after": f"{link} -> {wanted}{' (new, self-signed)' if missing else ''}\n",
        },
    )


if __name__ == "__main__":
    main()
