# Copyright (c) 2026, Nostromo
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The certificate authority of the database, on the controller: what it has signed, and what it signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

with suppress(ImportError):  # ansible-core requires it; ansible-test imports plugins without
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519
    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes, PublicKeyTypes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

#: How long a certificate is good; any run renews one of which less than a third is left, as certbot does.
LIFETIME = timedelta(days=365)
_RENEWED_BELOW = 1 / 3
#: Clocks differ.
_BEFORE = timedelta(hours=1)
_DAY = timedelta(days=1)
#: A common name cannot be longer (RFC 5280, appendix A.1), and is for people.
_COMMON_NAME = 64


class AuthorityError(Exception):
    """The authority cannot sign; ``part`` is its ``certificate`` or its ``key``."""

    def __init__(self, part: str, reason: str, remedy: str) -> None:
        super().__init__(f"{part}: {reason}; {remedy}")
        self.part, self.reason, self.remedy = part, reason, remedy


@dataclass(frozen=True)
class Authority:
    """One that can sign. Create it with :meth:`read`."""

    certificate: x509.Certificate
    key: CertificateIssuerPrivateKeyTypes

    @classmethod
    def read(cls, certificates: str, key: str, now: datetime) -> Authority:
        """The authority in PEM; of several certificates the one that the key is of. :raises AuthorityError: there is none."""
        try:
            found = x509.load_pem_x509_certificates(certificates.encode())
        except ValueError:
            raise AuthorityError("certificate", "cannot be read", _MAKE) from None
        try:
            private = serialization.load_pem_private_key(key.encode(), password=None)
        except (ValueError, TypeError):
            raise AuthorityError("key", "cannot be read", _MAKE) from None
        own = next((one for one in found if _same(one.public_key(), private.public_key())), None)
        if own is None:
            raise AuthorityError("key", "is not the key of the certificate", "give both of the same authority")
        if not _may_sign(own):
            raise AuthorityError("certificate", "is not an authority's, and what it signs nobody believes", _MAKE)
        if own.not_valid_after_utc <= now:
            raise AuthorityError("certificate", f"expired on {own.not_valid_after_utc:%Y-%m-%d}", _MAKE)
        return cls(own, private)  # type: ignore[arg-type]  # a key that signs, for its certificate says so

    @property
    def until(self) -> datetime:
        """When it ends, and with it whatever it has signed."""
        return self.certificate.not_valid_after_utc

    def faults(self, certificate: str, public_key: str, names: Sequence[str], now: datetime) -> list[str]:
        """Why a server needs another certificate, in words; nothing where its own (PEM) does.

        :param public_key: of the key that the server has (PEM), empty for none.
        :param names: the names and addresses at which it is asked.
        """
        if not certificate:
            return ["there is none"]
        if not public_key:
            return ["its key is gone, or others may have read it"]
        try:
            held = x509.load_pem_x509_certificate(certificate.encode())
            own = serialization.load_pem_public_key(public_key.encode())
        except ValueError:
            return ["it cannot be read"]
        found = [] if _same(held.public_key(), own) else ["it is of another key"]
        found += [] if self._has_signed(held) else ["another authority has signed it"]
        if {*_named(held)} != {*map(_name, names)}:
            found.append(f"it is for {', '.join(_shown(_named(held))) or 'nobody'}, not for {', '.join(names)}")
        left, lifetime = held.not_valid_after_utc - now, held.not_valid_after_utc - held.not_valid_before_utc
        if left < lifetime * _RENEWED_BELOW and self._end(now) - held.not_valid_after_utc > _DAY:
            found.append(f"{max(left.days, 0)} of its {lifetime.days} days are left")
        return found

    def sign(self, request: str, names: Sequence[str], now: datetime) -> str:
        """A server's certificate (PEM) for a request (PEM), of which the key alone is taken.

        :raises ValueError: it is none, or whoever made it does not have the key.
        """
        asked = x509.load_pem_x509_csr(request.encode())
        if not asked.is_signature_valid:
            raise ValueError("the request was not made with its key")
        key = asked.public_key()
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:_COMMON_NAME])]))
            .issuer_name(self.certificate.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _BEFORE)
            .not_valid_after(self._end(now))
            .add_extension(x509.SubjectAlternativeName(list(dict.fromkeys(map(_name, names)))), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(self._identifier(), critical=False)
        )
        return built.sign(self.key, _hash(self.key)).public_bytes(serialization.Encoding.PEM).decode()

    def _end(self, now: datetime) -> datetime:
        return min(now + LIFETIME, self.until)

    def _has_signed(self, certificate: x509.Certificate) -> bool:
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def _identifier(self) -> x509.AuthorityKeyIdentifier:
        try:
            own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        except x509.ExtensionNotFound:
            return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


_MAKE = 'make one (README, "The database on a host of its own")'


def _may_sign(certificate: x509.Certificate) -> bool:
    extensions = certificate.extensions
    try:
        if not extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        return extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound as error:
        return error.oid == x509.KeyUsage.oid


def _hash(key: CertificateIssuerPrivateKeyTypes) -> hashes.SHA256 | None:
    return None if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)) else hashes.SHA256()


def _same(one: PublicKeyTypes, other: PublicKeyTypes) -> bool:
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return one.public_bytes(*form) == other.public_bytes(*form)


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _named(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _shown(names: Iterable[x509.GeneralName]) -> list[str]:
    return [str(one.value) for one in names]
