"""Asks a WinRM listener through pypsrp what it is told on standard input, and prints what it saw, as JSON."""

import base64
import hashlib
import json
import os
import sys


def connect(question):
    from pypsrp.wsman import WSMan

    return WSMan(
        server="127.0.0.1",
        port=question["port"],
        ssl="caFile" in question,
        auth=question["auth"],
        username=question.get("username"),
        password=question.get("password"),
        cert_validation=question.get("caFile", True),
        certificate_pem=question.get("certificateFile"),
        certificate_key_pem=question.get("keyFile"),
        negotiate_send_cbt=question.get("sendBindings", True),
        encryption=question.get("encryption", "auto"),
        operation_timeout=question.get("operationTimeout", 20),
        no_proxy=True,
    )


def describe(stream):
    return {
        "bytes": len(stream),
        "sha256": hashlib.sha256(stream).hexdigest(),
        "start": base64.b64encode(stream[:4096]).decode(),
    }


def run(shell, command):
    from pypsrp.shell import Process, SignalCode

    process = Process(shell, command["line"], command.get("arguments", []))
    process.begin_invoke()
    data = base64.b64decode(command["input"]) if "input" in command else b""
    size = command.get("pieceBytes", 32 * 1024)
    for start in range(0, len(data), size):
        process.send(data[start : start + size], end=start + size >= len(data))
    process.end_invoke()
    process.signal(SignalCode.CTRL_C)
    return {"stdout": describe(process.stdout), "stderr": describe(process.stderr), "exitCode": process.rc}


def fault_of(action):
    from pypsrp.exceptions import WSManFaultError

    try:
        action()
    except WSManFaultError as fault:
        return {"code": fault.code, "machine": fault.machine}
    return None


def judge_commands(wsman, question):
    from pypsrp.shell import WinRS

    shell = WinRS(wsman, codepage=question.get("codePage", 65001))
    shell.open()
    results = [run(shell, command) for command in question["commands"]]
    shell.close()
    gone = fault_of(lambda: shell.command("hostname", []))
    return {"results": results, "faultOfDeletedShell": gone}


def judge_shells(wsman, question):
    """Opens shells until the host has enough of them."""
    from pypsrp.shell import WinRS

    opened = []
    fault = None
    while fault is None and len(opened) < question["atMost"]:
        shell = WinRS(wsman)
        fault = fault_of(shell.open)
        if fault is None:
            opened.append(shell)
    for shell in opened:
        shell.close()
    return {"count": len(opened), "fault": fault}


def judge_operations(wsman, question):
    """Runs commands to their end in one shell, each terminated, until the host has enough of them."""
    from pypsrp.shell import Process, SignalCode, WinRS

    count = 0
    fault = None
    with WinRS(wsman) as shell:
        while fault is None and count < question["atMost"]:
            process = Process(shell, question["line"])
            fault = fault_of(process.invoke)
            if fault is None:
                process.signal(SignalCode.TERMINATE)
                count += 1
    return {"count": count, "fault": fault}


def judge_shell(wsman, question):
    from pypsrp.shell import WinRS

    return {"fault": fault_of(WinRS(wsman).open)}


judges = {
    "commands": judge_commands,
    "shells": judge_shells,
    "operations": judge_operations,
    "shell": judge_shell,
}


def judge(question):
    from pypsrp.exceptions import AuthenticationError, WinRMTransportError

    with connect(question) as wsman:
        try:
            return {"login": "accepted", **judges[question["ask"]](wsman, question)}
        except AuthenticationError:
            return {"login": "refused"}
        except WinRMTransportError as error:
            return {"login": "accepted", "status": error.code}


asked = json.load(sys.stdin)
# Without a file of its own the Kerberos library would look for a realm in the DNS before it leaves NTLM its turn.
if "kerberosConfiguration" in asked:
    os.environ["KRB5_CONFIG"] = asked["kerberosConfiguration"]
print(json.dumps(judge(asked)))
