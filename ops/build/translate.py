#!/usr/bin/env python3
"""translate.py - pages and sentences in other languages, from the catalogues html/i18n/LANGUAGE.json.

The English text in the templates and in TR("...") of the programs is the source; en.json gives each text a key (p. for pages, c. for programs) and every other
catalogue has a text for each key. A text of a page is what stands between two tags, sections or attributes' quotes; tags within a sentence are <1>...</1>, <2>...
    translate.py page LANGUAGE <PAGE        a page that expand.sh made, in that language; qps: English made 40 % longer, rtl: English from right to left
    translate.py words                      the programs' sentences as C
    translate.py check                      fails on a text without a key, a key without a text in the sources, or a translation that is missing, extra or torn;
                                            the same for the sentences of the scripts, html/js/words.js and words-LANGUAGE.js
    translate.py missing                    the texts without a key, as lines for en.json
"""
import glob
import json
import os
import re
import subprocess
import sys

TOP = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "q", "small", "span", "strong", "time"}
ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
TOKEN = re.compile(r"<!--.*?-->|<![^>]*>|</?[a-zA-Z][^\s>/]*(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|\{\{[#^/][^}]*\}\}", re.S)
HOLE = re.compile(r"\{\{[^}]*\}\}|</?[0-9]+>|%[A-Za-z]")
LETTER = re.compile(r"[^\W\d_]")


def catalogue(language):
    with open(f"{TOP}/html/i18n/{language}.json", encoding="utf-8") as f:
        return json.load(f)


def languages():
    found = sorted(os.path.basename(p)[:-5] for p in glob.glob(f"{TOP}/html/i18n/*.json"))
    return ["en"] + [n for n in found if n != "en"]


def has_words(text):
    return LETTER.search(re.sub(r"&[a-z]+;", "", HOLE.sub("", TOKEN.sub("", text)))) is not None


class Page:
    """Cuts a page into texts and hands each to `tr`."""

    def __init__(self, tr):
        self.tr = tr

    def text(self, raw):
        core = re.sub(r"^\{\{title_error\}\}| · VaultSphere$", "", raw.strip())
        if not has_words(core):
            return raw
        at = raw.index(core)
        return raw[:at] + self.tr(re.sub(r"\s+", " ", core)) + raw[at + len(core):]

    def attributes(self, tag):
        return re.sub(r'(\s(?:%s)=")([^"]*)(")' % "|".join(ATTRIBUTES), lambda m: m[1] + self.text(m[2]) + m[3], tag)

    def run(self, parts):
        """parts: texts and inline tags between two borders"""
        open_at, pair = [], {}
        for i, p in enumerate(parts):
            if p.startswith("</"):
                if open_at:
                    pair[open_at.pop()] = i
            elif p.startswith("<"):
                open_at.append(i)
        matched = set(pair) | set(pair.values())
        loose = [i for i, p in enumerate(parts) if p.startswith("<") and i not in matched]
        if loose:  # a tag that is closed elsewhere is a border
            i = loose[0]
            return self.run(parts[:i]) + self.attributes(parts[i]) + self.run(parts[i + 1:])
        top, i = [], 0
        while i < len(parts):
            end = pair.get(i, i)
            top.append(parts[i:end + 1])
            i = end + 1
        first = next((k for k, t in enumerate(top) if len(t) == 1 and has_words(t[0])), None)
        if first is None:  # nothing but elements: each by itself
            return "".join(t[0] if len(t) == 1 else self.attributes(t[0]) + self.run(t[1:-1]) + t[-1] for t in top)
        if top[0][0][:1] == "<" and not has_words("".join(top[0])) and "{{" not in "".join(top[0]):
            return "".join(top[0]) + self.run([p for t in top[1:] for p in t])
        if top[-1][0][:1] == "<" and not has_words("".join(top[-1])):
            return self.run([p for t in top[:-1] for p in t]) + "".join(top[-1])
        flat, tags, number = "", {}, 0
        stack = []
        for p in (p for t in top for p in t):
            if p.startswith("</"):
                n = stack.pop()
                tags[f"</{n}>"] = p
                flat += f"</{n}>"
            elif p.startswith("<"):
                number += 1
                stack.append(number)
                tags[f"<{number}>"] = self.attributes(p)
                flat += f"<{number}>"
            else:
                flat += p
        return re.sub(r"</?[0-9]+>", lambda m: tags.get(m[0], m[0]), self.text(flat))

    def whole(self, page):
        out, run, at = "", [], 0
        for m in TOKEN.finditer(page):
            if m.start() > at:
                run.append(page[at:m.start()])
            at = m.end()
            name = re.match(r"</?([a-zA-Z0-9]+)", m[0])
            if name and name[1].lower() in INLINE:
                run.append(m[0])
                continue
            out += self.run(run) + (self.attributes(m[0]) if name else m[0])
            run = []
        return out + self.run(run + [page[at:]])


def longer(text):
    """English that looks foreign: accents show what was not translated, words longer by 40 % what does not fit."""
    accents = str.maketrans("aeiouyAEIOUcnszCNSZ", "àéîöûýÀÉÎÖÛçñšžÇÑŠŽ")
    parts = re.split(r"(\{\{[^}]*\}\}|</?[0-9]+>|&[a-z]+;)", text)
    word = lambda m: m[0].translate(accents) + ("ôvér" * 4)[:-(-len(m[0]) * 2 // 5)]
    return "".join(re.sub(r"[^\W\d_]+", word, p) if i % 2 == 0 else p for i, p in enumerate(parts))



def page(language):
    keys = {text: key for key, text in catalogue("en").items() if key.startswith("p.")}
    other = {} if language in ("qps", "rtl") else catalogue(language)
    tr = longer if language == "qps" else lambda text: other.get(keys.get(text), text)
    direction = {"rtl": 'lang="ar" dir="rtl"', "qps": 'lang="en" dir="ltr"'}.get(language, f'lang="{language}" dir="ltr"')
    sys.stdout.write(Page(tr).whole(sys.stdin.read()).replace('<html lang="en">', f"<html {direction}>"))


def c_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words():
    others = languages()[1:]
    source = {k: t for k, t in catalogue("en").items() if k.startswith("c.")}
    print('#include "base/lang.h"\n')
    print("const char *const lang_names[LANG__MAX + 1] = { %s, NULL };\n" % ", ".join(f'"{n}"' for n in ["en"] + others))
    print("/* English text, NUL, the same in each other language, each with a NUL; an empty English text ends the list. */")
    print("const char lang_words[] =")
    tables = [catalogue(n) for n in others]
    for key, text in sorted(source.items(), key=lambda kv: kv[1]):
        print("\t" + ' "\\0" '.join(c_text(t) for t in [text] + [table.get(key, text) for table in tables]) + ' "\\0"')
    print('\t"\\0";')


def sources():
    """Every text with where it stands: {("p."|"c.", text): place}"""
    found = {}
    pages, static = f"{TOP}/html/pages", f"{TOP}/html/static"
    for f in sorted(glob.glob(f"{pages}/[!_]*.html") + glob.glob(f"{static}/*.html")):
        expanded = subprocess.run([f"{TOP}/ops/build/expand.sh", f, pages, "/dev/null"], check=True, capture_output=True, text=True).stdout
        name = os.path.relpath(f, TOP)
        Page(lambda t, name=name: found.setdefault(("p.", t), name) and t or t).whole(expanded)
    for f in sorted(glob.glob(f"{TOP}/common/*/*.c") + glob.glob(f"{TOP}/cgi-bin/*.c")):
        with open(f, encoding="utf-8") as h:
            for m in re.finditer(r'\bTR\(((?:\s*"(?:[^"\\]|\\.)*")+)\)', h.read()):
                text = "".join(json.loads(s) for s in re.findall(r'"(?:[^"\\]|\\.)*"', m[1]))
                found.setdefault(("c.", text), os.path.relpath(f, TOP))
    return found


def suggest(prefix, text, taken):
    slug = "-".join(re.findall(r"[a-z0-9]+", HOLE.sub("", text).lower())[:6]) or "text"
    key, n = prefix + slug, 1
    while key in taken:
        n += 1
        key = f"{prefix}{slug}-{n}"
    return key


def missing():
    known = catalogue("en") if os.path.exists(f"{TOP}/html/i18n/en.json") else {}
    there = {(k[:2], t) for k, t in known.items()}
    new = {}
    for prefix, text in sources():
        if (prefix, text) not in there:
            new[suggest(prefix, text, {**known, **new})] = text
    return new


def sentences(path):
    """Of a words file: {key: the texts of its value}"""
    with open(path, encoding="utf-8") as f:
        source = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", f.read(), flags=re.S | re.M)
    body = re.search(r"= \{\n(.*?)\n\};", source, re.S)[1]
    parts = re.split(r"^  ([A-Za-z]+): ", body, flags=re.M)
    return {key: [m[2] for m in re.finditer(r"(['`])((?:[^\\]|\\.)*?)\1", value)] for key, value in zip(parts[1::2], parts[2::2])}


def check_scripts(others):
    bad, js = [], f"{TOP}/html/js"
    english = sentences(f"{js}/words.js")
    scripts = ""
    for f in sorted(glob.glob(f"{js}/*.js")):
        if not os.path.basename(f).startswith("words"):
            with open(f, encoding="utf-8") as h:
                scripts += h.read()
    used = set(re.findall(r"\bwords\.(?!js\b)([A-Za-z]+)", scripts))
    bad += [f"words.js: {key} is used by no script" for key in english if key not in used]
    bad += [f"words.js: {key} is used and not there" for key in sorted(used) if key not in english]
    hole = re.compile(r"\$\{[^}]*\}")
    for language in others:
        name = f"words-{language}.js"
        if not os.path.exists(f"{js}/{name}"):
            bad.append(f"{name} is missing")
            continue
        other = sentences(f"{js}/{name}")
        bad += [f"{name}: {key} is missing" for key in english if key not in other]
        bad += [f"{name}: {key} is not in words.js" for key in other if key not in english]
        for key in english.keys() & other.keys():
            if len(english[key]) != len(other[key]):
                bad.append(f"{name}: {key} has {len(other[key])} texts, the English one {len(english[key])}")
            for e, o in zip(english[key], other[key]):
                if sorted(hole.findall(e)) != sorted(hole.findall(o)) or not o.strip():
                    bad.append(f"{name}: {key} has other holes than the English text, or is empty: {o}")
    return bad


def check():
    bad = check_scripts(languages()[1:])
    en, found = catalogue("en"), sources()
    there = {}
    for key, text in en.items():
        if (key[:2], text) in there:
            bad.append(f"en.json: {key} and {there[key[:2], text]} have one text")
        there[key[:2], text] = key
    bad += [f"{place}: no key in en.json: {text}" for (prefix, text), place in found.items() if (prefix, text) not in there]
    bad += [f"en.json: {key} is nowhere in the sources: {text}" for (prefix, text), key in there.items() if (prefix, text) not in found]
    for language in languages()[1:]:
        other = catalogue(language)
        bad += [f"{language}.json: {key} is missing" for key in en if key not in other]
        bad += [f"{language}.json: {key} is not in en.json" for key in other if key not in en]
        for key in en.keys() & other.keys():
            if sorted(HOLE.findall(en[key])) != sorted(HOLE.findall(other[key])):
                bad.append(f"{language}.json: {key} has other holes than the English text: {other[key]}")
            if not other[key].strip() or '"' in other[key] and key.startswith("p."):
                bad.append(f"{language}.json: {key} is empty or holds a straight quote, which would end an attribute")
    with open(f"{TOP}/common/base/lang.h", encoding="utf-8") as f:
        listed = re.search(r"enum lang \{ (.*), LANG__MAX \}", f.read())[1].replace("LANG_", "").lower().split(", ")
    if listed != languages():
        bad.append(f"common/base/lang.h lists {listed}, the catalogues are {languages()}")
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "page":
        page(sys.argv[2])
    elif what == "words":
        words()
    elif what == "languages":
        print(*languages())
    elif what == "missing":
        print(json.dumps(missing(), ensure_ascii=False, indent="\t"))
    elif what == "check":
        sys.exit(check())
    else:
        sys.exit(__doc__)
