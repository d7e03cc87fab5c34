"""The frame of a sealed message, [MS-WSMV] 2.2.9.1, written and read strictly."""

import re
import struct

from logins import Unreadable

BOUNDARY = b"--Encrypted Boundary"
SOAP_TYPE = "application/soap+xml;charset=UTF-8"


def encode_sealed(protocol, plain_length, header, data):
    """[MS-WSMV] 2.2.9.1."""
    lines = [
        BOUNDARY,
        b"\tContent-Type: " + protocol.encode(),
        b"\tOriginalContent: type=" + SOAP_TYPE.encode() + b";Length=%d" % plain_length,
        BOUNDARY,
        b"\tContent-Type: application/octet-stream",
        struct.pack("<I", len(header)) + header + data + BOUNDARY + b"--\r\n",
    ]
    return b"\r\n".join(lines)


def decode_sealed(body):
    """Strict: what [MS-WSMV] 2.2.9.1 shows and nothing else."""
    match = re.match(
        rb"--Encrypted Boundary\r\n\tContent-Type: (application/HTTP-[A-Za-z]+-session-encrypted)\r\n"
        rb"\tOriginalContent: type=application/soap\+xml;charset=UTF-8;Length=(\d+)\r\n"
        rb"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n",
        body,
    )
    end = BOUNDARY + b"--\r\n"
    if match is None or not body.endswith(end):
        raise Unreadable("not framed as a sealed message: %r" % body[:200])
    rest = body[match.end() : -len(end)]
    (length,) = struct.unpack("<I", rest[:4])
    return match[1].decode(), int(match[2]), rest[4 : 4 + length], rest[4 + length :]


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
