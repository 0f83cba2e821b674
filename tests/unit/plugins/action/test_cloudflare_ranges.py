# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook cloudflare_ranges.yml against the stand-in: without a token, and into a file."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import Cloud
from ansible_collections.nostromo.networking.tests.standins.cloudflare.contract import Contract
from ansible_collections.nostromo.networking.tests.standins.cloudflare.server import Fault, Server

ROOT = Path(__file__).resolve().parents[4]


class Ranges:
    """A file of ranges, the shipped one at first, and an API for which nobody has a token."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "ranges.yml"
        self.file.write_text((ROOT / "playbooks/vars/cloudflare_ranges.yml").read_text("utf-8"), "utf-8")
        self.age(0)
        self.cloud = Cloud()
        self.server = Server(self.cloud, Contract.at_hand())

    def age(self, days: int) -> None:
        """As if it were so old."""
        day = date.today() - timedelta(days=days)
        self.file.write_text(re.sub(r'fetched: ".*"', f'fetched: "{day}"', self.file.read_text("utf-8")), "utf-8")

    def play(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Ask for them, as a user does who has filled in nothing."""
        api = f'{{"network_cloudflare": {{"api_url": "{self.server.url}"}}}}'
        command = ["ansible-playbook", "-i", str(ROOT / "inventories/production.yml")]
        command += [str(ROOT / "playbooks/cloudflare_ranges.yml"), "-e", f"file={self.file}", "-e", api, *arguments]
        environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_FORCE_COLOR": "false"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def ranges(tmp_path: Path) -> Iterator[Ranges]:
    """Both, the list of the API being the one that is held."""
    found = Ranges(tmp_path)
    yield found
    found.server.close()
    assert found.server.violations == []


def test_equal_ranges_are_left_alone(ranges: Ranges) -> None:
    before = ranges.file.read_text("utf-8")
    done = ranges.play()
    assert done.returncode == 0 and "changed=0" in done.stdout, done.stdout + done.stderr
    assert ranges.file.read_text("utf-8") == before and ranges.server.requests == ["GET /ips"]


def test_new_ranges_are_shown_and_written(ranges: Ranges) -> None:
    before = ranges.file.read_text("utf-8")
    ranges.cloud.ranges["ipv4_cidrs"] = [*ranges.cloud.ranges["ipv4_cidrs"][1:], "8.8.8.0/24"]
    checked = ranges.play("--check")
    assert re.search(r"^\+ +- 8\.8\.8\.0/24$", checked.stdout, re.MULTILINE), checked.stdout + checked.stderr
    assert re.search(r"^- +- 173\.245\.48\.0/20$", checked.stdout, re.MULTILINE)
    assert ranges.file.read_text("utf-8") == before
    assert "changed=1" in ranges.play().stdout
    assert yaml.safe_load(ranges.file.read_text("utf-8"))["network_cloudflare_ranges"]["addresses"][0] == "8.8.8.0/24"
    assert "changed=0" in ranges.play().stdout


def test_old_ranges_get_todays_date(ranges: Ranges) -> None:
    ranges.age(91)
    assert "changed=1" in ranges.play().stdout
    assert f'fetched: "{date.today()}"' in ranges.file.read_text("utf-8")


def test_a_file_that_is_not_there_yet(ranges: Ranges) -> None:
    before = ranges.file.read_text("utf-8")
    ranges.file.unlink()
    assert "changed=1" in ranges.play().stdout
    assert ranges.file.read_text("utf-8") == before


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What is said of it, in one line."""
    assert done.returncode == 2, done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_an_empty_list_is_refused(ranges: Ranges) -> None:
    before = ranges.file.read_text("utf-8")
    ranges.cloud.ranges["ipv6_cidrs"] = []
    assert "Cloudflare's ranges stay as they are: the list ipv6_cidrs of the answer is empty" in refusal(ranges.play())
    assert ranges.file.read_text("utf-8") == before


def test_the_page_of_a_proxy_is_refused(ranges: Ranges) -> None:
    ranges.server.faults = [Fault("GET /ips", 403, "<html>", times=4)]
    told = refusal(ranges.play())
    assert "GET /ips: status 403 and not an answer of the API; is a proxy in between?" in told


def test_a_file_of_other_data_is_not_written_over(ranges: Ranges) -> None:
    ranges.file.write_text("network_zones: {}\n", "utf-8")
    assert "is not written over: it holds something else than network_cloudflare_ranges" in refusal(ranges.play())
    assert ranges.file.read_text("utf-8") == "network_zones: {}\n"
