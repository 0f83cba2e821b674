# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each kind of value: what is read, the words with which the rest is refused, and a schema that allows no less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.nostromo.networking.plugins.module_utils.document.addresses import IPAddress, IPNetwork
from ansible_collections.nostromo.networking.plugins.module_utils.document.database import DATABASE_USERS, DATABASES
from ansible_collections.nostromo.networking.plugins.module_utils.document.dns import Ttl
from ansible_collections.nostromo.networking.plugins.module_utils.document.durations import Duration
from ansible_collections.nostromo.networking.plugins.module_utils.document.kinds import (
    Choice,
    Count,
    Kind,
    Many,
    MapOf,
    Matching,
    Reference,
    Scalar,
    Switch,
    Text,
    Unless,
)
from ansible_collections.nostromo.networking.plugins.module_utils.document.options import argument_spec
from ansible_collections.nostromo.networking.plugins.module_utils.document.ports import Port, Ports, Protocols
from ansible_collections.nostromo.networking.plugins.module_utils.document.record import Record, says
from ansible_collections.nostromo.networking.plugins.module_utils.document.schema import TEMPLATE, optional
from ansible_collections.nostromo.networking.plugins.module_utils.document.services import SERVICES, Secret, Source
from ansible_collections.nostromo.networking.plugins.module_utils.document.sites import Route
from ansible_collections.nostromo.networking.plugins.module_utils.document.ssh import ADMINS, Directives
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from jsonschema import Draft7Validator

WORD = Matching("[a-z]+", "a word", "use lower-case letters", but={"any": ("any is taken", "use another")})
FILLED_IN = Matching("[a-z]+", "a word", "use lower-case letters", meant="the word")


@dataclass(frozen=True)
class Dish(Record):
    """A record for these tests."""

    path: str = ""
    name: str = says("Its name.", WORD, required=True)
    cooks: tuple[str, ...] = says("Who cooks it.", Many(WORD), default=("chef",), key="cook")
    guest: str | None = says("For whom; empty for all.", WORD, empty=True)


SOUND: list[tuple[Kind[Any], object, object]] = [
    (Text(), "", ""),
    (WORD, "abc", "abc"),
    (FILLED_IN, "abc", "abc"),
    (Reference(WORD, "name one"), "abc", "abc"),
    (Choice("a", "b"), "b", "b"),
    (Switch(), False, False),
    (Count(1, 10), 10, 10),
    (Count(1, 10), "7", 7),
    (Scalar(), 1.5, 1.5),
    (Duration(), "90s", 90),
    (Duration(), "2m", 120),
    (Duration(), "24h", 86400),
    (Route, "api", Route(component="api")),
    (Route, {"component": "api"}, Route(component="api")),
    (Route, {"component": "api", "read_timeout": "10s"}, Route(component="api", read_timeout_seconds=10)),
    (Unless(WORD), "abc", "abc"),
    (Unless(WORD), False, False),
    (Many(WORD), ["a", "b"], ("a", "b")),
    (Many(WORD, lone=True), "a", ("a",)),
    (MapOf(Switch(), WORD), {"a": True}, {"a": True}),
    (Port(), "80", 80),
    (Ports(), "80-90", None),
    (Protocols(), ["udp", "tcp"], ("tcp", "udp")),
    (IPAddress(), "2001:db8::1", None),
    (IPNetwork(), "192.0.2.0/24", None),
    (Ttl(), "auto", 1),
    (Secret(), "s3cret", "s3cret"),
    (DATABASES, [{"name": "Mi base", "owner": "api"}], None),
    (ADMINS, [{"name": "ripley", "sudo": "unchanged"}], None),
    (Directives(), {"permitrootlogin": "no", "HostKey": ["/a", "/b"]}, None),
    (Dish, {"name": "pie", "cook": ["ash"], "guest": None}, Dish("d", name="pie", cooks=("ash",))),
    (Dish, {"name": "pie"}, Dish("d", name="pie")),
]
WRONG: list[tuple[Kind[Any], object, list[str]]] = [
    (Text(), 7, ["d: 7 is not a text; write it in quotes"]),
    (Text(), "a\x07", ["d: holds the character U+0007, which no file can show; remove it"]),
    (Text(1), "", ["d: is empty; fill it in, or leave it out"]),
    (WORD, "A", ['d: "A" is not a word; use lower-case letters']),
    (WORD, "any", ["d: any is taken; use another"]),
    (FILLED_IN, "ADMIN_IPS", ['d: "ADMIN_IPS" is a placeholder that was left in; put the word in its place']),
    (Reference(WORD, "name one"), 7, ["d: 7 is not a name; name one"]),
    (Choice("a", "b"), "c", ['d: "c" is not a known value; use a or b']),
    (Choice("one", "two", "three", "four", "five"), "fuor", ['d: "fuor" is not a known value; did you mean four?']),
    (Switch(), "yes", ['d: "yes" is not a boolean; use true or false, without quotes']),
    (Count(1, 10), 11, ["d: 11 is not a whole number; use one from 1 to 10"]),
    (Count(1, 10), True, ["d: true is not a whole number; use one from 1 to 10"]),
    (Count(1, 10), "09", ['d: "09" is not a whole number; use one from 1 to 10']),
    (Duration(), 10, ["d: 10 has no unit; write 10s, 10m or 10h"]),
    (Duration(), "10ms", ['d: "10ms" is not a duration; use a whole number with s, m or h, such as 10s']),
    (Duration(), "0s", ['d: "0s" is not a duration; use a whole number with s, m or h, such as 10s']),
    (Duration(), "25h", ['d: "25h" is longer than a day; use at most 24h']),
    (Route, 7, ["d: 7 is not a name; name the component behind it"]),
    (Route, {"component": 7}, ["d.component: 7 is not a name; name the component behind it"]),
    (Unless(WORD), True, ["d: true is not a word; use lower-case letters"]),
    (Many(WORD), "a", ['d: "a" is not a list; write a list, [in brackets] or with dashes']),
    (Many(WORD, ("is empty", "add one")), [], ["d: is empty; add one"]),
    (Many(WORD), ["a", "B"], ['d[1]: "B" is not a word; use lower-case letters']),
    (MapOf(Switch(), WORD), {"A": True}, ['d.A: "A" is not a word; use lower-case letters']),
    (MapOf(Switch(), quoted=True), {"a.b": 1}, ['d["a.b"]: 1 is not a boolean; use true or false, without quotes']),
    (IPNetwork(), "192.0.2.0/33", ["d: /33 is too long for IPv4; use one up to /32"]),
    (IPNetwork(), "0.0.0.0", ['d: "0.0.0.0" is the address of nobody; write 0.0.0.0/0 for every address']),
    (Secret(), 7, ["d: is not a text; write it in quotes"]),
    (Directives(), {"PermitRootLogn": "no"}, [
        "d.PermitRootLogn: is not a directive of sshd for all connections; did you mean PermitRootLogin?"
    ]),
    (Directives(), {"PermitRootLogin": False}, [
        'd.PermitRootLogin: false is a boolean in YAML; write "no" in quotes'
    ]),
    (Directives(), {"PasswordAuthentication": "never"}, [
        'd.PasswordAuthentication: "never" is not a known value; use yes or no'
    ]),
    (Directives(), {"Match": "User ash"}, [
        "d.Match: is not a directive of sshd for all connections; use one of AcceptEnv, AddressFamily, AllowAgentForwarding,"
        " AllowGroups, AllowStreamLocalForwarding, AllowTcpForwarding, AllowUsers, AuthenticationMethods,"
        " AuthorizedKeysCommand, AuthorizedKeysCommandUser, …"
    ]),
    (Directives(), {"PermitRootLogin": "no\nMatch User ash"}, [
        'd.PermitRootLogin: "no\\nMatch User ash" holds a line break or a control character; write it on one line, in plain'
        " characters"
    ]),
    (Directives(), {"AcceptEnv": ["LANG", "#"]}, [
        'd.AcceptEnv[1]: "#" is no value for sshd; write the value, or remove the directive'
    ]),
    (Directives(), {"PermitRootLogin": None}, [
        "d.PermitRootLogin: has no value; write it, or remove the directive"
    ]),
    (ADMINS, [{"name": "ripley"}, {"name": "%staff"}, {"keys": []}], [
        'd[1].name: "%staff" is not the name of a user; use letters, digits and _ . @ -, a letter first, not capitals alone',
        "d[2].name: is missing; add it",
    ]),
    (DATABASES, [{"name": "/.*", "owner": "b\nc"}], [
        'd[0].name: "/.*" is empty or begins with /, which makes it a pattern; use the name itself',
        'd[0].owner: "b\\nc" holds a line break or a control character; write it on one line, in plain characters',
    ]),
    (DATABASE_USERS, {"name": "api", "password": "s3cret"}, [
        'd: {"name": "api", "password": "…"} is not a list; write a list, [in brackets] or with dashes',
    ]),
    (SERVICES, {"api": [{"secrets": {"TOKEN": "s3cret"}}]}, [
        'd.api: [{"secrets": "…"}] is not a mapping; write a mapping with title, shell, state, user, home, source, build,'
        " build_environment, build_scripts, build_on, script, migrate, working_directory, writable, args, interpreter,"
        " interpreter_args, mode, instances, environment, secrets, schedule, health, health_timeout_seconds,"
        " migrate_timeout_seconds, start_timeout_seconds, stop_timeout_seconds, max_memory_mebibytes, limits"
    ]),
    (Source, {"git": "https://x/y", "version": "1", "deploy_key": "x"}, [
        "d.deploy_key: is for a git repository that is fetched over SSH; write source.git as ssh://git@HOST/PATH",
        "d.deploy_key: is no private key; give the file's text, from -----BEGIN to -----END",
        "d.known_hosts: is missing; say by which keys the repository's server is known, as `ssh-keyscan HOST` prints them",
    ]),
    (SERVICES, {"api": {"source": {"path": "/src"}, "script": ".venv/bin/python"}}, [
        "d.api.interpreter: does not run '.venv/bin/python', which is no JavaScript; set interpreter: none if it runs by itself,"
        " or what runs it"
    ]),
    (Source, {"git": "https://x/y", "version": True}, ["d.version: is a boolean in YAML; write the name in quotes"]),
    (SERVICES, {"web": {"state": "absent", "interpreter": "python3", "mode": "cluster", "instances": "2"}}, [
        'd.web.mode: cluster is for Node.js; "python3" runs in fork mode; remove it'
    ]),
    (SERVICES, {"web": {"state": "absent", "mode": "fork", "instances": "2"}}, [
        "d.web.instances: 2 in fork mode would fight over one port; set mode: cluster, or 1 instance"
    ]),
    (SERVICES, {"web": {"state": "absent", "schedule": "0 0 * * *", "instances": 2, "health": {"address": "::1", "port": 1}}}, [
        "d.web.schedule: runs in fork mode with one instance; remove mode and instances",
        "d.web.health: a scheduled service ends; its exit status is its health; remove it",
    ]),
    (Source, {}, ["d: names no place; give exactly one of git, path and archive"]),
    (Source, {"git": "https://x/y"}, ["d.version: is missing; say which branch, tag or commit of the repository"]),
    (Source, {"archive": "http://x/y"}, [
        "d.archive: is not an https address; use one",
        "d.checksum: is missing: an archive from the network needs its checksum; write it as sha256: and 64 hexadecimal digits",
    ]),
    (Source, {"git": "git@x:y", "version": "1", "deploy_key": "-----BEGIN X", "known_hosts": " "}, [
        "d.known_hosts: is missing; say by which keys the repository's server is known, as `ssh-keyscan HOST` prints them"
    ]),
    (Dish, [], ["d: [] is not a mapping; write a mapping with name"]),
    (Dish, {"nam": "pie"}, ["d.nam: is not a known key; did you mean name?", "d.name: is missing; add it"]),
]  # fmt: skip


OPTIONS: list[tuple[Kind[Any], dict[str, Any]]] = [
    (Text(), {"type": "str"}),
    (Choice("a", "b"), {"type": "str", "choices": ["a", "b"]}),
    (Switch(), {"type": "bool"}),
    (Count(1, 10), {"type": "int"}),
    (Many(WORD), {"type": "list", "elements": "str"}),
    (Many(Choice("a", "b")), {"type": "list", "elements": "str"}),
    (Many(WORD, lone=True), {"type": "raw"}),
    (Many(Secret()), {"type": "list", "elements": "str", "no_log": True}),
    (MapOf(Switch()), {"type": "dict"}),
    (MapOf(Secret()), {"type": "dict", "no_log": True}),
    (Ports(), {"type": "raw"}),
    (Dish, {
        "type": "dict",
        "options": {
            "name": {"description": "Its name.", "type": "str", "required": True},
            "cook": {"description": "Who cooks it.", "type": "list", "elements": "str", "default": ["chef"]},
            "guest": {"description": "For whom; empty for all.", "type": "str"},
        },
    }),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_options(kind: Kind[Any], option: dict[str, Any]) -> None:
    assert kind.option() == option


@pytest.mark.parametrize(("kind", "value", "_expected"), SOUND)
def test_ansible_takes_what_is_sound(kind: Kind[Any], value: object, _expected: object) -> None:
    """As the option of a module: it is never stricter than what is declared."""
    found = ArgumentSpecValidator(argument_spec({"d": kind.option()})).validate({"d": value})
    assert found.error_messages == []


@pytest.mark.parametrize(("kind", "value", "expected"), SOUND)
def test_sound(kind: Kind[Any], value: object, expected: object) -> None:
    faults = Faults()
    found = kind.read(value, "d", faults)
    assert list(faults) == []
    assert found is not None
    assert expected is None or found == expected
    schema = {"definitions": {"template": TEMPLATE}, **optional(kind.schema())}
    assert list(Draft7Validator(schema).iter_errors(value)) == []


@pytest.mark.parametrize(("kind", "value", "messages"), WRONG)
def test_wrong(kind: Kind[Any], value: object, messages: list[str]) -> None:
    faults = Faults()
    kind.read(value, "d", faults)
    assert [str(fault) for fault in faults.errors] == messages


def test_a_key_without_a_value_is_doubtful() -> None:
    faults = Faults()
    assert Dish.read({"name": "pie", "cook": None}, "d", faults) == Dish("d", name="pie")
    assert [str(fault) for fault in faults.warnings] == ["d.cook: has no value; give it one, or remove it"]


def test_without_what_is_required_there_is_no_record() -> None:
    assert Dish.read({"cook": ["ash"]}, "d", Faults()) is None
    assert Dish.read({"name": 7}, "d", Faults()) is None
