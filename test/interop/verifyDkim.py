"""Verifies DKIM signatures with dkimpy.

The first line: a JSON object of key records by name. Each line then: a message in base64. For each of these a JSON line: a
list that says of each signature whether it is good.
"""

import base64
import json
import sys

import dkim

records = json.loads(sys.stdin.readline())


def look_up(name, timeout=5):
    text = records.get(name.decode().rstrip(".").lower())
    return None if text is None else text.encode()


def verify(message, index):
    try:
        return dkim.DKIM(message).verify(idx=index, dnsfunc=look_up)
    except dkim.DKIMException:
        return False


for line in sys.stdin:
    message = base64.b64decode(line)
    count = sum(1 for name, _ in dkim.DKIM(message).headers if name.lower() == b"dkim-signature")
    print(json.dumps([verify(message, index) for index in range(count)]))
