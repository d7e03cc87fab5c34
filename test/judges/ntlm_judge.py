"""The other end of an NTLM login, one JSON line for each line that it gets: a library that we did not write.

The first line says which: {"peer": "pyspnego" | "gss-ntlmssp", "side": "acceptor" | "initiator", "accounts": [...],
"bindings": base64 or null, ...}. Then come {"do": "step" | "wrap" | "unwrap" | ...} (see `answer`). Ends with its
standard input.
"""

import base64
import json
import os
import sys
import tempfile

NTLM_OID = "1.3.6.1.4.1.311.2.2.10"


def encode(value):
    return None if value is None else base64.b64encode(value).decode()


def decode(value):
    return None if value is None else base64.b64decode(value)


class Pyspnego:
    def __init__(self, opening):
        import spnego
        from spnego.channel_bindings import GssChannelBindings

        bindings = decode(opening["bindings"])
        options = {
            "protocol": "ntlm",
            "channel_bindings": None if bindings is None else GssChannelBindings(application_data=bindings),
            "options": spnego.NegotiateOptions.use_ntlm,
        }
        if opening["side"] == "acceptor":
            self.context = spnego.server(**options)
        else:
            self.context = spnego.client(
                opening["username"], opening["password"], hostname=opening["host"], service="http", **options
            )

    def step(self, token):
        return self.context.step(token)

    def who(self):
        return self.context.client_principal if self.context.complete else None

    def complete(self):
        return self.context.complete

    def wrap(self, message):
        sealed = self.context.wrap_winrm(message)
        return sealed.header, sealed.data

    def unwrap(self, header, data):
        return self.context.unwrap_winrm(header, data)

    def sign_list(self, mech_list):
        # What its SPNEGO does with the mechListMIC of an NTLM login.
        mic = self.context.sign(mech_list)
        self.context._reset_ntlm_crypto_state()
        return mic

    def verify_list(self, mech_list, mic):
        self.context.verify(mech_list, mic)
        self.context._reset_ntlm_crypto_state(outgoing=False)

    def pack(self, message):
        from pypsrp.encryption import WinRMEncryption

        return WinRMEncryption(self.context, WinRMEncryption.SPNEGO).wrap_message(message)[1]

    def unpack(self, body):
        from pypsrp.encryption import WinRMEncryption

        framing = WinRMEncryption(self.context, WinRMEncryption.SPNEGO)
        return framing.unwrap_message(body, "Encrypted Boundary")


class GssNtlmssp:
    def __init__(self, opening):
        import gssapi
        from gssapi.raw import ChannelBindings

        bindings = decode(opening["bindings"])
        mech = gssapi.OID.from_int_seq(NTLM_OID)
        options = {"channel_bindings": None if bindings is None else ChannelBindings(application_data=bindings)}
        if opening["side"] == "acceptor":
            creds = gssapi.Credentials(usage="accept", mechs=[mech])
            self.context = gssapi.SecurityContext(creds=creds, usage="accept", **options)
        else:
            name = gssapi.Name(opening["username"], gssapi.NameType.user)
            creds = gssapi.Credentials(name=name, usage="initiate", mechs=[mech])
            flag = gssapi.RequirementFlag
            self.context = gssapi.SecurityContext(
                name=gssapi.Name("http@" + opening["host"], gssapi.NameType.hostbased_service),
                creds=creds,
                usage="initiate",
                mech=mech,
                flags=flag.confidentiality | flag.integrity | flag.replay_detection | flag.out_of_sequence_detection,
                **options,
            )

    def step(self, token):
        return self.context.step(token)

    def who(self):
        return str(self.context.initiator_name) if self.context.complete else None

    def complete(self):
        return self.context.complete

    def wrap(self, message):
        sealed = self.context.wrap(message, True).message
        return sealed[:16], sealed[16:]

    def unwrap(self, header, data):
        return self.context.unwrap(header + data).message


def answer(peer, line):
    what = line["do"]
    if what == "step":
        token = peer.step(decode(line["token"]))
        return {"token": encode(token or None), "complete": peer.complete(), "who": peer.who()}
    if what == "wrap":
        header, data = peer.wrap(decode(line["message"]))
        return {"header": encode(header), "data": encode(data)}
    if what == "unwrap":
        return {"message": encode(peer.unwrap(decode(line["header"]), decode(line["data"])))}
    if what == "pack":
        return {"body": encode(peer.pack(decode(line["message"])))}
    if what == "unpack":
        return {"message": encode(peer.unpack(decode(line["body"])))}
    if what == "sign-list":
        return {"mic": encode(peer.sign_list(decode(line["list"])))}
    peer.verify_list(decode(line["list"]), decode(line["mic"]))
    return {}


def main():
    opening = json.loads(sys.stdin.readline())
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as accounts:
        accounts.write("".join(line + "\n" for line in opening["accounts"]))
        accounts.flush()
        os.environ["NTLM_USER_FILE"] = accounts.name
        peer = {"pyspnego": Pyspnego, "gss-ntlmssp": GssNtlmssp}[opening["peer"]](opening)
        for line in sys.stdin:
            try:
                result = answer(peer, json.loads(line))
            except Exception as error:  # whatever it objects to is its verdict
                result = {"refused": f"{type(error).__name__}: {error}"}
            print(json.dumps(result), flush=True)


main()
