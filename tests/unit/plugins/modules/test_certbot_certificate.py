# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.nostromo.networking.plugins.module_utils.certificates.preflight import Finding
from ansible_collections.nostromo.networking.plugins.modules import certbot_certificate as subject

# Issues a certificate as certbot would, into $STATE, and remembers how it was called.
CERTBOT = r"""#!/bin/sh
set -eu
echo "$*" "${REQUESTS_CA_BUNDLE:-}${CF_API_URL:-}" >>"$STATE/calls"
[ ! -e "$STATE/refuse" ] || { echo "too many certificates" >&2; exit 1; }
names=
while [ $# -gt 0 ]; do
  case $1 in
    --cert-name) name=$2 ;; --server) server=$2 ;; --key-type) key=$2 ;; --webroot-path) webroot=$2 ;;
    --deploy-hook) hook=$2 ;; --dns-cloudflare-credentials) credentials=$2 ;; --domain) names="$names,DNS:$2" ;;
  esac
  shift
done
# As storage.py does: only now is it seen that the name is taken.
[ ! -e "$STATE/renewal/$name.conf" ] || [ -e "$STATE/live/$name/cert.pem" ] || name=$name-0001
[ -e "$STATE/live/$name" ] || ! [ -e "$STATE/archive/$name" ] || { echo "archive directory exists" >&2; exit 1; }
live=$STATE/live/$name archive=$STATE/archive/$name
mkdir -p "$live" "$archive" "$STATE/renewal"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=test \
  -addext "subjectAltName=${names#,}" -keyout "$archive/privkey1.pem" -out "$archive/fullchain1.pem" 2>/dev/null
cp "$archive/fullchain1.pem" "$archive/cert1.pem"
cp "$archive/fullchain1.pem" "$archive/chain1.pem"
for kind in cert chain fullchain privkey; do ln -sf "../../archive/$name/${kind}1.pem" "$live/$kind.pem"; done
printf "cert = $live/cert.pem\narchive_dir = $archive\n" >"$STATE/renewal/$name.conf"
printf '[renewalparams]\nserver = %s\nkey_type = %s\nrenew_hook = %s\n[[webroot_map]]\nx = %s\n' \
  "$server" "$key" "$hook" "${webroot:-}" >>"$STATE/renewal/$name.conf"
[ -z "${credentials:-}" ] || printf '[renewalparams]\nauthenticator = dns-cloudflare\ndns_cloudflare_credentials = %s\n' \
  "$credentials" >>"$STATE/renewal/$name.conf"
"""


class Host:
    """A host without network: what the preflight finds and what the web server shows are set by the test."""

    def __init__(self, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.state, self._capsys = state, capsys
        self.findings: list[Finding] = []
        self.shown: list[list[str]] = []
        self.warnings: list[str] = []

    def run(self, check_mode: bool = False, **changes: Any) -> dict[str, Any]:
        arguments = {
            "name": "app.test",
            "names": ["app.test", "api.test"],
            "server": "https://acme/dir",
            "webroot": str(self.state / "webroot"),
            "deploy_hook": str(self.state / "hook"),
            "http_port": 80,
            "https_port": 443,
            "_ansible_check_mode": check_mode,
        }
        with patch_module_args(arguments | changes), pytest.raises(SystemExit):
            subject.main()
        return json.loads(self._capsys.readouterr().out)

    def calls(self) -> list[str]:
        path = self.state / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Host:
    for name, text in (("certbot", CERTBOT), ("hook", '#!/bin/sh\necho "hook $RENEWED_DOMAINS" >>"$STATE/calls"\n')):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    made = Host(tmp_path, capsys)
    monkeypatch.setenv("STATE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(subject, "STATE", tmp_path)
    monkeypatch.setattr(subject.AnsibleModule, "warn", lambda _module, text: made.warnings.append(text))
    monkeypatch.setattr(subject, "preflight", lambda *_words: made.findings)
    monkeypatch.setattr(subject, "mismatches", lambda *_words, **_options: made.shown.pop(0) if made.shown else [])
    return made


def test_issued_once_and_then_left_alone(host: Host) -> None:
    first = host.run()
    assert (first["changed"], first["issued"], first["reasons"]) == (True, True, ["there is no certificate"])
    assert first["diff"]["before"] == ""
    assert first["not_after"] > 0
    second = host.run()
    assert (second["changed"], second["issued"], len(host.calls())) == (False, False, 1)


def test_another_name_is_another_issue(host: Host) -> None:
    host.run()
    result = host.run(names=["app.test", "api.test", "www.test"])
    assert (result["issued"], result["reasons"]) == (True, ["it lacks www.test"])
    assert "--force-renewal" in host.calls()[-1]


def test_check_mode_asks_nobody(host: Host) -> None:
    result = host.run(check_mode=True)
    assert (result["changed"], result["issued"], host.calls()) == (True, False, [])
    assert result["diff"]["after"].startswith("names: api.test, app.test\nserver: https://acme/dir\n")


def test_a_private_authority_is_trusted(host: Host) -> None:
    host.run(ca_bundle="/etc/ssl/lab.pem")
    assert host.calls()[0].endswith(" /etc/ssl/lab.pem")


def test_by_dns_nothing_has_to_reach_the_host(host: Host) -> None:
    host.findings = [Finding("app.test", "is not tried.")]
    by_dns = {"names": ["*.test"], "credentials": "/etc/letsencrypt/cloudflare.ini", "api_url": "http://127.0.0.1:8"}
    assert host.run(**by_dns)["issued"] is True
    assert "--dns-cloudflare-credentials /etc/letsencrypt/cloudflare.ini" in host.calls()[0]
    assert host.calls()[0].endswith("http://127.0.0.1:8")
    assert host.run(**by_dns)["changed"] is False


def test_hosts_below_a_wildcard_have_to_show_its_certificate(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(subject, "mismatches", lambda names, *_words, **_options: asked.append(names) or [])
    served = ["app.test", "deep.app.test", "shop.example"]
    host.run(names=["*.test", "test"], served=served, credentials="/etc/letsencrypt/cloudflare.ini")
    assert asked == [["test", "app.test"]]


def test_a_certain_fault_spares_certbot_and_is_a_warning(host: Host) -> None:
    host.findings = [Finding("api.test", "has no address in DNS.")]
    result = host.run()
    assert (result["changed"], result["problems"], host.calls()) == (False, ["api.test: has no address in DNS."], [])
    assert host.warnings == [
        "The certificate app.test could not be issued (there is no certificate): api.test: has no address in DNS.\n"
        "Until this is mended and the play run again, the placeholder stays in use."
    ]


def test_a_required_certificate_that_cannot_be_had_is_an_error(host: Host) -> None:
    host.findings = [Finding("api.test", "has no address in DNS.")]
    result = host.run(required=True)
    assert result["failed"] is True
    assert result["msg"].endswith("(there is no certificate): api.test: has no address in DNS.")


def test_an_uncertain_fault_is_left_to_the_acme_server(host: Host) -> None:
    host.findings = [Finding("api.test", "cannot be reached from this host.", certain=False)]
    assert host.run()["issued"] is True


def test_what_certbot_says_reaches_the_user(host: Host) -> None:
    (host.state / "refuse").touch()
    result = host.run()
    assert (result["changed"], result["problems"]) == (False, ["certbot: too many certificates"])


def test_another_certificate_served_is_mended_by_the_hook(host: Host) -> None:
    host.run()
    host.shown = [["app.test: shows another"]]
    result = host.run()
    assert (result["changed"], result["issued"], host.calls()[-1]) == (True, False, "hook app.test api.test")


def test_another_certificate_served_for_good_is_an_error(host: Host) -> None:
    host.run()
    host.shown = [["app.test: shows another"]] * 2
    result = host.run()
    assert result["failed"] is True
    assert result["msg"] == "The certificate served is not the one on disk: app.test: shows another"


def test_why_the_hook_failed_is_told(host: Host) -> None:
    host.run()
    host.shown = [["app.test: shows another"]] * 2
    (host.state / "hook").write_text("#!/bin/sh\necho 'nginx: [emerg] cannot load certificate' >&2; exit 3\n")
    assert host.run()["msg"].splitlines()[1:] == [
        "the deploy hook ended with status 3",
        "  | nginx: [emerg] cannot load certificate",
    ]


def test_others_may_not_read_the_key(host: Host) -> None:
    host.run()
    key = host.state / "live" / "app.test" / "privkey.pem"
    key.chmod(0o644)
    assert host.run()["changed"] is True
    assert key.stat().st_mode & 0o777 == 0o600


def planted(host: Host, *parts: str) -> None:
    """Left-overs of the name: a directory with something in it, or a file that says nothing."""
    for part in parts:
        path = host.state / part
        if path.suffix == ".conf":
            path.parent.mkdir(exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True)
            (path / "README").write_text("kept")


@pytest.mark.parametrize(
    "parts",
    [
        ["archive/app.test"],
        ["renewal/app.test.conf"],
        ["live/app.test"],
        ["live/app.test", "archive/app.test", "renewal/app.test.conf"],
    ],
)
def test_what_earlier_attempts_left_does_not_have_another_issued_each_time(host: Host, parts: list[str]) -> None:
    planted(host, *parts)
    checked = host.run(check_mode=True)
    assert sorted(checked["reasons"][1].partition(": ")[2].split(", ")) == sorted(parts)
    first = host.run()
    assert (first["changed"], first["issued"]) == (True, True), first
    assert (host.run()["changed"], len(host.calls())) == (False, 1)
    (kept,) = (host.state / "left-over").iterdir()
    assert sorted(path.name for path in kept.iterdir()) == sorted(part.partition("/")[0] for part in parts)
    assert kept.stat().st_mode & 0o777 == 0o700
    assert not list((host.state / "renewal").glob("*-0001.conf"))


def test_left_overs_are_where_they_were_when_nothing_comes_of_it(host: Host) -> None:
    planted(host, "live/app.test", "archive/app.test")
    (host.state / "refuse").touch()
    assert host.run()["problems"] == ["certbot: too many certificates"]
    assert (host.state / "live" / "app.test" / "README").read_text() == "kept"
    assert (host.state / "archive" / "app.test" / "README").read_text() == "kept"


def test_what_was_issued_under_a_number_is_not_asked_for_again(host: Host) -> None:
    issued = host.run(name="app.test-0001")
    planted(host, "archive/app.test", "renewal/app.test.conf")
    assert host.run(check_mode=True)["reasons"] == ["app.test-0001 is it, under another name"]
    result = host.run()
    assert (result["changed"], result["issued"], result["not_after"]) == (True, False, issued["not_after"])
    assert len(host.calls()) == 1
    assert "0001" not in (host.state / "renewal" / "app.test.conf").read_text()
    assert (host.state / "live" / "app.test" / "privkey.pem").resolve() == host.state / "archive/app.test/privkey1.pem"
    assert not list(host.state.glob("*/app.test-0001*"))
    assert host.run()["changed"] is False


def test_a_number_that_is_something_else_is_named(host: Host) -> None:
    host.run(name="app.test-0001", names=["other.test"])
    result = host.run()
    assert (result["issued"], len(host.calls())) == (True, 2)
    assert "certbot delete --cert-name app.test-0001" in host.warnings[0]


def test_a_certificate_that_cannot_be_read_is_a_left_over(host: Host) -> None:
    host.run()
    (host.state / "archive" / "app.test" / "cert1.pem").write_text("")
    assert (host.run()["issued"], host.run()["changed"], len(host.calls())) == (True, False, 2)
