"""storm.py MODE URL FOLDER [NAME=VALUE...] - many clients at once against a running server, and whether the history that they saw can be true.

  work     clients=8 ops=1000: read and change shared entries, make and delete own ones; kill=1 kills the server's programs meanwhile, at random
  register clients=12 emails=20: every client tries to register every email, each under a name of its own
  pool     seconds=8: asks while FOLDER/down appears and the pool comes back; says how long it was away

FOLDER/jar holds "Cookie:" of a session and, for `work`, FOLDER/server the web server's process id. Ends with 1 and says what was wrong; prints figures in one line.
"""
import collections
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

mode, url, folder = sys.argv[1], urllib.parse.urlparse(sys.argv[2]), sys.argv[3]
opt = dict(a.split("=", 1) for a in sys.argv[4:])
clients, ops = int(opt.get("clients", 8)), int(opt.get("ops", 1000))
lock = threading.Lock()
wrong, statuses, slowest = [], collections.Counter(), 0.0
cookie = open(folder + "/jar", encoding="ascii").read().strip() if os.path.exists(folder + "/jar") else ""


def complain(text):
    with lock:
        wrong.append(text)


def ask(method, path, form=None, cookies=None, address=None):
    """One request: (status, answer or None, headers). Status 0: no answer."""
    global slowest
    body = urllib.parse.urlencode(form) if form is not None else None
    headers = {"Origin": f"{url.scheme}://{url.netloc}", "Cookie": cookies if cookies is not None else cookie}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if address:
        headers["X-Forwarded-For"] = address
    began = time.monotonic()
    try:
        c = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        c.request(method, path, body, headers)
        r = c.getresponse()
        data = r.read()
        status, back = r.status, r.headers
    except OSError:
        status, data, back = 0, b"", {}
    took = time.monotonic() - began
    try:
        answer = json.loads(data)
    except ValueError:
        answer = None
    with lock:
        statuses[status] += 1
        slowest = max(slowest, took)
    if took > 8.3:
        complain(f"{method} {path.split('?')[0]}: {status} after {took:.1f} s")
    if status == 503 and not back.get("Retry-After"):
        complain(f"{method}: 503 without Retry-After")
    return status, answer, back


def sure(method, path, form=None, want=(200, 201, 204), tries=30, **more):
    """Set-up and final look: again until it goes through."""
    for _ in range(tries):
        status, answer, back = ask(method, path, form, **more)
        if status in want:
            return answer, back
        time.sleep(0.2)
    sys.exit(f"{method} {path}: {status} {answer}")


# --- work -------------------------------------------------------------------------------------------------------------------

seen = collections.defaultdict(dict)     # entry -> version -> password, as told by the server
acked = collections.defaultdict(dict)    # entry -> version -> (client, password, when it was told)
unknown = collections.defaultdict(list)  # entry -> passwords whose fate was not told
kept, gone, perhaps = set(), set(), set()  # own entries by site


def observe(entry, version, password, began):
    with lock:
        if seen[entry].setdefault(version, password) != password:
            wrong.append(f"{entry}: version {version} was told as two different passwords")
        newest = max([v for v, (_, _, told) in acked[entry].items() if told < began], default=0)
        if version < newest:
            wrong.append(f"{entry}: version {version} was read after {newest} had been told")


def change(me, n, entry):
    began = time.monotonic()
    status, answer, _ = ask("GET", f"/api/entries/{entry}")
    if status != 200:
        return
    observe(entry, answer["version"], answer["password"], began)
    if random.random() < 0.3:
        return
    version, password = answer["version"], f"p-{me}-{n}"
    status, answer, _ = ask("PUT", f"/api/entries/{entry}", {"version": version, "password": password})
    with lock:
        if status == 200:
            if answer["version"] != version + 1:
                wrong.append(f"{entry}: {version} became {answer['version']}")
            if version + 1 in acked[entry]:
                wrong.append(f"{entry}: version {version + 1} was told to two clients: an update was lost")
            acked[entry][version + 1] = (me, password, time.monotonic())
        elif status in (0, 500, 503):
            unknown[entry].append(password)
        elif status != 409:
            wrong.append(f"PUT: {status}")


def own(me, n, mine):
    if mine and random.random() < 0.6:
        site, entry = mine.pop(random.randrange(len(mine)))
        status, _, _ = ask("DELETE", f"/api/entries/{entry}?version=1")
        with lock:
            kept.discard(site)
            (gone if status == 204 else perhaps).add(site)
            # 404 or 409: an earlier try of the same request had been done, which nobody could tell us
            if status not in (204, 0, 500, 503):
                wrong.append(f"DELETE: {status}")
        return
    site = f"own-{me}-{n}"
    status, answer, _ = ask("POST", "/api/entries", {"site": site, "password": "x"})
    with lock:
        if status == 201:
            kept.add(site)
            mine.append((site, answer["id"]))
        else:
            perhaps.add(site)
            if status not in (0, 500, 503):
                wrong.append(f"POST: {status}")


def worker(me, entries):
    mine = []
    for n in range(ops // clients):
        if random.random() < 0.8:
            change(me, n, random.choice(entries))
        else:
            own(me, n, mine)


def killer(stop):
    """kill -9 to whatever program of the server runs at this moment."""
    killed = 0
    with open(folder + "/server", encoding="ascii") as f:
        top = f.read().strip()
    while not stop.is_set():
        time.sleep(random.uniform(0.05, 0.3))
        found = subprocess.run(["pgrep", "-x", "api-entries"], capture_output=True, text=True, check=False).stdout.split()
        for pid in found[:1]:
            try:
                if ours(pid, top):
                    os.kill(int(pid), signal.SIGKILL)
                    killed += 1
            except (ProcessLookupError, FileNotFoundError):
                pass
    print(f"killed {killed} programs")


def ours(pid, top):
    while pid not in ("0", "1"):
        if pid == top:
            return True
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            pid = f.read().rsplit(")", 1)[1].split()[1]
    return False


def work():
    entries = [sure("POST", "/api/entries", {"site": f"shared-{i}", "password": "start"})[0]["id"] for i in range(12)]
    open(folder + "/go", "w", encoding="ascii").close()  # faults begin now
    time.sleep(0.2)
    stop = threading.Event()
    side = threading.Thread(target=killer, args=(stop,)) if opt.get("kill") == "1" else None
    threads = [threading.Thread(target=worker, args=(i, entries)) for i in range(clients)]
    for t in threads + ([side] if side else []):
        t.start()
    for t in threads:
        t.join()
    stop.set()
    if side:
        side.join()
    open(folder + "/calm", "w", encoding="ascii").close()
    time.sleep(0.3)
    for e in entries:
        last = sure("GET", f"/api/entries/{e}")[0]
        observe(e, last["version"], last["password"], time.monotonic())
        for v, (_, password, _) in acked[e].items():
            if seen[e].get(v, password) != password:
                wrong.append(f"{e}: version {v} was told as {password} and read as {seen[e][v]}")
        # each version is one update: told, or one of those whose fate was not told
        missing = [v for v in range(2, last["version"] + 1) if v not in acked[e]]
        if len(missing) > len(unknown[e]):
            wrong.append(f"{e}: {len(missing)} versions came from nowhere (or twice from one update)")
        for v in missing:
            if v in seen[e] and seen[e][v] not in unknown[e]:
                wrong.append(f"{e}: version {v} holds what nobody sent")
        if acked[e] and last["version"] < max(acked[e]):
            wrong.append(f"{e}: {max(acked[e])} was told, {last['version']} is there")
    listed = collections.Counter()
    after = ""
    while True:
        page = sure("GET", f"/api/entries?limit=1000{after}")[0]
        listed.update(x["site"] for x in page["entries"])
        if not page["next"]:
            break
        after = "&after=" + urllib.parse.quote(page["next"])
    for site, n in listed.items():
        if n > 1:
            wrong.append(f"{site} is there {n} times")
        if site in gone:
            wrong.append(f"{site} was deleted and is there")
    for site in kept:
        if listed[site] != 1:
            wrong.append(f"{site} was told as kept and is not there")
    changes = sum(len(v) for v in acked.values())
    print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}; {changes} changes of {len(entries)} shared entries told as done, "
          f"{sum(len(v) for v in unknown.values())} of unknown fate; slowest {slowest:.2f} s")


# --- register ---------------------------------------------------------------------------------------------------------------

def code_of(secret):
    return subprocess.run(["oathtool", "--totp", "--base32", secret], capture_output=True, text=True, check=True).stdout.strip()


def register():
    emails = int(opt.get("emails", 20))
    won = collections.defaultdict(list)

    def one(me):
        for i in range(emails):
            jar, address = {}, f"10.{me}.{random.randrange(256)}.{random.randrange(256)}"

            def step(path, form, want, jar=jar, address=address):
                for _ in range(60):
                    status, answer, back = ask("POST", path, form, cookies="; ".join(f"{k}={v}" for k, v in jar.items()), address=address)
                    if status != 503:
                        break
                    time.sleep(random.uniform(0.2, 1))
                for c in back.get_all("Set-Cookie", []) if status else []:
                    k, v = c.split(";")[0].split("=", 1)
                    jar[k] = v
                if status not in want:
                    complain(f"{path}: {status} {answer}")
                return status, answer
            status, a = step("/register", {"username": f"c{me}e{i}", "email": f"shared{i}@example.org", "password": "correct horse battery staple 7"}, (201,))
            if status != 201:
                continue
            status, a = step("/register/totp", {"code": code_of(a["secret"])}, (200,))
            if status != 200:
                continue
            words = a["phrase"].split()
            status, a = step("/register/phrase", {"word2": words[1], "word4": words[3]}, (201, 409))
            if status == 201:
                with lock:
                    won[i].append(me)
    threads = [threading.Thread(target=one, args=(m,)) for m in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i in range(emails):
        if len(won[i]) != 1:
            wrong.append(f"email {i} has {len(won[i])} winners")
    print(f"{clients} clients, {emails} emails: {dict(sorted(statuses.items()))}; slowest {slowest:.2f} s")


# --- pool -------------------------------------------------------------------------------------------------------------------

def pool():
    until = time.monotonic() + float(opt.get("seconds", 8))
    bad, good = [], []

    def one():
        while time.monotonic() < until:
            status, _, _ = ask("GET", "/api/entries")
            (good if status == 200 else bad).append(time.monotonic())
            if status not in (200, 503):
                complain(f"answered {status}")
            time.sleep(0.02)
    threads = [threading.Thread(target=one) for _ in range(4)]
    for t in threads:
        t.start()
    down = []
    while time.monotonic() < until:
        if os.path.exists(folder + "/down"):
            os.remove(folder + "/down")
            down.append(time.monotonic())
        time.sleep(0.01)
    for t in threads:
        t.join()
    if not down:
        wrong.append("the pool was never taken away")
    for d, end in zip(down, down[1:] + [until]):
        late = [b for b in bad if d + 2 < b < end]
        if late:
            wrong.append(f"still failing {late[-1] - d:.2f} s after the pool went away")
        if not [g for g in good if d < g < d + 2]:
            wrong.append("no answer within 2 s")
    gaps = [min(g for g in good if g > d) - d for d in down]
    print(f"{len(good)} answers, {len(bad)} times 503; first answer after {', '.join(f'{g:.2f}' for g in gaps)} s; slowest {slowest:.2f} s")


{"work": work, "register": register, "pool": pool}[mode]()
for w in wrong[:20]:
    print(w)
sys.exit(1 if wrong else 0)
