"""Reads messages with Python's email package, which shares no code with Sealpost or its libraries.

One message a line, in base64; one JSON object a line: subject, text, html, and whatever the parser found to be wrong.
"""

import base64
import email
import email.policy
import json
import sys


def read(message):
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "text": parts["plain"].get_content() if parts["plain"] else None,
        "html": parts["html"].get_content() if parts["html"] else None,
        "defects": [repr(defect) for part in message.walk() for defect in list_defects(part)],
    }


def list_defects(part):
    return [*part.defects, *(defect for value in part.values() for defect in value.defects)]


for line in sys.stdin:
    print(json.dumps(read(email.message_from_bytes(base64.b64decode(line), policy=email.policy.default))))
