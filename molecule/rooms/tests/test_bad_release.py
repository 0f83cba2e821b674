# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A release that fights against its own return loses: the one before serves again, and the run says why within a minute."""

from __future__ import annotations

import json
from pathlib import Path

import hostile
import pytest
from place import as_root, play

#: The processes of PM2 share what they do, so each of them does it.
WORST = """
const fs = require('node:fs'), pm2 = process.env.PM2_HOME;
const attempt = (work) => { try { work(); } catch (error) {} };
"""
RELEASES = {
    "its health check is answered without end": (
        "orchestrator",
        """
require('node:net').createServer((client) => {
  client.on('error', () => {});
  setInterval(() => client.write('HTTP/1.1 100 Continue\\r\\n\\r\\n'), 5);
}).listen(process.env.PORT, process.env.HOST);
""",
    ),
    "its health check is answered drop by drop": (
        "orchestrator",
        """
require('node:net').createServer((client) => {
  client.on('error', () => {});
  setInterval(() => client.write('H'), 500);
}).listen(process.env.PORT, process.env.HOST);
""",
    ),
    "it says much, in control characters, and ends": (
        "sevastopol",
        WORST
        + """
for (let line = 0; line < 2000; line++) console.error('\\x1b]0;rooms\\x07\\x1b[2J\\x1b[1;31mok\\r' + 'x'.repeat(2000));
console.error('fatal: [rooms] \\x1b[32mok=99 failed=0');
process.exit(1);
""",
    ),
    "it takes away its process manager's sockets, and stops it": (
        "sevastopol",
        WORST
        + """
const { execSync } = require('node:child_process');
for (const path of [pm2 + '/rpc.sock', pm2 + '/pub.sock']) {
  attempt(() => fs.rmSync(path));
  attempt(() => execSync('mkfifo ' + path));
}
attempt(() => process.kill(process.ppid, 'SIGSTOP'));
process.exit(1);
""",
    ),
}


@pytest.mark.parametrize("what", RELEASES)
def test_the_release_before_serves_again(tmp_path: Path, what: str) -> None:
    service, server = RELEASES[what]
    before = as_root(f"readlink /srv/{service}/current").stdout
    tree = hostile.node(tmp_path / "release", "print()", server)
    keep = {
        name: {"path": str(hostile.ROOT / "apps" / name)}
        for name in ("orchestrator", "sevastopol", "etl")
        if name != service
    }
    variables = {"network_service_sources": {**keep, service: {"path": str(tree)}}}
    run = play("site.yml", "--tags", "pm2", "-e", json.dumps(variables))
    assert run.status == 2, f"{what}, after {run.seconds:.0f} s: {run.printed}"
    assert "\x1b]0;" not in run.printed and "\x1b[2J" not in run.printed
    assert as_root(f"readlink /srv/{service}/current").stdout == before
    healed = play("site.yml")
    assert (healed.status, healed.changes) == (0, []), healed.printed
