"""WinRM listeners whose logins and seals are third-party: see logins.py. The bodies are ours: see winrs.py.

Reads a line of JSON with the accounts, then a line for each thing to do, which peer.ts names; prints a line for each
thing that happens; ends when its standard input closes.
"""

import base64
import json
import os
import socket
import ssl
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from logins import LIBRARIES, Refused, Unreadable, channel_bindings_of, is_bound
from sealed import SOAP_TYPE, decode_sealed, encode_sealed, flipped
from winrs import Request, Winrs, fault

ACCESS_DENIED = 5

output = threading.Lock()


class Peer:
    """One listener: its configuration, and what it has seen."""

    def __init__(self, number, config):
        self.number = number
        self.config = config
        self.faults = {int(number): kind for number, kind in config.get("faults", {}).items()}
        self.winrs = Winrs(config.get("repeat", 1), config.get("exitCode", 0))
        self.lock = threading.Lock()
        self.messages = 0
        self.connections = 0
        self.open = set()
        bound_to = config.get("boundTo", config.get("tls", {}).get("certificate"))
        self.bindings = channel_bindings_of(bound_to.encode()) if bound_to else None

    def login(self):
        return LIBRARIES[self.config["library"]](self.config["protocol"], self.bindings)

    def count(self, name):
        with self.lock:
            value = getattr(self, name) + 1
            setattr(self, name, value)
            return value

    def tell(self, event, **more):
        line = json.dumps({"peer": self.number, "event": event, **more}) + "\n"
        with output:
            sys.stdout.write(line)
            sys.stdout.flush()


class Connection(BaseHTTPRequestHandler):
    """One instance per connection, so that its login is the connection's."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    disable_nagle_algorithm = True

    def setup(self):
        self.peer = self.server.peer
        self.number = self.peer.count("connections")
        self.login = None
        self.last_answer = None
        super().setup()
        self.peer.open.add(self)
        self.peer.tell("opened", connection=self.number)

    def finish(self):
        try:
            super().finish()
        finally:
            self.peer.open.discard(self)
            self.drop()
            self.connection.close()
            self.peer.tell("closed", connection=self.number)

    def drop(self):
        """Wakes the thread that reads from it, too."""
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def log_message(self, *_arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization")
        if token is not None:
            reply_token = self.take_token(token)
            if reply_token is False:
                return
            if not body:
                self.reply(200, b"", token=reply_token)
                return
            self.take_message(body, reply_token)
        elif self.login is None or not self.login.is_complete():
            self.refuse()
        else:
            self.take_message(body, None)

    def take_token(self, authorization):
        """False when the answer has been given, else the token of the last leg, which may be None."""
        scheme, _, text = authorization.partition(" ")
        if scheme != self.scheme():
            self.tell_refused("scheme %s is not offered" % scheme)
            self.refuse()
            return False
        if self.peer.config.get("answersNoToken"):
            self.tell_refused("told to give no token")
            self.refuse()
            return False
        try:
            if self.login is None or self.login.is_complete():
                self.login = self.peer.login()
            token = base64.b64decode(text, validate=True)
            reply = self.login.step(token)
            if self.peer.config.get("strict") and self.login.is_complete():
                if not is_bound(self.login, token):
                    raise ValueError("bound to nothing")
        except (Refused, ValueError) as error:
            self.tell_refused(str(error))
            self.refuse(getattr(error, "token", None))
            return False
        if not self.login.is_complete():
            self.reply(401, b"", token=reply)
            return False
        self.peer.tell(
            "login",
            accepted=True,
            user=self.login.user(),
            mechanism=self.login.mechanism(),
            connection=self.number,
        )
        return reply

    def tell_refused(self, why):
        self.login = None
        self.peer.tell("login", accepted=False, why=why, connection=self.number)

    def scheme(self):
        return "Kerberos" if self.peer.config["protocol"] == "kerberos" else "Negotiate"

    def refuse(self, token=None):
        self.login = None
        self.reply(401, b"", token=token)

    def take_message(self, body, token):
        message = self.open_message(body)
        if message is None:
            return
        number = self.peer.count("messages")
        fault_kind = self.peer.faults.get(number)
        request = Request(message)
        self.peer.tell(
            "message",
            number=number,
            kind=request.kind,
            bytes=len(message),
            sealed=self.is_sealed,
            connection=self.number,
        )
        if fault_kind == "expire":
            self.refuse()
        elif fault_kind == "drop":
            self.close_connection = True
        elif fault_kind == "plain-fault":
            self.reply(500, fault(request.message_id, ACCESS_DENIED), SOAP_TYPE)
        else:
            status, answer = self.peer.winrs.answer(request)
            self.answer(status, answer, fault_kind, token)

    def open_message(self, body):
        """The message in the clear; None when the answer has been given."""
        self.is_sealed = self.headers.get("Content-Type", "").startswith("multipart/encrypted")
        if not self.is_sealed:
            if self.peer.config.get("tls") or self.peer.config.get("allowUnencrypted"):
                return body
            self.peer.tell("unsealed", connection=self.number)
            self.reply(500, b"")
            return None
        try:
            protocol, length, header, data = decode_sealed(body)
            if protocol != self.protocol():
                raise Unreadable("protocol %s" % protocol)
            message = self.login.unseal(header, data)
            if len(message) != length:
                raise Unreadable("Length=%d, but %d bytes came" % (length, len(message)))
            return message
        except Unreadable as error:
            self.peer.tell("unreadable", why=str(error), connection=self.number)
            self.reply(400, b"")
            return None

    def protocol(self):
        name = "Kerberos" if self.scheme() == "Kerberos" else "SPNEGO"
        return "application/HTTP-%s-session-encrypted" % name

    def answer(self, status, message, fault_kind, token):
        if not self.is_sealed or fault_kind == "plain-answer":
            self.reply(status, message, SOAP_TYPE, token, close=fault_kind == "close")
            return
        header, data = self.login.seal(message)
        if fault_kind == "tamper-data":
            data = flipped(data)
        if fault_kind == "tamper-header":
            header = flipped(header)
        body = encode_sealed(self.protocol(), len(message), header, data)
        if fault_kind == "replay":
            body = self.last_answer
        self.last_answer = body
        kind = 'multipart/encrypted;protocol="%s";boundary="Encrypted Boundary"' % self.protocol()
        self.reply(status, body, kind, token, close=fault_kind == "close")

    def reply(self, status, body, content_type=None, token=None, close=False):
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        if token is not None:
            encoded = base64.b64encode(token).decode()
            self.send_header("WWW-Authenticate", "%s %s" % (self.scheme(), encoded))
        elif status == 401:
            self.send_header("WWW-Authenticate", self.scheme())
        if close:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, peer):
        super().__init__(("127.0.0.1", 0), Connection)
        self.peer = peer
        self.tls = None
        if "tls" in peer.config:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
                pem.write(peer.config["tls"]["key"] + "\n" + peer.config["tls"]["certificate"])
                pem.flush()
                self.tls.load_cert_chain(pem.name)

    def finish_request(self, request, client_address):
        # In the connection's own thread: a handshake that hangs must not keep others from being accepted.
        if self.tls is not None:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, _request, _client_address):
        error = sys.exc_info()[1]
        if isinstance(error, ConnectionError):  # The client went away, which is its right.
            return
        self.peer.tell("error", why="%s: %s" % (type(error).__name__, error))


def serve(number, config):
    listener = Listener(Peer(number, config))
    threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
    listener.peer.tell("listening", port=listener.server_port)
    return listener


def obey(listeners, order):
    number = order["peer"]
    if order["do"] == "serve":
        listeners[number] = serve(number, order["config"])
    elif order["do"] == "drop":
        for connection in list(listeners[number].peer.open):
            connection.drop()
    elif order["do"] == "report":
        # What a client has an answer for was told before that answer went out, and so before this.
        listeners[number].peer.tell("reported", number=order["number"])
    elif order["do"] == "close":
        listener = listeners.pop(number)
        listener.shutdown()
        listener.socket.close()
        for connection in list(listener.peer.open):
            connection.drop()
        listener.peer.tell("ended")


def main():
    listeners = {}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".users") as users:
        # pyspnego and gss-ntlmssp read the same file, a line `domain:user:password` for each account.
        users.writelines("%s:%s:%s\n" % tuple(user) for user in json.loads(sys.stdin.readline()))
        users.flush()
        os.environ["NTLM_USER_FILE"] = users.name
        for line in sys.stdin:
            obey(listeners, json.loads(line))


main()
