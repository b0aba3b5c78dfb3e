"""Reads messages with Python's email package, which shares no code with Sealpost or its libraries.

One message a line, in base64; one JSON object a line: headers, text, html, every other part, and what was found wrong.
"""

import base64
import email
import email.policy
import json
import sys


def read(message):
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    # MailComposer leaves it to SMTP to write CRLF, and leaves out what is empty.
    text = {kind: part.get_content().replace("\r\n", "\n").rstrip("\n") if part else "" for kind, part in parts.items()}
    files = [
        [part.get_content_type(), part.get_filename(), part.get_content_disposition(), part["Content-ID"], part.get_payload(decode=True).hex()]
        for part in message.walk()
        if not part.is_multipart() and part not in parts.values()
    ]
    return {
        "from": [[mailbox.display_name, mailbox.addr_spec] for mailbox in message["From"].addresses],
        "to": [[mailbox.display_name, mailbox.addr_spec] for mailbox in message["To"].addresses],
        "subject": str(message["Subject"] or ""),
        "note": str(message["X-Note"] or ""),
        "id": str(message["Message-ID"]),
        "date": message["Date"].datetime.isoformat(),
        **text,
        "files": sorted(files, key=json.dumps),
        "defects": [repr(defect) for part in message.walk() for defect in part.defects],
    }


for line in sys.stdin:
    print(json.dumps(read(email.message_from_bytes(base64.b64decode(line), policy=email.policy.default))))
