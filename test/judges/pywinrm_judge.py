"""Asks a WinRM listener through pywinrm what it is told on standard input, and prints what it saw, as JSON."""

import base64
import json
import sys

from winrm.exceptions import InvalidCredentialsError, WinRMTransportError, WSManFaultError
from winrm.protocol import Protocol


def connect(question):
    return Protocol(
        endpoint=question["endpoint"],
        transport=question.get("transport", "basic"),
        username=question["username"],
        password=question["password"],
        cert_pem=question.get("certificateFile"),
        cert_key_pem=question.get("keyFile"),
        send_cbt=question.get("sendBindings", True),
        message_encryption=question.get("encryption", "auto"),
        ca_trust_path=question.get("caFile"),
        read_timeout_sec=question.get("readTimeout", 30),
        operation_timeout_sec=question.get("operationTimeout", 20),
        proxy=None,
    )


def run(protocol, shell, command):
    command_id = protocol.run_command(shell, command["line"], command.get("arguments", []))
    if "input" in command:
        protocol.send_command_input(shell, command_id, base64.b64decode(command["input"]), end=True)
    stdout, stderr, code = protocol.get_command_output(shell, command_id)
    protocol.cleanup_command(shell, command_id)
    return {
        "stdout": base64.b64encode(stdout).decode(),
        "stderr": base64.b64encode(stderr).decode(),
        "exitCode": code,
    }


def judge(question):
    protocol = connect(question)
    try:
        shell = protocol.open_shell(codepage=question.get("codePage", 65001))
    except InvalidCredentialsError:
        return {"login": "refused"}
    except WinRMTransportError as error:
        return {"login": "accepted", "status": error.code}
    try:
        results = [run(protocol, shell, command) for command in question["commands"]]
    finally:
        protocol.close_shell(shell, close_session=False)
    try:
        protocol.run_command(shell, "hostname")
        gone = None
    except WSManFaultError as fault:
        gone = fault.wsman_fault_code
    return {"login": "accepted", "results": results, "faultOfDeletedShell": gone}


print(json.dumps(judge(json.load(sys.stdin))))
