# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Origin pulls over HTTP at the stand-in: in which order, what is refused, and what verify says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare import origin_pulls
from ansible_collections.nostromo.networking.plugins.module_utils.cloudflare.api import ApiError, permission
from ansible_collections.nostromo.networking.plugins.module_utils.document.origin_pulls import OriginPulls
from ansible_collections.nostromo.networking.plugins.module_utils.faults import Faults
from ansible_collections.nostromo.networking.tests.standins.cloudflare.cloud import EVERYTHING, Token
from ansible_collections.nostromo.networking.tests.unit.certificates import Signed, signed_by_itself

from .trial import TOKEN, Trial

NOW = datetime(2026, 11, 28, tzinfo=UTC)
PATH = "network_cloudflare.origin_pulls"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return signed_by_itself(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    return signed_by_itself(tmp_path_factory.mktemp("other"))


def wanted(signed: Signed, mode: str = "log", **more: Any) -> OriginPulls:
    faults = Faults()
    data = {"certificate": signed.certificate, "key": signed.key, "mode": mode, **more}
    found = OriginPulls.read(data, PATH, faults)
    assert found and not faults.errors, faults.summary()
    return found


def run(trial: Trial, data: OriginPulls, demanded: bool = False) -> list[str]:
    """What a run does, until nothing is left."""
    api = trial.api()
    todo = origin_pulls.steps(data, origin_pulls.read(api, trial.zone), NOW, lambda: demanded)
    for step in todo:
        origin_pulls.do(api, trial.zone, step, data)
    left = origin_pulls.steps(data, origin_pulls.read(api, trial.zone), NOW, lambda: demanded)
    return [step.kind for step in todo] + (run(trial, data, demanded) if left else [])


def states(trial: Trial) -> list[str]:
    return [one["status"] for one in trial.cloud.certificates[trial.zone]]


def faults(trial: Trial, data: OriginPulls) -> str:
    return "; ".join(origin_pulls.faults(data, origin_pulls.read(trial.api(), trial.zone), NOW))


def in_the_way(trial: Trial, data: OriginPulls) -> str:
    return "; ".join(origin_pulls.in_the_way(data, origin_pulls.read(trial.api(), trial.zone), NOW))


def test_on_and_off(trial: Trial, own: Signed) -> None:
    assert "Cloudflare does not show it" in in_the_way(trial, wanted(own, "required"))
    assert run(trial, wanted(own)) == ["upload", "enable"]
    assert faults(trial, wanted(own)) == in_the_way(trial, wanted(own, "required")) == ""
    assert run(trial, wanted(own, "required", key=""), demanded=True) == []
    with pytest.raises(origin_pulls.RefusedError, match="Nginx still demands the certificate: run site.yml"):
        run(trial, wanted(own, "disabled"), demanded=True)
    assert trial.cloud.pulls[trial.zone] and "still shows it" in faults(trial, wanted(own, "disabled"))
    assert run(trial, wanted(own, "disabled")) == ["disable"] and not trial.cloud.pulls[trial.zone]


def test_switched_on_again_though_it_is_demanded_already(trial: Trial, own: Signed) -> None:
    run(trial, wanted(own))
    trial.cloud.pulls[trial.zone] = False
    assert "origin pulls are off in the zone" in faults(trial, wanted(own, "required"))
    assert run(trial, wanted(own, "required"), demanded=True) == ["enable"]
    trial.cloud.certificates[trial.zone].clear()
    assert run(trial, wanted(own, "required"), demanded=True) == ["upload"]


def test_nginx_waits_until_cloudflare_uses_it(trial: Trial, own: Signed) -> None:
    trial.cloud.deploys_at_once = False
    assert run(trial, wanted(own)) == ["upload", "enable"]
    assert "does not use it yet (pending_deployment): wait a few minutes" in in_the_way(trial, wanted(own, "required"))


def test_another_certificate(trial: Trial, own: Signed, other: Signed) -> None:
    run(trial, wanted(own))
    with pytest.raises(origin_pulls.RefusedError, match="set network_cloudflare.origin_pulls.mode to log"):
        run(trial, wanted(other), demanded=True)
    trial.cloud.deploys_at_once = False
    assert run(trial, wanted(other)) == ["upload"]
    assert "does not use it yet" in faults(trial, wanted(other)) and states(trial) == ["active", "pending_deployment"]

    trial.cloud.certificates[trial.zone][1]["status"] = "active"
    assert "another certificate besides" in faults(trial, wanted(other))
    assert "another certificate besides" in in_the_way(trial, wanted(other, "required"))
    with pytest.raises(origin_pulls.RefusedError, match="which Nginx may demand"):
        run(trial, wanted(other, "required"), demanded=True)
    assert run(trial, wanted(other)) == ["delete"] and states(trial) == ["pending_deletion", "active"]
    assert faults(trial, wanted(other)) == in_the_way(trial, wanted(other, "required")) == ""


def test_another_certificate_that_is_used_at_once(trial: Trial, own: Signed, other: Signed) -> None:
    run(trial, wanted(own))
    assert run(trial, wanted(other)) == ["upload", "delete"] and states(trial) == ["pending_deletion", "active"]


def test_one_that_has_expired_takes_nobodys_place(trial: Trial, own: Signed, other: Signed) -> None:
    run(trial, wanted(own))
    trial.cloud.deploys_at_once = False
    run(trial, wanted(other))
    trial.cloud.certificates[trial.zone][1] |= {"status": "active", "expires_on": "2026-11-27T00:00:00Z"}
    with pytest.raises(
        origin_pulls.RefusedError, match="Nginx would refuse the certificate, with log as well: it expired on"
    ):
        run(trial, wanted(other))
    assert states(trial) == ["active", "active"]


def test_what_is_deleted_is_told(trial: Trial, own: Signed, other: Signed) -> None:
    run(trial, wanted(own))
    run(trial, wanted(own, "disabled"))
    trial.cloud.certificates[trial.zone][0]["id"] = "0123"
    api, data = trial.api(), wanted(other)
    origin_pulls.do(api, trial.zone, origin_pulls.Step("upload"), data)
    told = origin_pulls.describe(origin_pulls.steps(data, origin_pulls.read(api, trial.zone), NOW, lambda: True))
    known = origin_pulls.fingerprint(own.certificate)
    assert told.splitlines() == [
        "Cloudflare begins to show the certificate", f"another certificate is deleted at Cloudflare: 0123 (SHA-256 {known})",
    ]  # fmt: skip


def test_without_a_key(trial: Trial, own: Signed) -> None:
    with pytest.raises(origin_pulls.RefusedError, match="origin_pulls.key is empty: give the key"):
        run(trial, wanted(own, key=""))


def test_a_key_of_another_certificate(trial: Trial, own: Signed, other: Signed) -> None:
    with pytest.raises(ApiError, match="does not match") as refused:
        run(trial, wanted(own, key=other.key))
    assert "PRIVATE KEY" not in str(refused.value)


@pytest.mark.parametrize(
    ("ends", "soon", "stops"),
    [
        ("2027-06-01T00:00:00Z", "", ""),
        ("2026-12-20T00:00:00Z", "it expires on 2026-12-20: make another", ""),
        ("2026-11-27T00:00:00.000000Z", "it expired on 2026-11-27: make another", "it expired on 2026-11-27"),
    ],
)
def test_its_end_is_watched(trial: Trial, own: Signed, ends: str, soon: str, stops: str) -> None:
    run(trial, wanted(own))
    trial.cloud.certificates[trial.zone][0]["expires_on"] = ends
    told, hindering = faults(trial, wanted(own)), in_the_way(trial, wanted(own, "required"))
    assert (
        told.startswith(soon)
        and hindering.startswith(stops)
        and bool(told) == bool(soon)
        and bool(hindering) == bool(stops)
    )


def test_a_permission_that_is_missing_is_named(trial: Trial, own: Signed) -> None:
    trial.cloud.tokens[TOKEN] = Token(EVERYTHING - {"ssl:edit"})
    with pytest.raises(ApiError, match="lacks the permission Zone > SSL and Certificates > Edit"):
        run(trial, wanted(own))
    assert permission("/zones/x/origin_tls_client_auth/settings", False) == "Zone > SSL and Certificates > Read"
    assert permission("/zones/x/settings/ssl", True) == "Zone > Zone Settings > Edit"


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        ({"certificate": "/etc/origin.crt"}, ".certificate", "is not one certificate in PEM"),
        ({"certificate": ""}, ".certificate", "is empty"),
        ({"certificate": "-----BEGIN CERTIFICATE-----\n#\n-----END CERTIFICATE-----"}, ".certificate", "is not one"),
        ({"certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"}, ".certificate", "is not one"),
        (
            {"authority": "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----"},
            ".authority",
            "is not",
        ),
        ({"key": "KEY"}, ".key", "is not one private key"),
        (
            {"key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"},
            ".key",
            "without a passphrase",
        ),
        ({"mode": True}, ".mode", "log"),
    ],
)
def test_bad_data(own: Signed, change: dict[str, Any], where: str, told: str) -> None:
    found = Faults()
    OriginPulls.read({"certificate": own.certificate, "key": own.key, **change}, PATH, found)
    text = found.summary()
    assert f"{PATH}{where}" in text and told in text and own.key not in text


def test_what_stands_in_its_place_is_not_shown(own: Signed) -> None:
    found = Faults()
    assert OriginPulls.read(own.key, PATH, found) is None and "PRIVATE" not in found.summary()
    OriginPulls.read({"certificate": own.key, "key": own.certificate + own.key, "secret": own.key}, PATH, found)
    assert own.key.split("\n")[1] not in found.summary()
