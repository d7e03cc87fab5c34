"""Logins that libraries of others accept; JSON lines on standard input and output, one answer for each.

  {"do": "open", "id", "library": "pyspnego" | "gssapi", "protocol": "kerberos" | "negotiate", "bindings": base64 | null}
  {"do": "accept", "id", "token"}     {"token": base64 | null, "complete", "user"} or {"refused": why, "token"}
  {"do": "unseal", "id", "header", "data"}     {"message"} or {"unreadable": why}
  {"do": "seal", "id", "message"}              {"header", "data"}
"""

import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), *[os.pardir] * 3, "peers"))

from logins import LIBRARIES, Refused, Unreadable  # noqa: E402

logins = {}


def decoded(text):
    return None if text is None else base64.b64decode(text)


def encoded(value):
    return None if value is None else base64.b64encode(value).decode("ascii")


def answer(request):
    kind, number = request["do"], request["id"]
    if kind == "open":
        library = LIBRARIES[request["library"]]
        logins[number] = library(request["protocol"], decoded(request["bindings"]))
        return {}
    login = logins[number]
    if kind == "accept":
        try:
            token = login.step(decoded(request["token"]))
        except Refused as refused:
            return {"refused": str(refused), "token": encoded(refused.token)}
        complete = login.is_complete()
        user = login.user() if complete else None
        return {"token": encoded(token), "complete": complete, "user": user}
    if kind == "unseal":
        try:
            message = login.unseal(decoded(request["header"]), decoded(request["data"]))
        except Unreadable as unreadable:
            return {"unreadable": str(unreadable)}
        return {"message": encoded(message)}
    if kind == "seal":
        header, data = login.seal(decoded(request["message"]))
        return {"header": encoded(header), "data": encoded(data)}
    raise ValueError("no request is called %s" % kind)


for line in sys.stdin:
    try:
        said = answer(json.loads(line))
    except Exception as error:  # noqa: BLE001 -- the test decides what it means
        said = {"error": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(said), flush=True)
