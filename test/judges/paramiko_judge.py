"""Asks an SSH server through paramiko what it is told on standard input, and prints what it saw, as JSON."""

import base64
import json
import sys

import paramiko


def run(client, line):
    stdin, stdout, stderr = client.exec_command(line, timeout=20)
    stdin.close()
    out, err = stdout.read(), stderr.read()
    return {
        "stdout": base64.b64encode(out).decode(),
        "stderr": base64.b64encode(err).decode(),
        "exitCode": stdout.channel.recv_exit_status(),
    }


def transfer(client, file):
    content = base64.b64decode(file["content"])
    with client.open_sftp() as sftp:
        with sftp.open(file["path"], "wb") as remote:
            remote.set_pipelined(True)
            remote.write(content)
        size = sftp.stat(file["path"]).st_size
        with sftp.open(file["path"], "rb") as remote:
            same = remote.read() == content
        return {"size": size, "same": same, "names": sftp.listdir(file["folder"])}


def judge(question):
    client = paramiko.SSHClient()
    kind, key = question["hostKey"].split(" ")
    entry = paramiko.Ed25519Key(data=base64.b64decode(key))
    client.get_host_keys().add("[127.0.0.1]:%d" % question["port"], kind, entry)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        client.connect(
            "127.0.0.1",
            question["port"],
            question["username"],
            question["password"],
            allow_agent=False,
            look_for_keys=False,
            timeout=20,
        )
    except paramiko.AuthenticationException:
        return {"login": "refused"}
    with client:
        results = [run(client, line) for line in question["commands"]]
        files = [transfer(client, file) for file in question["files"]]
    return {"login": "accepted", "results": results, "files": files}


print(json.dumps(judge(json.load(sys.stdin))))
