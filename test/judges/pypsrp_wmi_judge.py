"""Asks WMI of a WinRM listener through pypsrp what it is told on standard input, and prints what it got, as JSON."""

import json
import sys
import xml.etree.ElementTree as ET

from pypsrp.exceptions import WSManFaultError
from pypsrp.wsman import NAMESPACES, SelectorSet, WSMan

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
WSEN = "{%s}" % NAMESPACES["wsen"]
WSMAN = "{%s}" % NAMESPACES["wsman"]


def connect(question):
    return WSMan(
        server="127.0.0.1",
        port=question["port"],
        ssl=False,
        auth=question["auth"],
        username=question["username"],
        password=question["password"],
        encryption=question["encryption"],
        no_proxy=True,
    )


def plain(element):
    return element.tag.split("}")[-1]


def value(element):
    if element.get(XSI + "nil") == "true":
        return None
    inner = list(element)
    return inner[0].text if inner else (element.text or "")


def row(element):
    properties = {}
    for child in element:
        name = plain(child)
        if name in properties:
            properties[name] = [*(properties[name] if isinstance(properties[name], list) else [properties[name]]), value(child)]
        else:
            properties[name] = value(child)
    return {"class": plain(element), "uri": element.tag[1:].split("}")[0], "properties": properties}


def enumerate_all(wsman, uri, wql, optimize, max_elements):
    """Everything that a query gives: rows, and how many came with each answer."""
    body = ET.Element(WSEN + "Enumerate")
    if optimize:
        ET.SubElement(body, WSMAN + "OptimizeEnumeration")
        ET.SubElement(body, WSMAN + "MaxElements").text = str(max_elements)
    dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
    ET.SubElement(body, WSMAN + "Filter", Dialect=dialect).text = wql
    answer = wsman.enumerate(uri, body)
    items = answer.find("wsen:EnumerateResponse/wsman:Items", NAMESPACES)
    found = [] if items is None else list(items)
    pages = [len(found)]
    context = answer.find("wsen:EnumerateResponse/wsen:EnumerationContext", NAMESPACES)
    end = answer.find("wsen:EnumerateResponse/wsman:EndOfSequence", NAMESPACES)
    while end is None:
        pull = ET.Element(WSEN + "Pull")
        ET.SubElement(pull, WSEN + "EnumerationContext").text = context.text
        ET.SubElement(pull, WSEN + "MaxElements").text = str(max_elements)
        answer = wsman.pull(uri, pull)
        page = list(answer.find("wsen:PullResponse/wsen:Items", NAMESPACES))
        found += page
        pages.append(len(page))
        context = answer.find("wsen:PullResponse/wsen:EnumerationContext", NAMESPACES)
        end = answer.find("wsen:PullResponse/wsen:EndOfSequence", NAMESPACES)
    return {"rows": [row(item) for item in found], "pages": pages}


def selectors(keys):
    if not keys:
        return None
    chosen = SelectorSet()
    for name, key in keys.items():
        chosen.add_option(name, key)
    return chosen


def invoke(wsman, uri, method, parameters, keys):
    body = ET.Element("{%s}%s_INPUT" % (uri, method))
    for name, text in parameters.items():
        ET.SubElement(body, "{%s}%s" % (uri, name)).text = text
    envelope = wsman.invoke("%s/%s" % (uri, method), uri, body, selector_set=selectors(keys))
    return row(envelope.find("s:Body", NAMESPACES)[0])


def answer(wsman, asked):
    kind = asked["ask"]
    uri = WMI + asked.get("path", "")
    if kind == "payload":
        before = wsman.max_payload_size
        wsman.update_max_payload_size()
        return {"envelope": wsman.max_envelope_size, "grew": wsman.max_payload_size > before}
    if kind == "query":
        return enumerate_all(wsman, uri, asked["wql"], asked.get("optimize", True), asked.get("maxElements", 32000))
    if kind == "get":
        return row(wsman.get(uri, selector_set=selectors(asked.get("keys")))[0])
    return invoke(wsman, uri, asked["method"], asked.get("parameters", {}), asked.get("keys"))


def judge(question):
    wsman = connect(question)
    answers = []
    for asked in question["questions"]:
        try:
            answers.append(answer(wsman, asked))
        except WSManFaultError as fault:
            answers.append({"fault": fault.code, "provider": fault.provider, "machine": fault.machine})
    return answers


print(json.dumps(judge(json.load(sys.stdin))))
