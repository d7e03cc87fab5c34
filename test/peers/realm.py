"""A Kerberos realm of its own for a test: k5test's MIT KDC, on loopback, in a temporary folder.

The first line of standard input says what is in it, as JSON:
  services    principals with a key in the keytab, such as "HTTP/server.example"
  users       [name, password, option of kadmin ...] each
  krb5Conf    more of krb5.conf, by section
The first line of standard output is JSON: realm, environment (for whatever process shall live in the realm), keytab,
kdcPort. Each further line of input is a request, answered by one line:
  {"do": "kinit", "user", "password", "cache", "flags": ["-l", "10s"]}    a ticket cache
  {"do": "kvno", "service", "cache"}                                      a service ticket into it
  {"do": "kadmin", "query": [...]}                                        kadmin.local
  {"do": "variant", "name", "krb5Conf"}                                   {"environment"} with another krb5.conf
  {"do": "stop-kdc" | "start-kdc"}
The realm ends when standard input closes.
"""

import json
import os
import shutil
import signal
import socket
import sys

from k5test.realm import MITRealm


def free_port():
    """A port that is free for UDP and TCP alike, as a KDC wants it."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            # The other ports of the realm are this one and the nine behind it: named, never opened.
            if port > 65000:
                continue
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def merged(*parts):
    """Sections of krb5.conf over each other, one level deep."""
    whole = {}
    for part in parts:
        for section, contents in (part or {}).items():
            whole.setdefault(section, {}).update(contents)
    return whole


class Realm:
    def __init__(self, config):
        for _ in range(5):
            port = free_port()
            here = f"127.0.0.1:{port}"
            self.krb5_conf = merged(
                {"realms": {"$realm": {"kdc": here}}, "libdefaults": {"dns_lookup_realm": "false"}},
                config.get("krb5Conf"),
            )
            listen = {"kdc_listen": here, "kdc_tcp_listen": here}
            try:
                self.realm = MITRealm(
                    portbase=port,
                    krb5_conf=self.krb5_conf,
                    kdc_conf={"realms": {"$realm": listen}},
                    create_user=False,
                    create_host=False,
                    get_creds=False,
                )
                break
            except Exception:  # noqa: BLE001 -- k5test has but one; the port was taken meanwhile
                continue
        else:
            raise RuntimeError("no KDC could be started")
        for service in config.get("services", []):
            self.add_service(service)
        for name, password, *options in config.get("users", []):
            self.kadmin(["addprinc", *options, "-pw", password, name])

    def kadmin(self, query):
        # As arguments: what k5test quotes for kadmin's own shell, that shell does not unquote.
        output = self.realm.run([self.realm.kadmin_local, *query])
        return output.decode("utf-8", "replace")

    def add_service(self, service):
        self.kadmin(["addprinc", "-randkey", service])
        self.kadmin(["ktadd", "-k", self.realm.keytab, "-norandkey", service])

    def in_cache(self, cache):
        return {**self.realm.env, "KRB5CCNAME": cache}

    def ready(self):
        return {
            "realm": self.realm.realm,
            "environment": self.realm.env,
            "keytab": self.realm.keytab,
            "folder": self.realm.tmpdir,
            "kdcPort": self.realm.portbase,
        }

    def answer(self, request):
        kind = request["do"]
        if kind == "kinit":
            self.realm.kinit(
                request["user"],
                request.get("password"),
                flags=request.get("flags"),
                env=self.in_cache(request["cache"]),
            )
        elif kind == "kvno":
            kvno = shutil.which("kvno") or "/usr/bin/kvno"
            self.realm.run([kvno, request["service"]], env=self.in_cache(request["cache"]))
        elif kind == "kadmin":
            return {"output": self.kadmin(request["query"])}
        elif kind == "variant":
            conf = merged(self.krb5_conf, request.get("krb5Conf"))
            return {"environment": self.realm.special_env(request["name"], True, krb5_conf=conf)}
        elif kind == "stop-kdc":
            self.realm.stop_kdc()
        elif kind == "start-kdc":
            self.realm.start_kdc()
        else:
            raise ValueError(f"no request is called {kind}")
        return {}


def say(value):
    print(json.dumps(value), flush=True)


def main():
    # Ended by a signal, it takes its KDC along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    realm = Realm(json.loads(sys.stdin.readline()))
    try:
        say(realm.ready())
        for line in sys.stdin:
            try:
                say(realm.answer(json.loads(line)))
            except Exception as error:  # noqa: BLE001 -- the test decides what it means
                say({"error": str(error)})
    finally:
        realm.realm.stop()


if __name__ == "__main__":
    # k5test starts its programs with the realm's environment alone.
    os.environ.setdefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
    main()
