# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs that read the files say that no value leaves its place: each is asked where it is installed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.firewall.nft import chain_lines
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.characters import UnquotableError
from ansible_collections.nostromo.networking.plugins.module_utils.quoting.kinds import quoted
from hypothesis import given, settings
from hypothesis import strategies as st

from .tools import tool

HOSTILE = st.text(st.sampled_from("ab/ Ñ\"'`\\;{}#$%:=!*@,-\n\r\t\0\x85\u2028\ud800\ufffe"), max_size=12)
#: Several values in one file: a program starts less often.
SEVERAL = st.lists(HOSTILE, min_size=1, max_size=20)
FEW = settings(max_examples=15, deadline=None)


def written(kind: str, values: list[str]) -> dict[str, str]:
    """Those values that the kind of file can hold, each with how it stands there."""
    texts = {}
    for value in values:
        try:
            texts[value] = quoted(value, kind)
        except UnquotableError:
            continue
    return texts


def ask(*command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


@FEW
@given(values=SEVERAL)
def test_shell(values: list[str]) -> None:
    texts = written("shell", values)
    done = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {' '.join(texts.values())}"], capture_output=True, check=True
    )
    assert not texts or done.stdout.decode().split("\0")[:-1] == list(texts)


@FEW
@given(names=SEVERAL)
def test_nft(names: list[str]) -> None:
    nft = tool("nft", "--version")
    rule = {"action": "allow", "protocol": "tcp", "ports": ["443"]}
    lines = chain_lines("input", [{**rule, "name": name} for name in names], log_per_minute=1)
    rules = "\n".join(["table inet x {", "chain c { type filter hook input priority 0;", *lines, "}", "}"])
    done = ask(
        "unshare", "--map-root-user", "--net", "sh", "-c", f"{nft} --file - && {nft} list chain inet x c", text=rules
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip(f"this machine gives no network namespace: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("dport 443 counter") == len(names)
    assert done.stdout.count("comment ") == len(names) + 1


@FEW
@given(values=SEVERAL)
def test_nginx(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    nginx = tool("nginx", "-v")
    home = tmp_path_factory.mktemp("nginx")
    texts = [*written("nginx_text", values).values(), *written("nginx", values).values()]
    places = "".join(
        f"{place}_temp_path {home}/{place};" for place in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # A variable in a value stays one, and nginx says of those it lacks that they are unknown: of another directive.
    listed = "\n".join(f"    map $uri $v{number} {{ default {text}; }}" for number, text in enumerate(texts))
    (home / "nginx.conf").write_text(
        f"error_log stderr; pid {home}/pid; events {{}}\nhttp {{ access_log off; {places}\n{listed}\n}}\n",
        encoding="utf-8",
    )
    done = ask(nginx, "-t", "-q", "-p", home, "-c", home / "nginx.conf")
    wrong = [line for line in done.stderr.splitlines() if "[emerg]" in line]
    refused = r"unknown \"\w*\" variable|invalid variable name|the closing bracket in \"\w*\" variable is missing"
    assert all(re.search(refused, line) for line in wrong), wrong


@FEW
@given(names=SEVERAL)
def test_visudo(names: list[str]) -> None:
    visudo = tool("visudo", "--version")
    texts = written("sudoers", [*names, *(f"a{name}" for name in names)])
    rules = "".join(f"{text} ALL=(ALL:ALL) NOPASSWD: ALL\n" for text in texts.values())
    done = ask(visudo, "--check", "--strict", "--file=-", text=rules)
    assert done.returncode == 0, done.stdout + done.stderr


@FEW
@given(value=HOSTILE)
def test_sshd(value: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("sshd")
    key, file = home / "key", home / "sshd_config"
    subprocess.run([tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    file.write_text(f"HostKey {key}\n", encoding="utf-8")
    sshd = tool("sshd", "-T", "-f", str(file))
    before = ask(sshd, "-T", "-f", file).stdout.splitlines()
    for text in written("sshd", [value]).values():
        file.write_text(f"HostKey {key}\nBanner {text}\nMaxSessions 7\n", encoding="utf-8")
        done = ask(sshd, "-T", "-f", file)
        if done.returncode != 0:
            assert "line 2" in done.stderr, done.stderr
            continue
        changed = set(done.stdout.splitlines()) - set(before)
        assert {line.partition(" ")[0] for line in changed} <= {"banner", "maxsessions"}
        assert "maxsessions 7" in changed


@FEW
@given(values=SEVERAL)
def test_systemd(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    analyze = tool("systemd-analyze", "--version")
    unit = tmp_path_factory.mktemp("units") / "quoted.service"
    titles = [f"Description={text}" for text in written("systemd_text", values).values()]
    variables = [f"Environment={text}" for text in written("systemd", [f"A={value}" for value in values]).values()]
    lines = ["[Unit]", *titles, "[Service]", *variables, "ExecStart=/bin/true"]
    unit.write_text("\n".join([*lines, ""]), encoding="utf-8")
    done = ask(analyze, "verify", "--man=no", "--generators=no", unit)
    told = [line for line in done.stderr.splitlines() if "quoted.service" in line]
    assert (done.returncode, told) == (0, [])


@FEW
@given(values=SEVERAL)
def test_tmpfiles(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    tmpfiles = tool("systemd-tmpfiles", "--version")
    root = tmp_path_factory.mktemp("root")
    names = [value.replace("/", "_").strip(".") for value in values]
    texts = written("tmpfiles", [f"/x{name}" for name in names])
    file = root / "quoted.conf"
    file.write_text("".join(f"d {text} 0755 - - -\n" for text in texts.values()), encoding="utf-8")
    done = ask(tmpfiles, f"--root={root}", "--create", file)
    assert done.returncode == 0, done.stderr
    assert {f"/{name}" for name in os.listdir(root)} - {"/quoted.conf"} == set(texts)


@FEW
@given(values=SEVERAL)
def test_cron(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("cron") / "table"
    file.write_text("* * * * * true\n", encoding="utf-8")
    crontab = tool("crontab", "-n", str(file))
    commands = [f"* * * * * {text}" for text in written("cron", [f"echo {value}" for value in values]).values()]
    variables = [f"A={text}" for text in written("cron_variable", values).values()]
    file.write_text("\n".join([*variables, *commands, ""]), encoding="utf-8")
    done = ask(crontab, "-n", file)
    assert done.returncode == 0, done.stderr
