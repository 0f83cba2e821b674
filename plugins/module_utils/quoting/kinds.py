# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One function for each place in each kind of file: how a value is written there.

Free text for people (titles, comments) is made to fit. What a program acts on is written exactly as it is, in the file's own
quotes, or refused: nothing is ever dropped or cut off in silence.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping

from .. import pem
from .characters import PLAIN, UnquotableError, line, matching, readable
from .pages import code_block

_SIZE = re.compile(r"[0-9]+(\.[0-9]+)?[KMGTPE%]?|infinity")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]*")
# What useradd(8) makes and directories have. A word in capitals is an alias or ALL, and % # + & - begin something else.
_LOGIN = re.compile(r"(?![A-Z][A-Z0-9_]*\Z)[A-Za-z_][A-Za-z0-9_.@-]*\$?")
_DIRECTIVE = re.compile(r"(?!(?i:match|include)\Z)[A-Za-z][A-Za-z0-9]*")
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_.$]*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URL_PATH = re.compile(r"""/[^\s"'`\\]*""")
_NFT = re.compile(r"(?!@)[A-Za-z0-9_.:/@-]+")
_CRON_VALUE = re.compile(r"""[^\s"'][^\x00-\x1f\x7f"']*(?<!\s)""")
_SSHD_WORD = re.compile(r"""[^\s"'#\\\x00-\x1f\x7f]+""")
#: nft cuts no comment; the kernel takes 128 bytes with the end mark.
_NFT_COMMENT_BYTES = 120


def plain(value: object) -> str:
    """A word where a file has no quotes, or where quotes would stand in other quotes."""
    return matching(value, PLAIN, "a plain word", "use letters, digits and _ . / : @ + , = -")


def file_name(value: object) -> str:
    """The name of a file, or a part of one: it leads to no other directory."""
    return matching(
        value, _FILE_NAME, "a name for a file", "use letters, digits and _ . @ + -, a letter or digit first"
    )


def nft(value: object) -> str:
    """An address, a port, a range of these or a name: one element of a set, in nft(8)."""
    return matching(value, _NFT, "one element of a set", "use letters, digits and _ . : / @ -")


def nft_text(value: object) -> str:
    """The inside of a quoted string, which in nft(8) has no escapes, for people: a comment."""
    text = readable(value).replace('"', "'").replace("\\", "/")
    encoded = text.encode()
    return (
        text if len(encoded) <= _NFT_COMMENT_BYTES else encoded[: _NFT_COMMENT_BYTES - 3].decode(errors="ignore") + "…"
    )


def nginx(value: object) -> str:
    """A parameter of a directive. Variables in it stay variables."""
    text = line(value)
    return text if re.fullmatch(r"[A-Za-z0-9_./:@+,=$^~*?%&!()\[\]|-]+", text) else _backslashed(text)


def nginx_text(value: object) -> str:
    """A parameter that is a text, in quotes always. Variables in it stay variables."""
    return _backslashed(line(value))


def header_name(value: object) -> str:
    """The name of an HTTP header (RFC 9110, section 5.1), as a parameter of nginx."""
    return nginx(matching(value, _HEADER, "the name of a header", "use letters, digits and -"))


def systemd(value: object) -> str:
    """A word of a unit's line that is split into words: systemd.syntax(7), systemd.unit(5) for %."""
    text = line(value)
    return text if PLAIN.fullmatch(text) else _backslashed(text).replace("%", "%%")


def systemd_text(value: object) -> str:
    """Free text in a unit's line. A \\ at the end of a line would join it to the next."""
    return readable(value).replace("\\", "/").replace("%", "%%")


def size(value: object) -> str:
    """An amount of memory: systemd.resource-control(5)."""
    return matching(value, _SIZE, "a size", "use a number with K, M, G or %, or infinity")


def sysusers_text(value: object) -> str:
    """A user's name for people (GECOS): sysusers.d(5). A colon ends it in /etc/passwd."""
    return _backslashed(readable(value).replace(":", ";").replace("\\", "/")).replace("%", "%%")


def sysusers(value: object) -> str:
    """A word, such as a path: sysusers.d(5). Nothing in /etc/passwd holds a colon."""
    text = line(value)
    if ":" in text:
        raise UnquotableError(text, "holds a colon, at which /etc/passwd ends a field", "use a value without colon")
    return systemd(text)


def cron(value: object) -> str:
    """The command or a variable of a crontab(5), whose lines have no quotes; a % that is not escaped ends the command."""
    text = line(value)
    if re.search(r"(?<!\\)%", text):
        raise UnquotableError(text, "has a %, at which cron ends the command", "write \\% for it")
    return text


def cron_schedule(value: object) -> str:
    """The five fields of a crontab(5)."""
    schedule = re.compile(r"[0-9A-Za-z*,/-]+( +[0-9A-Za-z*,/-]+){4}")
    return matching(value, schedule, "a schedule of cron", 'use five fields, such as "0 0 * * *"')


def cron_variable(value: object) -> str:
    """The value of a variable in a crontab(5), where $ and \\ mean nothing; cron takes no empty one."""
    return matching(line(value), _CRON_VALUE, "a value for a crontab", "write one, without quotes")


def pem_certificates(value: object) -> str:
    """A file's certificates (RFC 7468), with their lines. What is refused may be a key, and is not shown."""
    found = pem.blocks(value) if isinstance(value, str) else []
    if not found or any(one.label != pem.CERTIFICATE for one in found):
        remedy = "write the text of one or more, from -----BEGIN CERTIFICATE----- to the end, and nothing else"
        raise UnquotableError("(not shown)", "is not certificates alone", remedy)
    return "\n".join(one.text for one in found)


def shell(value: object) -> str:
    """A word of sh(1)."""
    return shlex.quote(line(value))


def url_path(value: object) -> str:
    """The path of a URL as the last word of a line."""
    return matching(line(value), _URL_PATH, "a path", "begin it with /, without spaces, quotes, backslash or backtick")


def login(value: object) -> str:
    """A user where a file names users: sudoers(5), sshd_config(5), cron.allow; never an alias, a pattern or a group."""
    return matching(
        value, _LOGIN, "the name of a user", "use letters, digits and _ . @ -, a letter first, not capitals alone"
    )


def pg_hba(value: object) -> str:
    """A name of a database or role in pg_hba.conf or pg_ident.conf: never a keyword, a list, a group or a pattern."""
    text = line(value)
    if not text or text[0] == "/":
        raise UnquotableError(text, "is empty or begins with /, which makes it a pattern", "use the name itself")
    return '"' + text.replace('"', '""') + '"'


def postgresql(value: object) -> str:
    """The value of a setting of postgresql.conf."""
    text = str(value).lower() if isinstance(value, bool) else line(value)
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def postgresql_setting(value: object) -> str:
    """The name of a setting of postgresql.conf."""
    return matching(value, _SETTING, "the name of a setting", "use letters, digits, _ and .")


def sshd(value: object) -> str:
    """What follows a directive on its line: sshd_config(5). Several words stay several words."""
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else line(value)
    if not text.strip() or text.lstrip().startswith("#"):
        raise UnquotableError(text, "is no value for sshd", "write the value, or remove the directive")
    return text


def sshd_word(value: object) -> str:
    """One word of a list: a name, a pattern, an algorithm."""
    return matching(line(value), _SSHD_WORD, "one word", "write no spaces, quotes or #")


def sshd_directive(value: object) -> str:
    """A directive's name: sshd_config(5). A Match would make all that follows conditional."""
    return matching(
        value, _DIRECTIVE, "a directive for all connections", "use a name of sshd_config(5) but Match and Include"
    )


def _backslashed(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


#: How a template calls each of these.
KINDS: Mapping[str, Callable[[object], str]] = {
    "apt": line,
    "comment": readable,
    "cron": cron,
    "cron_schedule": cron_schedule,
    "cron_variable": cron_variable,
    "code_block": code_block,
    "file_name": file_name,
    "header_name": header_name,
    "login": login,
    "nft": nft,
    "nft_text": nft_text,
    "nginx": nginx,
    "nginx_text": nginx_text,
    "pem_certificates": pem_certificates,
    "pg_hba": pg_hba,
    "plain": plain,
    "postgresql": postgresql,
    "postgresql_setting": postgresql_setting,
    "shell": shell,
    "sshd": sshd,
    "sshd_directive": sshd_directive,
    "sshd_word": sshd_word,
    "sudoers": login,
    "systemd": systemd,
    "systemd_size": size,
    "systemd_text": systemd_text,
    "sysusers": sysusers,
    "sysusers_text": sysusers_text,
    "tmpfiles": systemd,
    "url_path": url_path,
}


def quoted(value: object, kind: str) -> str:
    """A value as it stands in a kind of file. :raises UnquotableError: it cannot. :raises KeyError: there is no such kind."""
    return KINDS[kind](value)
