# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: quoted
short_description: A value as it stands in a kind of file
version_added: 0.1.0
author: Nostromo (@nostromo)
description:
  - Writes a value so that it cannot leave its place in a configuration file - in the file's own quotes where it has some.
    What the place cannot hold is refused, and the error says what would be right.
  - Free text for people (C(comment), C(nft_text), C(systemd_text), C(sysusers_text)) is made to fit instead.
positional: kind
options:
  _input:
    description: A text or a number.
    type: raw
    required: true
  kind:
    description:
      - The kind of file, and where it has several the place in it. C(plain) is a word in any file that has no quotes there.
    type: str
    required: true
    choices:
      - apt
      - code_block
      - comment
      - cron
      - cron_schedule
      - cron_variable
      - file_name
      - header_name
      - login
      - nft
      - nft_text
      - nginx
      - nginx_text
      - pem_certificates
      - pg_hba
      - plain
      - postgresql
      - postgresql_setting
      - shell
      - sshd
      - sshd_directive
      - sshd_word
      - sudoers
      - systemd
      - systemd_size
      - systemd_text
      - sysusers
      - sysusers_text
      - tmpfiles
      - url_path
"""

EXAMPLES = r"""
- name: Write a unit whose description is free text
  ansible.builtin.copy:
    dest: /etc/systemd/system/example.service
    content: |
      [Unit]
      Description={{ title | nostromo.networking.quoted('systemd_text') }}
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The value as it stands in the file, with its quotes.
  type: str
"""

from ansible.errors import AnsibleFilterError


def quoted(value: object, kind: str) -> str:
    """A value as it stands in a kind of file."""
    # For the first filter Ansible loads all of a collection, in each task anew: this is for those that use it.
    from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
    from ansible_collections.nostromo.networking.plugins.module_utils.quoting.kinds import KINDS
    from ansible_collections.nostromo.networking.plugins.module_utils.quoting.kinds import quoted as in_file

    if kind not in KINDS:
        raise AnsibleFilterError(f"There is no kind of file {kind!r}; use one of {', '.join(KINDS)}")
    try:
        return in_file(value, kind)
    except UnquotableError as error:
        raise AnsibleFilterError(f"A {kind.partition('_')[0]} file cannot hold this value: {error}") from error


class FilterModule:
    """The filter ``quoted``."""

    def filters(self) -> dict:
        """Filters by name."""
        return {"quoted": quoted}
