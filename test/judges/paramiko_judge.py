"""Asks SSH servers through paramiko: a question on each line of standard input, what was seen on one of the output.

The steps of a question are taken one after the other on one connection; each leaves one result.
"""

import base64
import hashlib
import io
import json
import logging
import os
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import paramiko


class KeyExchanges(logging.Handler):
    """Counts them by paramiko's own log, the one of the login included."""

    count = 0

    def emit(self, record):
        if "Switch to new keys" in record.getMessage():
            self.count += 1


def plain(data):
    return base64.b64encode(data).decode()


def run(client, step):
    given = base64.b64decode(step.get("input", ""))
    stdin, stdout, stderr = client.exec_command(step["line"], timeout=20)

    def feed():
        stdin.write(given)
        stdin.channel.shutdown_write()

    errors = []
    # All three at once: a client that does not read holds up what it writes.
    threads = [
        threading.Thread(target=feed),
        threading.Thread(target=lambda: errors.append(stderr.read())),
    ]
    for thread in threads:
        thread.start()
    out = stdout.read()
    for thread in threads:
        thread.join()
    return {
        "stdout": plain(out),
        "stderr": plain(errors[0]),
        "exitCode": stdout.channel.recv_exit_status(),
        "exitSignal": None,
    }


def together(client, step):
    with ThreadPoolExecutor(len(step["lines"])) as pool:
        return list(pool.map(lambda line: run(client, {"line": line}), step["lines"]))


def begin(client, line):
    channel = client.get_transport().open_session(timeout=20)
    channel.exec_command(line)
    channel.recv(1)
    return channel


def stop(client, step):
    """Ends a command in the middle by closing its channel; signals are nothing that paramiko sends."""
    begin(client, step["line"]).close()
    return {"exitCode": None, "exitSignal": None}


def crowd(client, step):
    """Opens channels until one is refused, and again when those have ended."""
    channels = []
    refusal = None
    while refusal is None and len(channels) < step["most"]:
        try:
            channels.append(begin(client, step["line"]))
        except paramiko.ChannelException as error:
            refusal = error.code
    for channel in channels:
        channel.close()
    begin(client, step["line"]).close()
    return {"opened": len(channels), "refusal": refusal}


def idle(client, step):
    """paramiko minds no answer to the keepalives that it sends by itself: this one is waited for."""
    time.sleep(step["seconds"])
    client.get_transport().global_request("keepalive@openssh.com", wait=True)
    return client.get_transport().is_active()


def files(client, step):
    """Sends a file, looks at it from all sides, renames it, gets it back and removes it."""
    content = os.urandom(step["bytes"])
    name, renamed = step["folder"] + "/" + step["name"], step["folder"] + "/" + step["renamed"]
    with tempfile.TemporaryDirectory() as local, client.open_sftp() as sftp:
        sent, got = os.path.join(local, "sent"), os.path.join(local, "got")
        with open(sent, "wb") as file:
            file.write(content)
        sftp.mkdir(step["folder"])
        sftp.put(sent, name)
        size = sftp.stat(name).st_size
        before = sftp.listdir(step["folder"])
        sftp.rename(name, renamed)
        after = sftp.listdir(step["folder"])
        digest = run(client, {"line": step["digest"]})["stdout"]
        sftp.get(renamed, got)
        with sftp.open(renamed, "rb") as remote:
            remote.seek(step["bytes"] // 2)
            middle = remote.read(1000)
        real = sftp.normalize(renamed)
        modes = [sftp.stat(renamed).st_mode, sftp.stat(step["folder"]).st_mode]
        sftp.remove(renamed)
        left = sftp.listdir(step["folder"]) != []
        sftp.rmdir(step["folder"])
        missing = None
        try:
            sftp.stat(step["folder"])
        except FileNotFoundError:
            missing = 2
        with open(got, "rb") as file:
            same = file.read() == content
    return {
        "size": size,
        "listed": [before, after],
        "sha256": hashlib.sha256(content).hexdigest(),
        "digest": digest,
        "same": same,
        "middle": middle == content[step["bytes"] // 2 :][:1000],
        "realpath": real,
        "kinds": [modes[0] & 0o170000 == 0o100000, modes[1] & 0o170000 == 0o040000],
        "left": left,
        "missing": missing,
    }


def sftp(client, _step):
    try:
        with client.open_sftp():
            return "served"
    except paramiko.SSHException:
        return "refused"


steps = {
    "run": run,
    "together": together,
    "stop": stop,
    "crowd": crowd,
    "idle": idle,
    "files": files,
    "sftp": sftp,
}


def private_key(text):
    for kind in (paramiko.Ed25519Key, paramiko.RSAKey, paramiko.ECDSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.SSHException:
            continue
    raise ValueError("paramiko cannot read this key")


def judge(question):
    client = paramiko.SSHClient()
    kind, key = question["hostKey"].split(" ")
    entry = paramiko.Ed25519Key(data=base64.b64decode(key))
    client.get_host_keys().add("[127.0.0.1]:%d" % question["port"], kind, entry)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    key = question.get("privateKey")
    unwanted = {"rsa-sha2-256", "rsa-sha2-512"} - {question.get("signature")}
    paramiko.packet.Packetizer.REKEY_BYTES = question.get("rekeyBytes", 2**29)
    try:
        client.connect(
            "127.0.0.1",
            question["port"],
            question["username"],
            question.get("password"),
            pkey=None if key is None else private_key(key),
            allow_agent=False,
            look_for_keys=False,
            timeout=20,
            disabled_algorithms={"pubkeys": list(unwanted)} if "signature" in question else None,
        )
    except paramiko.AuthenticationException:
        return {"login": "refused"}
    except paramiko.BadHostKeyException:
        return {"login": "host key refused"}
    with client:
        if "keepaliveSeconds" in question:
            client.get_transport().set_keepalive(question["keepaliveSeconds"])
        return {
            "login": "accepted",
            "server": client.get_transport().remote_version,
            "results": [steps[one["do"]](client, one) for one in question["steps"]],
            "keyExchanges": counter.count,
        }


counter = KeyExchanges()
logger = logging.getLogger("paramiko")
logger.setLevel(logging.DEBUG)
logger.addHandler(counter)
logger.propagate = False
for line in sys.stdin:
    counter.count = 0
    try:
        seen = judge(json.loads(line))
    except Exception:
        seen = {"error": traceback.format_exc()}
    print(json.dumps(seen), flush=True)
