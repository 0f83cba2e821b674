# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the database's authority signs, and when: held against OpenSSL's own opinion."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ansible_collections.nostromo.networking.plugins.plugin_utils.database_ca import Authority, AuthorityError
from ansible_collections.nostromo.networking.tests.unit.certificates import authority, signed_by_itself
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NOW = datetime.now(UTC)
NAMES = ["mother.internal", "10.43.0.31", "fd43:6e6f:7374::31"]
OURS, OTHER = authority(), authority()


class Host:
    """A key, and what is asked with it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def request(self) -> str:
        asked = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(self._key, hashes.SHA256())
        return asked.public_bytes(Encoding.PEM).decode()


def read(certificates: str = OURS[0], key: str = OURS[1]) -> Authority:
    return Authority.read(certificates, key, NOW)


def test_what_it_signs_is_believed_for_each_name_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "ca").write_text(OURS[0])
    (tmp_path / "server").write_text(read().sign(Host().request, NAMES, NOW))

    def accepts(*wanted: str) -> bool:
        words = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca", *wanted, "server"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert accepts("-verify_hostname", "mother.internal")
    assert accepts("-verify_ip", "10.43.0.31") and accepts("-verify_ip", "fd43:6e6f:7374::31")
    assert not accepts("-verify_ip", "10.43.0.32") and not accepts("-verify_hostname", "etl.internal")
    (tmp_path / "ca").write_text(OTHER[0])
    assert not accepts()


def test_it_takes_the_key_of_a_request_and_nothing_else() -> None:
    host = Host()
    held = x509.load_pem_x509_certificate(read().sign(host.request, NAMES, NOW).encode())
    own = held.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert (own, held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca) == (host.public_key, False)
    with pytest.raises(ValueError, match="Unable to load PEM"):
        read().sign("nothing", NAMES, NOW)


@pytest.mark.parametrize(
    ("days", "fault"),
    [
        (-1, []),
        (243, []),
        (244, ["120 of its 365 days are left"]),
        (400, ["0 of its 365 days are left"]),
    ],
)
def test_a_certificate_is_renewed_when_a_third_is_left(days: int, fault: list[str]) -> None:
    host = Host()
    held = read().sign(host.request, NAMES, NOW)
    assert read().faults(held, host.public_key, NAMES, NOW + timedelta(days=days)) == fault


def test_why_there_has_to_be_another() -> None:
    host, ours = Host(), read()
    held = ours.sign(host.request, NAMES, NOW)
    assert ours.faults(held, host.public_key, list(reversed(NAMES)), NOW) == []
    assert ours.faults("", host.public_key, NAMES, NOW) == ["there is none"]
    assert ours.faults(held, "", NAMES, NOW) == ["its key is gone, or others may have read it"]
    assert ours.faults("x", host.public_key, NAMES, NOW) == ["it cannot be read"]
    assert ours.faults(held, Host().public_key, NAMES, NOW) == ["it is of another key"]
    assert read(*OTHER).faults(held, host.public_key, NAMES, NOW) == ["another authority has signed it"]
    assert ours.faults(held, host.public_key, ["10.0.0.9"], NOW) == [
        "it is for mother.internal, 10.43.0.31, fd43:6e6f:7374::31, not for 10.0.0.9"
    ]


def test_nothing_outlives_the_authority_and_is_made_in_vain() -> None:
    host, ending = Host(), read(*authority(days=40))
    held = ending.sign(host.request, NAMES, NOW)
    assert x509.load_pem_x509_certificate(held.encode()).not_valid_after_utc == ending.until
    assert ending.faults(held, host.public_key, NAMES, NOW + timedelta(days=39)) == []


def test_of_several_certificates_the_one_of_the_key_signs() -> None:
    """As in the steps from one authority to another."""
    host = Host()
    held = read().sign(host.request, NAMES, NOW)
    both = OURS[0] + OTHER[0]
    assert read(both, OURS[1]).faults(held, host.public_key, NAMES, NOW) == []
    assert read(both, OTHER[1]).faults(held, host.public_key, NAMES, NOW) == ["another authority has signed it"]


def test_keys_of_other_kinds_sign_as_well() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    own = read()
    signed = Authority(own.certificate, key).sign(Host().request, NAMES, NOW)
    assert x509.load_pem_x509_certificate(signed.encode()).signature_hash_algorithm is None


@pytest.mark.parametrize(
    ("given", "part", "reason"),
    [
        (("x", OURS[1]), "certificate", "cannot be read"),
        ((OURS[0], "x"), "key", "cannot be read"),
        ((OURS[0], OTHER[1]), "key", "is not the key of the certificate"),
        (authority(ca=False), "certificate", "is not an authority's, and what it signs nobody believes"),
        (authority(signs=False), "certificate", "is not an authority's, and what it signs nobody believes"),
    ],
)
def test_what_cannot_sign_says_why(given: tuple[str, str], part: str, reason: str) -> None:
    with pytest.raises(AuthorityError) as told:
        read(*given)
    assert (told.value.part, told.value.reason) == (part, reason)


def test_one_that_has_ended_signs_nothing() -> None:
    with pytest.raises(AuthorityError, match="certificate: expired on"):
        read(*authority(days=-1))


def test_a_server_s_own_certificate_is_no_authority(tmp_path: Path) -> None:
    own = signed_by_itself(tmp_path, names=["mother.internal"])
    with pytest.raises(AuthorityError, match="is not an authority's"):
        read(own.certificate, own.key)
