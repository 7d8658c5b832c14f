"""load.py - what a shell cannot do quickly enough for the bench.

  load.py fill PORT COOKIE FROM TO      entries FROM..TO-1 over one connection
  load.py write PORT COOKIE FILE        entries until INT, each one that was acknowledged noted in FILE
  load.py logins PORT N PROGRAM         N logins at once, each from an address of its own: the greatest sum of their memory (KiB) and how they were answered
"""
import collections
import http.client
import os
import signal
import sys
import threading
import time
import urllib.parse


def fill(port, cookie, first, last):
    c = http.client.HTTPConnection("127.0.0.1", port)
    for i in range(first, last):
        form = urllib.parse.urlencode({
            "site": f"Site number {i}", "url": f"https://host{i}.example/login", "username": f"user{i}@example.org",
            "password": f"Xk7-{i}-mQ2vLw9", "notes": f"Customer number {i * 7919 % 100000}\nopened in the branch", "tags": f"tag{i % 20},all"})
        c.request("POST", "/api/entries", form, {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": f"http://localhost:{port}"})
        r = c.getresponse()
        r.read()
        if r.status != 201:
            sys.exit(f"entry {i}: {r.status}")


def write(port, cookie, path):
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with open(path, "w", encoding="ascii", buffering=1) as noted:
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        i = 0
        while not stop.wait(0.02):
            i += 1
            try:
                c.request("POST", "/api/entries", f"site=Written+{i}&password=x{i}", {
                    "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": f"http://localhost:{port}"})
                r = c.getresponse()
            except (http.client.RemoteDisconnected, ConnectionResetError):
                # a kept connection was closed between two requests: the next one opens another, as a browser does
                c.close()
                continue
            body = r.read()
            if r.status != 201:
                sys.exit(f"write {i}: {r.status}")
            noted.write(body[7:33].decode() + "\n")


def logins(port, n, program):
    done = collections.Counter()
    took = []

    def one(i):
        body = f"username=nobody{i}&password=wrong-{i}-wrong&code=123456"
        t = time.monotonic()
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request("POST", "/login", body, {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{port}", "X-Forwarded-For": f"198.51.{i}.1"})
        done[c.getresponse().status] += 1
        took.append(time.monotonic() - t)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    peak = waiters = 0
    while any(t.is_alive() for t in threads):
        total = count = 0
        for pid in os.listdir("/proc"):
            if not pid.isdigit():
                continue
            try:
                if os.readlink(f"/proc/{pid}/exe") != program:
                    continue
                with open(f"/proc/{pid}/smaps_rollup") as f:
                    total += next(int(line.split()[1]) for line in f if line.startswith("Pss:"))
                count += 1
            except (OSError, StopIteration):
                continue
        if total > peak:
            peak, waiters = total, count
        time.sleep(0.005)
    print(peak, waiters, f"{max(took):.2f}", " ".join(f"{s}x{k}" for s, k in sorted(done.items())))


if sys.argv[1] == "fill":
    fill(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
elif sys.argv[1] == "write":
    write(int(sys.argv[2]), sys.argv[3], sys.argv[4])
else:
    logins(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
