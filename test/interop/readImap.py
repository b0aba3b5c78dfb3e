"""Reads a mailbox over IMAP (RFC 9051) with Python's imaplib, inside TLS that is checked.

readImap.py HOST PORT NAME CA_FILE USER: one JSON object a message: uid, RFC822.SIZE, BODYSTRUCTURE as nested lists with
numbers as numbers and NIL as null, the octets in base64, and those of part 1.1 or 1 alone, as a program asks for them
that shows the text first.
"""

import base64
import imaplib
import json
import re
import socket
import ssl
import sys

host, port, name, authority, user = sys.argv[1:6]

TOKEN = re.compile(rb'\s*(?:([()])|"((?:[^"\\]|\\.)*)"|(NIL)\b|(\d+)\b|([^\s()"]+))')


def parse(text):
    """One parenthesised list; a literal in it would not be read, and there is none for what Dovecot can quote."""
    stack, position = [[]], 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise ValueError(f"no IMAP list at {text[position:position + 40]!r}")
        position = match.end()
        bracket, quoted, nil, number, atom = match.groups()
        if bracket == b"(":
            stack.append([])
        elif bracket == b")":
            done = stack.pop()
            stack[-1].append(done)
        elif quoted is not None:
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted).decode())
        elif nil:
            stack[-1].append(None)
        else:
            stack[-1].append(int(number) if number else atom.decode())
    return stack[0][0]


class Client(imaplib.IMAP4_SSL):
    """Connects to an address and checks the certificate for the server's name."""

    def _create_socket(self, timeout):
        context = ssl.create_default_context(cafile=authority)
        return context.wrap_socket(socket.create_connection((host, int(port)), timeout or 20), server_hostname=name)


client = Client()
client.login(user, "any")
client.select("INBOX", readonly=True)
_, (found,) = client.uid("search", "ALL")
for uid in found.split():
    _, (structure,) = client.uid("fetch", uid, "(BODYSTRUCTURE)")
    _, whole = client.uid("fetch", uid, "(RFC822.SIZE BODY.PEEK[])")
    size = int(re.search(rb"RFC822\.SIZE (\d+)", b" ".join([whole[0][0], whole[-1] if isinstance(whole[-1], bytes) else b""])).group(1))
    tree = parse(structure[structure.index(b"BODYSTRUCTURE ") + 14 : -1])
    section = "1"
    part = tree
    while isinstance(part[0], list) and isinstance(part[0][0], list):
        part, section = part[0], section + ".1"
    _, text = client.uid("fetch", uid, f"(BODY.PEEK[{section}])")
    print(json.dumps({
        "uid": int(uid),
        "size": size,
        "structure": tree,
        "raw": base64.b64encode(whole[0][1]).decode(),
        "section": section,
        "first": base64.b64encode(text[0][1]).decode(),
    }))
client.logout()
