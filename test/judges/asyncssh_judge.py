"""Asks SSH servers through asyncssh: a question on each line of standard input, what was seen on one of the output.

The steps of a question are taken one after the other on one connection; each leaves one result.
"""

import asyncio
import base64
import hashlib
import json
import logging
import os
import sys
import tempfile
import traceback

import asyncssh


class KeyExchanges(logging.Handler):
    """Counts them by asyncssh's own log, the one of the login included."""

    count = 0

    def emit(self, record):
        if "Beginning key exchange" in record.getMessage():
            self.count += 1


def plain(data):
    return base64.b64encode(data or b"").decode()


def outcome(done):
    return {
        "exitCode": done.exit_status,
        "exitSignal": done.exit_signal,
        "stdout": plain(done.stdout),
        "stderr": plain(done.stderr),
    }


async def run(connection, step):
    given = base64.b64decode(step.get("input", ""))
    return outcome(await connection.run(step["line"], input=given, encoding=None))


async def together(connection, step):
    ran = [connection.run(line, input=b"", encoding=None) for line in step["lines"]]
    return [outcome(done) for done in await asyncio.gather(*ran)]


async def begin(connection, line):
    process = await connection.create_process(line, encoding=None)
    await process.stdout.readexactly(1)
    return process


async def stop(connection, step):
    """Ends a command in the middle: by a signal, or by closing its channel."""
    process = await begin(connection, step["line"])
    if step["by"] == "close":
        process.close()
    else:
        process.send_signal(step["by"])
    await process.wait_closed()
    return {"exitCode": process.exit_status, "exitSignal": process.exit_signal}


async def crowd(connection, step):
    """Opens channels until one is refused, and again when those have ended."""
    processes = []
    refusal = None
    while refusal is None and len(processes) < step["most"]:
        try:
            processes.append(await begin(connection, step["line"]))
        except asyncssh.ChannelOpenError as error:
            refusal = error.code
    for process in processes:
        process.close()
        await process.wait_closed()
    again = await begin(connection, step["line"])
    again.close()
    return {"opened": len(processes), "refusal": refusal}


async def idle(connection, step):
    await asyncio.sleep(step["seconds"])
    return not connection.is_closed()


async def files(connection, step):
    """Sends a file, looks at it from all sides, renames it, gets it back and removes it."""
    content = os.urandom(step["bytes"])
    name, renamed = step["folder"] + "/" + step["name"], step["folder"] + "/" + step["renamed"]
    with tempfile.TemporaryDirectory() as local:
        sent, got = os.path.join(local, "sent"), os.path.join(local, "got")
        with open(sent, "wb") as file:
            file.write(content)
        async with connection.start_sftp_client() as sftp:
            await sftp.mkdir(step["folder"])
            await sftp.put(sent, name)
            size = (await sftp.stat(name)).size
            before = [one for one in await sftp.listdir(step["folder"]) if one not in (".", "..")]
            await sftp.rename(name, renamed)
            after = [one for one in await sftp.listdir(step["folder"]) if one not in (".", "..")]
            digest = await connection.run(step["digest"], encoding=None)
            await sftp.get(renamed, got)
            async with sftp.open(renamed, "rb") as remote:
                middle = await remote.read(1000, offset=step["bytes"] // 2)
            real = await sftp.realpath(renamed)
            kinds = [await sftp.isfile(renamed), await sftp.isdir(step["folder"])]
            await sftp.remove(renamed)
            left = await sftp.exists(renamed)
            await sftp.rmdir(step["folder"])
            missing = None
            try:
                await sftp.stat(step["folder"])
            except asyncssh.SFTPNoSuchFile as error:
                missing = error.code
        with open(got, "rb") as file:
            same = file.read() == content
    return {
        "size": size,
        "listed": [before, after],
        "sha256": hashlib.sha256(content).hexdigest(),
        "digest": plain(digest.stdout),
        "same": same,
        "middle": middle == content[step["bytes"] // 2 :][:1000],
        "realpath": real,
        "kinds": kinds,
        "left": left,
        "missing": missing,
    }


async def sftp(connection, _step):
    try:
        async with connection.start_sftp_client():
            return "served"
    except asyncssh.Error as error:
        return type(error).__name__


steps = {
    "run": run,
    "together": together,
    "stop": stop,
    "crowd": crowd,
    "idle": idle,
    "files": files,
    "sftp": sftp,
}


async def judge(question, exchanges):
    key = question.get("privateKey")
    known = "[127.0.0.1]:%d %s" % (question["port"], question["hostKey"])
    options = {
        "known_hosts": asyncssh.import_known_hosts(known),
        "config": None,
        "agent_path": None,
        "username": question["username"],
        "password": question.get("password"),
        "client_keys": [] if key is None else [asyncssh.import_private_key(key)],
        "login_timeout": 20,
    }
    if "signature" in question:
        options["signature_algs"] = [question["signature"]]
    if "rekeyBytes" in question:
        options["rekey_bytes"] = question["rekeyBytes"]
    if "keepaliveSeconds" in question:
        # Two that nobody answers end the connection.
        options["keepalive_interval"] = question["keepaliveSeconds"]
        options["keepalive_count_max"] = 2
    try:
        async with asyncssh.connect("127.0.0.1", question["port"], **options) as connection:
            results = [await steps[one["do"]](connection, one) for one in question["steps"]]
            return {
                "login": "accepted",
                "server": connection.get_extra_info("server_version"),
                "results": results,
                "keyExchanges": exchanges.count,
            }
    except asyncssh.PermissionDenied:
        return {"login": "refused"}
    except asyncssh.HostKeyNotVerifiable:
        return {"login": "host key refused"}


counter = KeyExchanges()
asyncssh.set_debug_level(1)
asyncssh.logger.logger.addHandler(counter)
asyncssh.set_log_level(logging.DEBUG)
for line in sys.stdin:
    counter.count = 0
    try:
        seen = asyncio.run(asyncio.wait_for(judge(json.loads(line), counter), 45))
    except Exception:
        seen = {"error": traceback.format_exc()}
    print(json.dumps(seen), flush=True)
