"""Keeps every frame that any interface of this network namespace sends or receives: captureFrames.py FILE.

Says `ready` when it listens, ends with its input, and says then how many frames the kernel had to drop. In the file each frame
has its length before it, four octets, the most significant first.
"""
import select
import socket
import struct
import sys

ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_STATISTICS = 263, 6

frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
frames.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 128 << 20)
frames.setblocking(False)
dropped = 0


def keep_all(out):
    """What is there now."""
    while True:
        try:
            frame = frames.recv(1 << 18)
        except BlockingIOError:
            return
        out.write(struct.pack(">I", len(frame)) + frame)


with open(sys.argv[1], "wb") as out:
    print("ready", flush=True)
    while True:
        readable, _, _ = select.select([frames, sys.stdin], [], [])
        keep_all(out)
        if sys.stdin in readable and not sys.stdin.buffer.read1(1):
            break
    keep_all(out)
    _, dropped = struct.unpack("II", frames.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
print(f"dropped {dropped}", flush=True)
