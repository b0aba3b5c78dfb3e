"""A witness (C2SP tlog-witness) that was written from the specification, beside tlog.py; openssl signs for it.

    witness.py NAME KEY.pem ORIGIN VKEY     prints its port and its verifier key, and answers until it is ended
"""
import base64
import hashlib
import http.server
import subprocess
import sys
import tempfile
import time

import tlog

name, pem, origin, vkey = sys.argv[1:]
latest = (0, hashlib.sha256(b"").digest())


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def sign(message):
    with tempfile.NamedTemporaryFile() as file:
        file.write(message)
        file.flush()
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", pem, "-in", file.name)


public = openssl("pkey", "-in", pem, "-pubout", "-outform", "DER")[-32:]
key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
print_key = "%s+%s+%s" % (name, key_id.hex(), base64.b64encode(b"\x04" + public).decode())


def consistent(old_size, old_root, size, root, proof):
    """RFC 9162 2.1.4.2."""
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof
    if old_size & (old_size - 1) == 0:
        proof = [old_root, *proof]
    if not proof:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = proof[0]
    for hash in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = tlog.node(hash, before), tlog.node(hash, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = tlog.node(after, hash)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def add_checkpoint(body):
    global latest
    head, note = body.split(b"\n\n", 1)
    first, *lines = head.split(b"\n")
    old_size = int(first.removeprefix(b"old "))
    lines_of_note = note.split(b"\n")
    if lines_of_note[0].decode() != origin:
        return 404, "text/plain", b""
    try:
        size, root = tlog.read_checkpoint(note, origin, vkey)
    except Exception:
        return 403, "text/plain", b""
    if old_size > size:
        return 400, "text/plain", b""
    if old_size != latest[0]:
        return 409, "text/x.tlog.size", b"%d\n" % latest[0]
    if old_size == size and root != latest[1]:
        return 409, "text/plain", b""
    if not consistent(old_size, latest[1], size, root, [base64.b64decode(line) for line in lines]):
        return 422, "text/plain", b""
    latest = (size, root)
    now = int(time.time())
    text = note[: note.rindex(b"\n\n") + 1]
    signature = sign(b"cosignature/v1\ntime %d\n" % now + text)
    packed = base64.b64encode(key_id + now.to_bytes(8, "big") + signature).decode()
    return 200, "text/plain", ("\u2014 %s %s\n" % (name, packed)).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        status, kind, body = add_checkpoint(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, print_key, flush=True)
server.serve_forever()
