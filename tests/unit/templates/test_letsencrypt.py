# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from ansible_collections.nostromo.networking.tests.unit.plugins.module_utils.certificates.test_lineage import NOTICE

from .conftest import Render

CERTIFICATE = {"name": "app.nostromo.cl", "names": ["app.nostromo.cl"]}
BY_DNS = {
    "letsencrypt_certificates": [CERTIFICATE, {**CERTIFICATE, "name": "shop", "challenge": "dns"}],
    "letsencrypt_cloudflare_token": "the-token-0123456789",
    "letsencrypt_cloudflare_api_url": "http://127.0.0.1:8/client/v4",
}
CREDENTIALS, CRON_SHELL = "/etc/letsencrypt/nostromo-cloudflare.ini", "/etc/letsencrypt/nostromo-cron-shell"


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_argument_specs_describe_every_default(role_files: Callable[[str], tuple[set[str], set[str]]]) -> None:
    defaults, options = role_files("letsencrypt")
    assert defaults == options


def test_renewal_is_the_documented_line(render: Render) -> None:
    assert lines(render("letsencrypt", "cron.j2"))[-1] == "0 0 * * * root certbot renew --quiet"


def test_a_private_authority_is_trusted_by_renewal_too(render: Render) -> None:
    bundle = {"letsencrypt_ca_bundle": "/etc/ssl/lab.pem"}
    assert "REQUESTS_CA_BUNDLE=/etc/ssl/lab.pem" in lines(render("letsencrypt", "cron.j2", **bundle))
    service = lines(render("letsencrypt", "service.conf.j2", **bundle))
    assert "Environment=REQUESTS_CA_BUNDLE=/etc/ssl/lab.pem" in service
    assert "REQUESTS_CA_BUNDLE" not in render("letsencrypt", "service.conf.j2")


def test_renewal_writes_where_certbot_and_the_hook_do(render: Render) -> None:
    variables = {"letsencrypt_link_directory": "", "letsencrypt_hook_paths": ["/run/other"]}
    assert [line for line in lines(render("letsencrypt", "service.conf.j2", **variables)) if "WritePaths" in line] == [
        "ReadWritePaths=-/etc/letsencrypt",
        "ReadWritePaths=-/var/lib/letsencrypt",
        "ReadWritePaths=-/var/log/letsencrypt",
        "ReadWritePaths=-/var/www/letsencrypt",
        "ReadWritePaths=-/run/other",
    ]
    assert "ReadWritePaths=-/etc/nginx/tls" in lines(render("letsencrypt", "service.conf.j2"))


@pytest.mark.parametrize(("method", "state"), [("cron", None), ("timer", "absent")])
def test_all_files_are_one_set(render: Render, method: str, state: str | None) -> None:
    certificates = [CERTIFICATE, {**CERTIFICATE, "name": "shop"}]
    variables = {"letsencrypt_certificates": certificates, "letsencrypt_renewal": {"method": method}}
    files = {item.pop("path"): item for item in yaml.safe_load(render("letsencrypt", "files.yml.j2", **variables))}
    cron = files.pop("/etc/cron.d/nostromo-certbot")
    service = files.pop("/etc/systemd/system/certbot.service.d/nostromo.conf")
    assert (cron.get("state"), service["activate"]) == (state, "systemctl daemon-reload")
    for secret in (CREDENTIALS, CRON_SHELL):
        assert files.pop(secret)["state"] == "absent"
    for name in ("app.nostromo.cl", "shop"):
        hook = files.pop(f"/etc/letsencrypt/deploy-{name}")
        assert (hook["mode"], hook["activate"]) == ("0755", [])
        assert f"directory=/etc/letsencrypt/live/{name}\n" in hook["content"]
    assert not files


def test_the_token_is_in_a_file_of_root_s_and_in_no_diff(render: Render) -> None:
    files = {item.pop("path"): item for item in yaml.safe_load(render("letsencrypt", "files.yml.j2", **BY_DNS))}
    credentials = files.pop(CREDENTIALS)
    assert (credentials["mode"], credentials["sensitive"]) == ("0600", True)
    assert lines(credentials["content"]) == ["dns_cloudflare_api_token = the-token-0123456789"]
    assert "the-token" not in str(files)
    assert lines(files["/etc/cron.d/nostromo-certbot"]["content"]) == [
        f"SHELL={CRON_SHELL}",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "CF_API_URL=http://127.0.0.1:8/client/v4",
        "0 0 * * * root certbot renew --quiet",
    ]
    service = lines(files["/etc/systemd/system/certbot.service.d/nostromo.conf"]["content"])
    assert "Environment=CF_API_URL=http://127.0.0.1:8/client/v4" in service


def test_with_the_timer_cron_needs_no_shell(render: Render) -> None:
    by_timer = {**BY_DNS, "letsencrypt_renewal": {"method": "timer"}}
    files = {item["path"]: item for item in yaml.safe_load(render("letsencrypt", "files.yml.j2", **by_timer))}
    assert files[CRON_SHELL]["state"] == "absent" and "content" in files[CREDENTIALS]


def test_cron_mails_everything_but_the_notice(render: Render, tmp_path: Path) -> None:
    shell = tmp_path / "shell"
    shell.write_text(render("letsencrypt", "cron-shell.sh.j2", **BY_DNS))
    shell.chmod(0o755)
    (tmp_path / "err").write_text(f"{NOTICE}Failed to renew app.nostromo.cl\n  with details\n{NOTICE}")
    done = subprocess.run(
        [shell, "-c", f"cat {tmp_path}/err >&2; echo renewed"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("renewed\n", "Failed to renew app.nostromo.cl\n  with details\n")
    quiet = subprocess.run([shell, "-c", f"cat {tmp_path}/err | head -6 >&2"], capture_output=True, text=True, check=False)
    assert (quiet.stdout, quiet.stderr) == ("", "")


@pytest.fixture
def hook(render: Render, tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run the deploy hook with another way to reload; the link begins at the placeholder."""
    link = tmp_path / "tls" / "app.nostromo.cl"
    link.parent.mkdir()
    link.symlink_to("/placeholder")

    def run(reload: str) -> subprocess.CompletedProcess[str]:
        script = render(
            "letsencrypt",
            "deploy.sh.j2",
            item=CERTIFICATE,
            letsencrypt_link_directory=str(link.parent),
            letsencrypt_reload_command=f"{reload} && echo reloaded",
        )
        return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)

    return run


def test_deploying_links_the_certificate_and_reloads(
    hook: Callable[[str], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for _time in range(2):
        done = hook("true")
        assert (done.returncode, done.stdout) == (0, "reloaded\n")
        assert (tmp_path / "tls" / "app.nostromo.cl").readlink() == Path("/etc/letsencrypt/live/app.nostromo.cl")
    assert [path.name for path in (tmp_path / "tls").iterdir()] == ["app.nostromo.cl"]


def test_a_certificate_that_cannot_be_used_is_not_deployed(
    hook: Callable[[str], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = hook("false")
    assert (done.returncode, done.stdout) == (1, "")
    assert (tmp_path / "tls" / "app.nostromo.cl").readlink() == Path("/placeholder")


def test_without_a_link_the_hook_only_reloads(render: Render) -> None:
    none = {"letsencrypt_link_directory": "", "letsencrypt_reload_command": "echo reloaded"}
    script = render("letsencrypt", "deploy.sh.j2", item=CERTIFICATE, **none)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "reloaded\n"
