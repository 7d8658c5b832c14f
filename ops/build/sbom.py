#!/usr/bin/env python3
"""sbom.py TREE FILES PROFILE VERSION - what an image is made of, as SPDX 2.3 JSON (usr/share/doc/vaultsphere/sbom.spdx.json), and the licences of all of it
(usr/share/licenses). From dpkg's own records of the files that were copied (FILES: path in the image, tab, path here), of the archives that were linked, from the
source packages of the lean libraries (build/deps/src) and the lists beside the vendored parts. Ends with 1 when a file belongs to no package or has no licence."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

TREE, FILES, PROFILE, VERSION = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
TOP = Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get("B", "build")
LICENCES = TREE / "usr/share/licenses"
# linked into our programs: Debian's archive, and the lean build that takes its place where it is there
ARCHIVES = ["libc6-dev", "libgcc-12-dev", "libjson-c-dev", "libargon2-dev", "libcrypt-dev", "libzxcvbn-dev", "diceware"]
LEAN = {"LIBCRYPTO": ("openssl", "libssl-dev", "LICENSE.txt"), "LIBSQLITE": ("sqlite3", "libsqlite3-dev", None),
        "LIBCURL": ("curl", "libcurl4-openssl-dev", "COPYING"), "LIBQRENCODE": ("qrencode", "libqrencode-dev", "COPYING")}
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)

packages: dict[str, dict] = {}
placed: dict[str, Path] = {}  # licence texts by their hash
files: list[dict] = []
relations: list[tuple[str, str, str]] = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image")]


def fail(text: str) -> None:
    sys.exit(f"sbom.py: {text}")


def ref(*parts: str) -> str:
    return "SPDXRef-" + "-".join(re.sub(r"[^A-Za-z0-9.-]", "-", p) for p in parts)


def dpkg(fmt: str, name: str) -> str:
    return subprocess.run(["dpkg-query", "-W", "-f", fmt, name], check=True, capture_output=True, text=True).stdout


def owner(path: str) -> str:
    names = {path, os.path.realpath(path)}
    names |= {n[4:] for n in names if n.startswith("/usr/")} | {"/usr" + n for n in names if not n.startswith("/usr/")}
    for n in sorted(names):
        r = subprocess.run(["dpkg-query", "-S", n], capture_output=True, text=True)
        if r.returncode == 0:
            return r.stdout.split(": ")[0].split(",")[0].split(":")[0]
    fail(f"{path} belongs to no package")


def place(source: Path, to: Path) -> None:
    """The same text under several names is one file."""
    key = hashlib.sha256(source.read_bytes()).hexdigest()
    if key not in placed:
        shutil.copy(source, to)
        placed[key] = to
    elif not to.exists():
        os.link(placed[key], to)


def licence(name: str, source: Path) -> None:
    to = LICENCES / name
    to.mkdir(parents=True, exist_ok=True)
    if not source.is_file():
        fail(f"{name}: its licence is not at {source}")
    place(source, to / "copyright")
    for common in sorted(set(re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", source.read_text(errors="replace")))):
        if (src := Path("/usr/share/common-licenses") / common).is_file():
            (LICENCES / "common").mkdir(exist_ok=True)
            place(src, LICENCES / "common" / common)


def add(key: str, relation: str, **fields: object) -> str:
    ident = ref("package", key)
    if key not in packages:
        packages[key] = {"SPDXID": ident, "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
                         "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION", **fields}
        relations.append(("SPDXRef-image", relation, ident))
    return ident


def purl(kind: str, text: str) -> list[dict]:
    return [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": kind, "referenceLocator": text}]


def debian(name: str, relation: str, comment: str = "") -> str:
    version, source, source_version = dpkg("${Version}\t${source:Package}\t${source:Version}", name).split("\t")
    licence(name, Path(f"/usr/share/doc/{name}/copyright"))
    return add(name, relation, name=name, versionInfo=version, supplier="Organization: Debian",
               sourceInfo=f"built from the Debian source package {source} {source_version}",
               comment=comment or f"licence: /usr/share/licenses/{name}/copyright",
               externalRefs=purl("purl", f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}?arch=amd64&distro=debian-12"))


def lean(source: str, licence_file: str | None, fallback: str) -> None:
    src = BUILD / "deps/src"
    folder = next(src.glob(f"{source}-*/"))
    version, comment = folder.name[len(source) + 1:], "the original source without Debian's patches, which could not be had"
    for dsc in src.glob(f"{source}_*.dsc"):
        version, comment = re.search(r"^Version: (\S+)", dsc.read_text(), re.M)[1], "Debian's source package with its patches"
    text = Path(f"/usr/share/doc/{fallback}/copyright")
    licence(source, folder / licence_file if licence_file and (folder / licence_file).is_file() else text)
    ident = f"pkg:deb/debian/{source}@{version.replace('+', '%2B').replace('~', '~')}?arch=source&distro=debian-12"
    add(source, "STATIC_LINK", name=source, versionInfo=version, supplier="Organization: Debian", comment=f"lean build (ops/build/lean.sh) of {comment}",
        externalRefs=purl("purl", ident))


def vendored() -> None:
    for name, version, spdx, text in (("zxcvbn-ts", re.search(r"@zxcvbn-ts/core\W+(\d[\d.]*)", (TOP / "html/vendor/SOURCES").read_text()), "MIT", "html/vendor/zxcvbn.LICENSE"),
                                      ("common-passwords", None, "MIT", "html/vendor/common-passwords.LICENSE"), ("lucide", None, "ISC", "html/icons/LICENSE")):
        licence(name, TOP / text)
        add(name, "CONTAINS", name=name, versionInfo=version[1] if version else "see html/vendor/SOURCES", supplier="NOASSERTION", licenseDeclared=spdx,
            comment="part of the pages")


def file_entry(path: Path, package: str) -> None:
    data = path.read_bytes()
    name = "./" + str(path.relative_to(TREE))
    ident = ref("file", name[2:])
    files.append({"SPDXID": ident, "fileName": name, "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
                  "checksums": [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(data).hexdigest()},
                                {"algorithm": "SHA256", "checksumValue": hashlib.sha256(data).hexdigest()}]})
    relations.append((package, "CONTAINS", ident))


def main() -> None:
    copied = dict(line.rstrip("\n").split("\t") for line in open(FILES, encoding="utf-8"))
    ours = add("vaultsphere", "CONTAINS", name="vaultsphere", versionInfo=VERSION, supplier="NOASSERTION", licenseDeclared="MIT", comment="this program")
    licence("vaultsphere", TOP / "LICENSE")
    for to, source in sorted(copied.items()):
        file_entry(TREE / to, debian(owner(source), "CONTAINS"))
    for name in ARCHIVES:
        if name not in packages:
            debian(name, "STATIC_LINK", "an archive or a list of it is part of our programs")
    made = (BUILD / "deps/lean.mk").read_text()
    for variable, (source, fallback, licence_file) in LEAN.items():
        if variable == "LIBCURL" and PROFILE != "dynamodb":
            continue
        if variable in made:
            lean(source, licence_file, fallback)
        else:
            debian(fallback, "STATIC_LINK", "an archive of it is part of our programs")
    vendored()
    # hard links are one file under many names: each is listed
    for path in sorted(TREE.rglob("*")):
        if path.is_file() and not path.is_symlink() and str(path.relative_to(TREE)) not in copied and not path.is_relative_to(LICENCES):
            file_entry(path, ours)
    created = datetime.fromtimestamp(EPOCH, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    image = {"SPDXID": "SPDXRef-image", "name": "vaultsphere-image-" + PROFILE, "versionInfo": VERSION, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
             "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION", "primaryPackagePurpose": "CONTAINER"}
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"vaultsphere-{VERSION}-{PROFILE}",
                "documentNamespace": f"https://vaultsphere.invalid/sbom/{VERSION}/{PROFILE}",
                "creationInfo": {"created": created, "creators": ["Tool: vaultsphere-sbom"]},
                "packages": [image, *(packages[k] for k in sorted(packages))], "files": files,
                "relationships": [{"spdxElementId": a, "relationshipType": r, "relatedSpdxElement": b} for a, r, b in relations]}
    to = TREE / "usr/share/doc/vaultsphere/sbom.spdx.json"
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


main()
