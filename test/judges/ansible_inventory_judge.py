"""Reads inventories as ansible does and prints for each its hosts with their groups and variables, as JSON."""

import json
import sys

from ansible import constants as C
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.vars.manager import VariableManager


def plain(value):
    """Without the tags with which ansible remembers where a value comes from."""
    if isinstance(value, EncryptedString):
        return {"vault": True}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def read(path, patterns, empty):
    loader = DataLoader()
    loader.set_basedir(empty)
    inventory = InventoryManager(loader=loader, sources=[path])
    variables = VariableManager(loader=loader, inventory=inventory)
    hosts = {}
    for host in inventory.get_hosts("all"):
        found = variables.get_vars(host=host, include_hostvars=False, stage="all")
        hosts[host.name] = {
            "groups": sorted(group.name for group in host.get_groups()),
            "variables": {
                name: plain(value)
                for name, value in found.items()
                if name not in C.INTERNAL_STATIC_VARS
            },
        }
    selected = {
        pattern: [host.name for host in inventory.get_hosts(pattern)]
        for pattern in patterns
    }
    return {"hosts": hosts, "selected": selected}


def main():
    question = json.load(sys.stdin)
    answers = []
    for asked in question["inventories"]:
        try:
            answers.append(read(asked["path"], asked.get("patterns", []), question["empty"]))
        except Exception as error:
            answers.append({"error": str(error)})
    json.dump(answers, sys.stdout)


main()
