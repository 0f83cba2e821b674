# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook plan.yml, run in real repositories: what it says, with which exit code, and that nothing is a change."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .repositories import Repository

MAIN = "group_vars/all/main.yml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """That of an example."""
    return Repository(tmp_path / "site", "almanac")


def told(printed: str) -> str:
    """What was printed, on one line."""
    return re.sub(r"\s+", " ", printed)


def test_nothing_changes(repository: Repository) -> None:
    repository.edit(MAIN, ("network_domain: example.org", "network_domain: 'example.org'  # a remark"))
    done = repository.playbook("plan", "-e", "fail_on_change=true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing changes: no decision and no file is another." in done.stdout


def test_what_changes_is_told_and_can_fail_the_run(repository: Repository) -> None:
    repository.edit(
        MAIN,
        ("network_flows:\n", "network_flows:\n  - {name: Look, source: office, destination: api, port: 8080, action: allow}\n"),
        ("network_sites:", "network_zones: {office: [203.0.113.0/24]}\nnetwork_sites:"),
        ("rate: 10r/s", "rate: 5r/s"),
        ("{HOST:", "{LEVEL: not-to-be-shown, HOST:"),
    )
    before = repository.git("status", "--porcelain")
    done = repository.playbook("plan", "-e", "against=main", "-e", "reports=out", "-e", "fail_on_change=true", "--diff")
    assert done.returncode == 2
    said = told(done.stdout)
    for sentence in (
        "opens office → api 8080; closes nothing",
        "on server: the firewall's rules are loaded anew; api's processes are replaced; nginx reloads, or restarts if it cannot",
        "api listens on 203.0.113.8",
        "+limit_req_zone $binary_remote_addr zone=api_limit:1m rate=5r/s;",
        "api: environment LEVEL is new",
        "row Look is new: office → api 8080/tcp allow",
        "The data decide otherwise than main",
    ):
        assert sentence in said, sentence
    markdown, text = ((repository.top / "out" / name).read_text(encoding="utf-8") for name in ("plan.md", "plan.json"))
    assert markdown.startswith("## Plan against main (") and "| opens | office → api 8080 |" in markdown
    assert json.loads(text)["changes"] is True
    assert "not-to-be-shown" not in done.stdout + done.stderr + markdown + text
    assert repository.git("status", "--porcelain") == before + "?? out/\n"


def test_a_secret_that_changes_is_told_by_its_name(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("of the vault")
    vault = repository.top / "group_vars/all/secrets.yml"

    def encrypt(text: str) -> None:
        from ansible.parsing.vault import VaultLib, VaultSecret

        vault.write_bytes(VaultLib([("default", VaultSecret(b"of the vault"))]).encrypt(text))

    repository.edit(MAIN, ("    environment: {", "    secrets: {KEY: \"{{ api_key }}\"}\n    environment: {"))
    encrypt("api_key: correct-horse\n")
    repository.commit("a secret")
    encrypt("api_key: battery-staple\n")
    done = repository.playbook("plan", "--vault-password-file", str(tmp_path / "password"), "--diff", "-vv", "-e", "reports=out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "api: secrets KEY changes" in done.stdout
    written = "".join(path.read_text(encoding="utf-8") for path in (repository.top / "out").iterdir())
    assert not re.search("correct-horse|battery-staple", done.stdout + done.stderr + written)


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        (MAIN, "port: 22, action: allow", "port: 70000, action: allow",
         r"main: the network data have 1 fault: - network_flows\[1\]\.port \(main:group_vars/all/main\.yml:\d+\): 70000 is not"),
        (MAIN, "network_domain: example.org", "network_domain: '{{ nowhere }}'", r"main: .*'nowhere' is undefined"),
        ("inventory.yml", "all:", "all: [", "main: no inventory has a host there"),
        ("inventory.yml", "", "", "main has no inventory inventory.yml"),
    ],
)  # fmt: skip
def test_data_of_a_revision_that_cannot_be_compared_are_told(
    repository: Repository, file: str, before: str, after: str, message: str
) -> None:
    good = (repository.top / file).read_text(encoding="utf-8")
    if before:
        repository.edit(file, (before, after))
    else:
        (repository.top / file).unlink()
    repository.commit("spoilt")
    (repository.top / file).write_text(good, encoding="utf-8")
    done = repository.playbook("plan", "-e", "against=main")
    assert done.returncode == 2 and re.search(message, told(done.stdout + done.stderr)), done.stdout + done.stderr


def test_data_that_are_wrong_now_are_told_as_ever(repository: Repository) -> None:
    repository.edit(MAIN, ("port: 22, action: allow", "port: 70000, action: allow"))
    done = repository.playbook("plan", "-e", "against=main")
    assert done.returncode == 2 and "The network data has 1 fault" in done.stdout + done.stderr


def test_a_revision_that_is_missing_is_told(repository: Repository) -> None:
    done = repository.playbook("plan", "-e", "against=elsewhere")
    assert done.returncode == 2 and "has no revision 'elsewhere'" in told(done.stdout + done.stderr)
