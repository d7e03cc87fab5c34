"""Whether documents are valid against JSON Schemas, told by the reference implementation of the Python world.

Standard input: {"schemas": {name: schema}, "documents": [{"schema": name, "document": …}]}
Standard output: {"faulty": [names of schemas that are none], "errors": [first error of each document, or null]}
"""

import json
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

question = json.load(sys.stdin)
faulty = []
validators = {}
for name, schema in question["schemas"].items():
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        faulty.append(name)
    validators[name] = Draft202012Validator(schema)
errors = []
for one in question["documents"]:
    found = next(validators[one["schema"]].iter_errors(one["document"]), None)
    errors.append(None if found is None else found.message[:300])
json.dump({"faulty": faulty, "errors": errors}, sys.stdout)
