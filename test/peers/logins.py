"""One login on one connection, proved and sealed by libraries that this project did not write.

`pyspnego` is NTLM in Python and Kerberos through python-gssapi, SPNEGO in Python around both; `gssapi` is the system's
library itself: MIT's krb5 and SPNEGO, and gss-ntlmssp as its NTLM mechanism.
"""

import hashlib

import spnego
import spnego.exceptions
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2
from spnego.channel_bindings import GssChannelBindings

try:
    import gssapi
    import gssapi.raw
except ImportError:  # It is compiled, so there are hosts that lack it; NTLM by pyspnego needs none of it.
    gssapi = None

MECHANISMS = {
    "ntlm": "1.3.6.1.4.1.311.2.2.10",
    "kerberos": "1.2.840.113554.1.2.2",
    "negotiate": "1.3.6.1.5.5.2",
}
NTLM_SIGNATURE_LENGTH = 16
CHANNEL_BOUND = 2048  # GSS_C_CHANNEL_BOUND_FLAG

LibraryErrors = (spnego.exceptions.SpnegoError, ValueError)
if gssapi is not None:
    LibraryErrors += (gssapi.exceptions.GSSError,)
    # pyspnego would go on after an error for which there is a token to send.
    gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False


class Refused(Exception):
    """The token proves nothing; says why, and may hold a token that tells the client."""

    def __init__(self, error, token=None):
        super().__init__("%s: %s" % (type(error).__name__, error))
        self.token = token


class Unreadable(Exception):
    """The sealed message was altered, or its context has ended; says why."""


def channel_bindings_of(certificate_pem):
    """RFC 5929, 4.1: the digest is the one of the certificate's signature, but SHA-256 in place of MD5 and SHA-1."""
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    name = certificate.signature_hash_algorithm.name
    if name in ("md5", "sha1"):
        name = "sha256"
    der = certificate.public_bytes(serialization.Encoding.DER)
    return b"tls-server-end-point:" + hashlib.new(name, der).digest()


def is_bound(login, token):
    """Whether the login named any bindings: the libraries let it in without, as a host does that is not strict.

    pyspnego does not tell it of Kerberos.
    """
    if login.mechanism() != "ntlm":
        return login.flags() & CHANNEL_BOUND != 0
    message = token[token.index(b"NTLMSSP\0") :]
    response = Authenticate.unpack(message).nt_challenge_response
    named = NTClientChallengeV2.unpack(response[16:]).av_pairs.get(AvId.channel_bindings)
    return named not in (None, bytes(16))


class PyspnegoLogin:
    def __init__(self, protocol, bindings):
        self.context = spnego.server(
            hostname="localhost",
            service="HTTP",
            protocol=protocol,
            channel_bindings=GssChannelBindings(application_data=bindings) if bindings else None,
            options=spnego.NegotiateOptions.wrapping_winrm,
        )

    def step(self, token):
        try:
            return self.context.step(token)
        except LibraryErrors as error:
            raise Refused(error) from error

    def is_complete(self):
        return self.context.complete

    def user(self):
        return self.context.client_principal

    def mechanism(self):
        return self.context.negotiated_protocol

    def unseal(self, header, data):
        try:
            return self.context.unwrap_winrm(header, data)
        except LibraryErrors as error:
            raise Unreadable("%s: %s" % (type(error).__name__, error)) from error

    def seal(self, message):
        sealed = self.context.wrap_winrm(message)
        return sealed.header, sealed.data


class GssapiLogin:
    def __init__(self, protocol, bindings):
        mechanism = gssapi.OID.from_int_seq(MECHANISMS[protocol])
        credentials = gssapi.Credentials(usage="accept", mechs=[mechanism])
        self.context = gssapi.SecurityContext(
            creds=credentials,
            usage="accept",
            channel_bindings=gssapi.raw.ChannelBindings(application_data=bindings) if bindings else None,
        )

    def step(self, token):
        try:
            return self.context.step(token)
        except LibraryErrors as error:
            raise Refused(error, getattr(error, "token", None)) from error

    def is_complete(self):
        return self.context.complete

    def user(self):
        return str(self.context.initiator_name).rstrip("\0")

    def mechanism(self):
        is_ntlm = self.context.mech == gssapi.OID.from_int_seq(MECHANISMS["ntlm"])
        return "ntlm" if is_ntlm else "kerberos"

    def flags(self):
        return int(self.context.actual_flags)

    def unseal(self, header, data):
        try:
            return self.context.unwrap(header + data).message
        except LibraryErrors as error:
            raise Unreadable("%s: %s" % (type(error).__name__, error)) from error

    def seal(self, message):
        if self.mechanism() == "ntlm":
            sealed = self.context.wrap(message, True).message
            return sealed[:NTLM_SIGNATURE_LENGTH], sealed[NTLM_SIGNATURE_LENGTH:]
        # Without a trailer all of the token but the data goes into the header, which is how Windows lays it out.
        parts = gssapi.raw.IOV(gssapi.raw.IOVBufferType.header, message, std_layout=False)
        gssapi.raw.wrap_iov(self.context, parts, confidential=True)
        return parts[0].value, parts[1].value


LIBRARIES = {"pyspnego": PyspnegoLogin, "gssapi": GssapiLogin}
