"""As much of a cmd shell over WS-Management as a client needs to log in, run a command and clean up."""

import base64
import uuid
import xml.etree.ElementTree as tree

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"

TIMED_OUT = 2150858793
SHELL_NOT_FOUND = 2150858843


class Fault(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def envelope(action, relates_to, body):
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}" xmlns:x="{TRANSFER}">'
        f"<s:Header><a:Action>{action}</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(relates_to, code):
    body = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code>"
        '<s:Reason><s:Text xml:lang="en-US">Fault of the peer</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{code}" Machine="peer"><f:Message>Fault of the peer</f:Message></f:WSManFault>'
        "</s:Detail></s:Fault>"
    )
    return envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", relates_to, body)


class Request:
    def __init__(self, message):
        root = tree.fromstring(message)
        header = root.find(f"{{{SOAP}}}Header")
        self.action = header.findtext(f"{{{ADDRESSING}}}Action").strip()
        self.kind = self.action.rsplit("/", 1)[-1]
        self.message_id = header.findtext(f"{{{ADDRESSING}}}MessageID").strip()
        selectors = header.iter(f"{{{WSMAN}}}Selector")
        self.shell_id = next((one.text for one in selectors if one.get("Name") == "ShellId"), None)
        self.body = root.find(f"{{{SOAP}}}Body")

    def find(self, name):
        return self.body.find(f".//{{{SHELL}}}{name}")


class Command:
    def __init__(self, line, pieces):
        self.line = line
        self.pieces = pieces
        self.input = bytearray()
        self.is_input_closed = False


class Winrs:
    """`copy` prints what it is sent; any other command line is printed itself, `repeat` times, one per Receive."""

    def __init__(self, repeat, exit_code):
        self.repeat = repeat
        self.exit_code = exit_code
        self.shells = {}

    def answer(self, request):
        """The status and the message, in the clear."""
        try:
            body = getattr(self, "do_" + request.kind.lower())(request)
            return 200, envelope(request.action + "Response", request.message_id, body)
        except Fault as error:
            return 500, fault(request.message_id, error.code)

    def commands_of(self, request):
        if request.shell_id not in self.shells:
            raise Fault(SHELL_NOT_FOUND)
        return self.shells[request.shell_id]

    def do_create(self, request):
        shell_id = str(uuid.uuid4()).upper()
        self.shells[shell_id] = {}
        return (
            "<x:ResourceCreated><a:Address>http://peer/wsman</a:Address><a:ReferenceParameters>"
            f'<w:ResourceURI>{SHELL}/cmd</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell_id}</w:Selector>'
            "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
        )

    def do_command(self, request):
        command_id = str(uuid.uuid4()).upper()
        line = request.find("Command").text
        words = [one.text or "" for one in request.body.iter(f"{{{SHELL}}}Arguments")]
        self.commands_of(request)[command_id] = Command(" ".join([line, *words]), self.repeat)
        return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"

    def do_send(self, request):
        stream = request.find("Stream")
        command = self.commands_of(request)[stream.get("CommandId")]
        command.input += base64.b64decode(stream.text or "")
        command.is_input_closed = stream.get("End") in ("true", "TRUE", "1")
        return "<rsp:SendResponse/>"

    def do_receive(self, request):
        command_id = request.find("DesiredStream").get("CommandId")
        command = self.commands_of(request)[command_id]
        if command.line == "copy":
            if not command.is_input_closed:
                raise Fault(TIMED_OUT)
            return self.received(command_id, bytes(command.input), True)
        command.pieces -= 1
        return self.received(command_id, command.line.encode() + b"\r\n", command.pieces <= 0)

    def received(self, command_id, output, is_done):
        stream = f'<rsp:Stream Name="stdout" CommandId="{command_id}">{base64.b64encode(output).decode()}</rsp:Stream>'
        state = f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Running"/>'
        if is_done:
            state = (
                f'<rsp:CommandState CommandId="{command_id}" State="{SHELL}/CommandState/Done">'
                f"<rsp:ExitCode>{self.exit_code}</rsp:ExitCode></rsp:CommandState>"
            )
        return f"<rsp:ReceiveResponse>{stream}{state}</rsp:ReceiveResponse>"

    def do_signal(self, _request):
        return "<rsp:SignalResponse/>"

    def do_delete(self, request):
        self.commands_of(request)
        del self.shells[request.shell_id]
        return ""
