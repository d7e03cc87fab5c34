"""What pypsrp and requests_ntlm hash certificates to for channel bindings.

Reads base64 of DER certificates as a JSON list, prints a list of [pypsrp, requests_ntlm] in hex.
"""

import base64
import json
import sys
import warnings

from pypsrp.negotiate import HTTPNegotiateAuth
from requests_ntlm.requests_ntlm import _get_certificate_hash

warnings.simplefilter("ignore")
answers = []
for text in json.load(sys.stdin):
    der = base64.b64decode(text)
    by_ntlm = _get_certificate_hash(der)
    answers.append(
        [
            HTTPNegotiateAuth._get_certificate_hash(der).hex(),
            None if by_ntlm is None else by_ntlm.hex(),
        ]
    )
print(json.dumps(answers))
