"""A policy service of Postfix that greylists (SMTPD_POLICY_README): greylist.py FOLDER SECONDS.

What it has seen is a file for each sender, recipient and client, made by whoever is first and as old as the first attempt.
"""
import hashlib
import os
import sys
import time

folder, delay = sys.argv[1], float(sys.argv[2])
request = {}
for line in sys.stdin:
    name, equals, value = line.rstrip("\n").partition("=")
    if equals:
        request[name] = value
        continue
    triplet = "\0".join(request.get(key, "") for key in ("client_address", "sender", "recipient"))
    path = os.path.join(folder, hashlib.sha256(triplet.encode("utf-8", "surrogateescape")).hexdigest())
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        pass
    waited = time.time() - os.stat(path).st_mtime
    print("action=" + ("dunno" if waited >= delay else "defer_if_permit 4.2.0 Greylisted, see RFC 6647") + "\n", flush=True)
    request = {}
