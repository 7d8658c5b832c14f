#!/usr/bin/env python3
"""scan.py - the security scan of `make scan`: flawfinder over the C programs (levels 4 and 5: high, critical) and detect-secrets over every file that git has.

Findings that tests/tools/scan-judged.txt names are counted apart; any other fails. The keyword plugin of detect-secrets is off: in a password manager every
third text says password. Results: reports/flawfinder.sarif (for SonarQube and others), reports/secrets.json; one line a tool at the end."""
import collections
import csv
import io
import json
import os
import subprocess
import sys

build = os.environ.get("B", "build")
judged = {}
with open("tests/tools/scan-judged.txt") as f:
    for line in f:
        if line.strip() and not line.startswith("#"):
            path, name, count, reason = line.rstrip("\n").split(" ", 3)
            judged[path, name] = int(count)
used = set()
bad = False


def report(tool, found):
    """found: (path, name) to the lines where it is."""
    global bad
    new = 0
    for key, lines in sorted(found.items()):
        allowed = judged.get(key, 0)
        used.add(key)
        if len(lines) > allowed:
            new += len(lines) - allowed
            print(f"{tool}: {key[0]}: {key[1]} {len(lines)} times (lines {', '.join(map(str, lines))}), {allowed} looked at")
    bad = bad or new > 0
    total = sum(len(v) for v in found.values())
    print(f"{tool}: {new} findings, high and critical; {total - new} more were looked at (tests/tools/scan-judged.txt)")


def run(*command):
    r = subprocess.run(command, capture_output=True, text=True)
    if r.returncode:
        sys.exit(f"scan: {command[0]} ended with {r.returncode}: {r.stderr.strip()[-300:]}")
    return r.stdout


os.makedirs("reports", exist_ok=True)
code = ["common", "cgi-bin", "ops/tools"]
found = collections.defaultdict(list)
out = run("flawfinder", "--quiet", "--dataonly", "--minlevel=4", "--csv", *code)
for row in csv.DictReader(io.StringIO(out)):
    found[row["File"], row["Name"]].append(int(row["Line"]))
if not found:
    sys.exit("scan: flawfinder read nothing: banned.h alone must be found")
with open("reports/flawfinder.sarif", "w") as f:
    f.write(run("flawfinder", "--quiet", "--dataonly", "--minlevel=3", "--sarif", *code))
report("flawfinder", found)

# what is not in git yet but will be counts too; what lies below vendor is other people's and has checksums beside it
files = [f for f in run("git", "ls-files", "--cached", "--others", "--exclude-standard").split("\n")
         if f and os.path.isfile(f) and not f.endswith((".png", "package-lock.json")) and not f.startswith("html/vendor/")]
out = run(f"{build}/venv/bin/detect-secrets", "scan", "--no-verify", "--disable-plugin", "KeywordDetector", *files)
with open("reports/secrets.json", "w") as f:
    f.write(out)
found = collections.defaultdict(list)
for path, items in json.loads(out)["results"].items():
    for item in items:
        found[path, item["type"].replace(" ", "_")].append(item["line_number"])
report("detect-secrets", found)
sys.exit(bad)
