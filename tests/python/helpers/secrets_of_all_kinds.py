"""Secrets that look like real ones, each with a mark that names its kind and its place.

The mark is at the start of each secret, or close to it, so that a truncated secret can be
recognised too.
"""

import re

_LETTERS = "zqvx"
_HEX = "f0e1d2c3"
_DIGITS = "9081726354"

# Letters, hexadecimal digits, digits: the mark and its code, and how to read the code. Letters are
# written in one of three ways; in any mixture, they would be found by chance in base64.
_MARKS = re.compile(
    rb"((?:zqvx|Zqvx)[a-p]{5}|ZQVX[A-P]{5})"
    rb"|(?:f0e1d2c3|F0E1D2C3)([0-9a-fA-F]{5})|9081726354([0-9]{5})"
)


def _letters(number):
    return _LETTERS + "".join(chr(97 + int(digit, 16)) for digit in f"{number:05x}")


def _hex(number):
    return f"{_HEX}{number:05x}"


def _digits(number):
    return f"{_DIGITS}{number:05d}"


def _spaced(digits):
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


# Each creates a secret from a letter mark (w), a hexadecimal mark (x) and a digit mark (d).
KINDS = {
    "aws access key": lambda w, x, d: f"AKIA{w.upper()}IOSFODN",
    "aws secret key": lambda w, x, d: f"{w}/K7MDENG+bPxRfiCYEXAMPLEKEY{w}",
    "github token": lambda w, x, d: f"ghp_{w}16C7e42F292c6912E7710c83{w}",
    "github fine-grained token": lambda w, x, d: f"github_pat_11{w}_{w}0aZ",
    "gitlab token": lambda w, x, d: f"glpat-{w}_{w}",
    "slack token": lambda w, x, d: f"xoxb-{d}-{d}-{w}",
    "stripe key": lambda w, x, d: f"sk_live_{w}4eC39HqLyjWDarjtT1{w}",
    "google access token": lambda w, x, d: f"ya29_{w}AHES6ZRVmB7fkLtd1XTmq6{w}",
    "google dotted token": lambda w, x, d: f"ya29.{w}-{w}",
    "google api key": lambda w, x, d: f"AIza{w}yA1MkA9bYxZlQw{w}",
    "openai key": lambda w, x, d: f"sk-{w}T3BlbkFJ{w}",
    "npm token": lambda w, x, d: f"npm_{w}0aB1cD2eF3{w}",
    "pypi token": lambda w, x, d: f"pypi-{w}AgEIcHlwaS5vcmc",
    "sendgrid key": lambda w, x, d: f"SG.{w}.{w}",
    "twilio key": lambda w, x, d: f"SK{x}{x}",
    "jwt": lambda w, x, d: f"eyJ{w}.eyJ{w}.{w}_{w}-A",
    "bearer header": lambda w, x, d: f"Bearer {w}.{w}",
    "basic auth": lambda w, x, d: f"Basic {w}OnBhc3M=",
    "cookie": lambda w, x, d: f"sid={w}; Path=/; HttpOnly",
    "session id": lambda w, x, d: f"{x}a0b1c2d3e4{x}",
    "session id, url-safe": lambda w, x, d: f"{w}_A-{w}",
    "csrf token": lambda w, x, d: f"{w}Zx81{w}",
    "one-word password": lambda w, x, d: w,
    "password": lambda w, x, d: f"{w}!7$x",
    "passphrase": lambda w, x, d: f"{w} horse battery staple {w}",
    "bcrypt hash": lambda w, x, d: f"$2b$12${w}.{w}",
    "argon2 hash": lambda w, x, d: f"$argon2id$v=19$m=65536${w}${w}",
    "private key": lambda w, x, d: (
        f"-----BEGIN PRIVATE KEY-----\n{w}MIIEvQIBADANBg\n{w}\n-----END PRIVATE KEY-----\n"
    ),
    "ssh key": lambda w, x, d: f"ssh-ed25519 AAAA{w}{w} {w}@host",
    "one-time password seed": lambda w, x, d: f"{w.upper()}JBSWY3DP",
    "postgres url": lambda w, x, d: f"postgres://app:{w}@db.internal:5432/{w}",
    "mongo url": lambda w, x, d: f"mongodb+srv://{w}:{w}@cluster0.example.net/?w=majority",
    "odbc string": lambda w, x, d: f"Server=db;Uid={w};Pwd={w};",
    "url with a token": lambda w, x, d: f"https://example.com/reset?token={w}",
    "e-mail": lambda w, x, d: f"{w}@example.com",
    "phone number": lambda w, x, d: f"+49{d}",
    "phone number in words": lambda w, x, d: f"({d[:3]}) {d[3:6]}-{d[6:]}",
    "credit card": lambda w, x, d: f"4{d}",
    "credit card, spaced": lambda w, x, d: _spaced(f"4{d}"),
    "iban": lambda w, x, d: f"DE89{d}37040044",
    "iban, spaced": lambda w, x, d: _spaced(f"DE89{d}37040044"),
    "social security number": lambda w, x, d: f"{d[:3]}-{d[3:5]}-{d[5:]}",
    "passport": lambda w, x, d: f"C{d}",
    "name": lambda w, x, d: w.capitalize(),
    "full name": lambda w, x, d: f"{w.capitalize()} {w.capitalize()}",
    "name, not ascii": lambda w, x, d: f"Jürgen_{w}_Öz",
    "name in another script": lambda w, x, d: f"山田{w}太郎",
    "street": lambda w, x, d: f"{w.capitalize()}straße 12, 10115 Berlin",
    "mac address": lambda w, x, d: ":".join(x[i : i + 2] for i in range(0, 12, 2)) + x[12:],
    "uuid": lambda w, x, d: f"{x[:8]}-{x[8:12]}-{x[12]}000-a000-{x}",
    "uuid, hexadecimal": lambda w, x, d: f"{x}{x}aaaaaa",
    "ethereum address": lambda w, x, d: f"0x{x}{x}",
    "base64": lambda w, x, d: f"{w}{w}==",
    "licence key": lambda w, x, d: "-".join([w.upper()[:4], w.upper()[4:], w.upper()]),
    "json": lambda w, x, d: f'{{"password": "{w}"}}',
    "sql": lambda w, x, d: f"select * from users where name = '{w}'",
    "html": lambda w, x, d: f"<b>{w}</b>",
    "path of a file": lambda w, x, d: f"/home/{w}/{w}.pdf",
    "dotted": lambda w, x, d: f"{w}.{w}",
    "with a lone surrogate": lambda w, x, d: f"{w}\udc80{w}",
    "with a zero": lambda w, x, d: f"{w}\0{w}",
    "with lines": lambda w, x, d: f"{w}\r\n\t{w}",
    "long": lambda w, x, d: f"{w}{'a' * 3000}{w}",
    "long word": lambda w, x, d: f"{w}{'a' * 250}",
    "dunder": lambda w, x, d: f"__{w}__",
    "like a source file's name": lambda w, x, d: f"{w}-py",
}
NAMES = list(KINDS)


def secret(place, kind):
    """The secret of a kind (by number) at a place (by number)."""
    number = place * 128 + kind
    return KINDS[NAMES[kind]](_letters(number), _hex(number), _digits(number))


def secrets(place):
    """One of each kind, for a place."""
    return [secret(place, kind) for kind in range(len(NAMES))]


def number(place):
    """A secret that is a number."""
    return int(_digits(place * 128 + len(NAMES)))


def found(content):
    """The secrets in some bytes, as numbers of places and names of kinds."""
    seen = set()
    # Secrets written in groups are searched for without the separators.
    for text in (content, content.translate(None, b" -:()")):
        for match in _MARKS.finditer(text):
            letters, digits, decimal = match.groups()
            if letters:
                code = int("".join(f"{c - 97:x}" for c in letters[4:].lower()), 16)
            else:
                code = int(digits, 16) if digits else int(decimal)
            place, kind = divmod(code, 128)
            seen.add((place, NAMES[kind] if kind < len(NAMES) else "number"))
    return seen
