"""Runs a command at a terminal of its own, answers its questions, and prints what the terminal showed.

terminal.py COMMAND... -- QUESTION ANSWER [QUESTION ANSWER]...
"""
import os
import pty
import select
import sys

cut = sys.argv.index('--')
command, rest = sys.argv[1:cut], sys.argv[cut + 1 :]
answers = list(zip(rest[::2], rest[1::2]))
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, seen = b'', 0
while select.select([fd], [], [], 60)[0]:
    try:
        read = os.read(fd, 4096)
    except OSError:
        break
    if not read:
        break
    shown += read
    if answers and answers[0][0].encode() in shown[seen:]:
        seen = len(shown)
        os.write(fd, answers.pop(0)[1].encode() + b'\r')
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
