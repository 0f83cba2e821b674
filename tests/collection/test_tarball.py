"""The collection as Galaxy delivers it: built, installed elsewhere, run by its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without this checkout's ansible.cfg and collections."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")} | environment
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("build")
    built = run("ansible-galaxy", "collection", "build", "--output-path", directory, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    return next(directory.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's directory: the collection installed, the inventories copied out of it."""
    home = tmp_path_factory.mktemp("user")
    result = run(
        "ansible-galaxy", "collection", "install", "--offline", "--collections-path", home, tarball,
        cwd=home, ANSIBLE_COLLECTIONS_PATH=str(home),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    shutil.copytree(home / "ansible_collections/nostromo/networking/inventories", home / "inventories")
    return home


def test_it_holds_what_users_need_and_no_more(tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
    top = {name.split("/")[0] for name in names}
    assert {
        "playbooks",
        "plugins",
        "roles",
        "inventories",
        "examples",
        "schemas",
        "meta",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
    } <= top
    assert not top & {"apps", "molecule", "tests", "script", ".lab", ".venv", ".cache", ".ansible"}
    assert not [name for name in names if name.endswith((".pyc", "vault.yml")) or "node_modules" in name]


@pytest.mark.parametrize(
    "playbook",
    [
        "cloudflare", "cloudflare_ranges", "doctor", "document", "explain", "hosts", "rollback", "schema", "site", "validate",
        "verify",
    ],
)
def test_playbooks_are_found_by_name(installed: Path, playbook: str) -> None:
    result = run(
        "ansible-playbook", "--syntax-check", "-i", "inventories/lab.yml", f"nostromo.networking.{playbook}",
        cwd=installed, ANSIBLE_COLLECTIONS_PATH=str(installed),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_the_schema_can_be_written_anywhere(installed: Path) -> None:
    """As shipped; the second time there is nothing to do, which is what --check looks at."""
    for check in ([], ["--check"]):
        result = run(
            "ansible-playbook", "nostromo.networking.schema", *check,
            cwd=installed, ANSIBLE_COLLECTIONS_PATH=str(installed), PWD=str(installed),
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
    written = installed / "schemas" / "group_vars.schema.json"
    assert written.read_text(encoding="utf-8") == (ROOT / "schemas" / written.name).read_text(encoding="utf-8")
    written.write_text("{}", encoding="utf-8")
    result = run(
        "ansible-playbook", "nostromo.networking.schema", "--check",
        cwd=installed, ANSIBLE_COLLECTIONS_PATH=str(installed), PWD=str(installed),
    )  # fmt: skip
    assert result.returncode == 2
    assert "is not what the collection says" in result.stdout


def test_the_documented_data_is_valid(installed: Path) -> None:
    result = run(
        "ansible-playbook", "-i", "inventories/lab.yml", "nostromo.networking.validate",
        cwd=installed, ANSIBLE_COLLECTIONS_PATH=str(installed),
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_copy_of_an_example_is_a_site(installed: Path) -> None:
    shutil.copytree(installed / "ansible_collections/nostromo/networking/examples/notes", installed / "shop")
    result = run(
        "ansible-playbook", "-i", "inventory.yml", "nostromo.networking.validate", "-e", "vault_notes_password=x",
        cwd=installed / "shop", ANSIBLE_COLLECTIONS_PATH=str(installed),
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_production_is_refused_while_placeholders_are_left(installed: Path) -> None:
    result = run(
        "ansible-playbook", "-i", "inventories/production.yml", "nostromo.networking.validate",
        cwd=installed, ANSIBLE_COLLECTIONS_PATH=str(installed),
    )  # fmt: skip
    assert result.returncode == 2, result.stdout + result.stderr
    assert "EXTERNAL_IP" in result.stdout + result.stderr
