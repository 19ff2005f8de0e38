"""Writes and verifies tokens as the page session-codec/src/wire_format.md defines them.

This is a second implementation, written from that page alone, to test that the page is complete. Names are the
page's. A token is bytes, and a time is an int of nanoseconds.

Run as a program, it reads one JSON request a line and answers each with one line of JSON. Secrets are hex. Each
character of a token is one byte. Times are decimal text, exact to the nanosecond; null means none. A request for
something that the page forbids is answered {"error": why}.

    {"op":"verify","token":"..","keys":["61..",..],"now":"1700000000.5","skew":"60","max_age":null}
        {"verdict":"good","key":0,"data":"{..}","t":"1","c":null,"m":"0","began":"1"}
        {"verdict":"expired"}       or another reason
    {"op":"encode","data":"{..}","key":"61..","t":"1700000000.9","c":null,"m":null}
        {"token":".."}
    {"op":"derive","secret":"61..","purpose":"invitation"}
        {"key":"fb.."}
"""

import base64
import hashlib
import hmac
import json
import re
import sys
from fractions import Fraction

SECOND = 10**9
LARGEST = (2**64 - 1) * SECOND

# Every class of characters is written out: \d, \s and $ match more than they seem to.
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
SPACE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?([eE][-+]?[0-9]+)?")
SCALAR = re.compile(rf"{STRING.pattern}|{NUMBER.pattern}|true|false|null")
COMMA = re.compile(rf"{SPACE.pattern},{SPACE.pattern}")
COLON = re.compile(rf"{SPACE.pattern}:{SPACE.pattern}")
CLOSING = {"{": "}", "[": "]"}
HALF_PAIR = re.compile("[\ud800-\udfff]")


class Refused(Exception):
    """The verdict on a token that is not good."""


class Invalid(Exception):
    """Something is not canonical base64url, not JSON, or not an envelope."""


# Grammar


def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def from_base64url(text):
    text = text.decode("latin-1")
    if not BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise Invalid("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text.encode("ascii"):
        raise Invalid("not the canonical base64url")
    return data


def mac_of(key, message):
    if not key:
        raise ValueError("the secret is empty")
    return hmac.digest(key, message, hashlib.sha256)


def derive(secret, purpose):
    return mac_of(secret, b"session-codec/derive/v1\x00" + purpose.encode("utf-8"))


# JSON, checked without recursion. Values stay text, so that no digit and no spelling is lost.


def match(pattern, text, at):
    found = pattern.match(text, at)
    if not found:
        raise Invalid(f"not JSON at {at}")
    return found.end()


def end_of_value(text, at):
    """Checks the JSON value that begins at `at`, and returns where it ends."""
    open_ends = []
    while True:
        at_first_item = text[at : at + 1] in CLOSING
        if at_first_item:
            open_ends.append(CLOSING[text[at]])
            at += 1
        else:
            at = match(SCALAR, text, at)

        while open_ends and text.startswith(open_ends[-1], match(SPACE, text, at)):
            at = match(SPACE, text, at) + 1
            open_ends.pop()
            at_first_item = False
        if not open_ends:
            return at

        at = match(SPACE if at_first_item else COMMA, text, at)
        if open_ends[-1] == "}":
            at = match(COLON, text, match(STRING, text, at))


def members(text):
    """The members of the JSON object that is the whole of `text`, as pairs of unescaped name and text of the value."""
    start = match(SPACE, text, 0)
    if not text.startswith("{", start):
        raise Invalid("not an object")
    if match(SPACE, text, end_of_value(text, start)) != len(text):
        raise Invalid("text after the JSON")

    at = match(SPACE, text, start + 1)
    while not text.startswith("}", at):
        end_of_name = match(STRING, text, at)
        value = match(COLON, text, end_of_name)
        end = end_of_value(text, value)
        yield json.loads(text[at:end_of_name]), text[value:end]
        at = match(SPACE, text, end)
        if text.startswith(",", at):
            at = match(SPACE, text, at + 1)


# Numbers


def read_number(text):
    """The nanoseconds of a `t`, `c` or `m`."""
    found = NUMBER.fullmatch(text)
    if not found:
        raise Invalid("not a number")
    sign, whole, fraction, exponent = found.groups()

    if sign or exponent:
        double = float(text)
        if double < 0:
            raise Invalid("below zero")
        if double >= 2**64:
            return LARGEST
        return round(Fraction(double) * SECOND)  # Fraction is exact, and its round() takes a tie to the even one

    if len(whole) > 20 or int(whole) >= 2**64:  # int() refuses more than 4300 digits
        return LARGEST
    return int(whole) * SECOND + int((fraction or "")[:9].ljust(9, "0"))


def write_number(nanoseconds):
    seconds, fraction = divmod(nanoseconds, SECOND)
    return f"{seconds}.{fraction:09}".rstrip("0").rstrip(".")


# Payload


def read_envelope(payload):
    """Returns the text of `d`, and `t`, `c` and `m`."""
    try:
        text = from_base64url(payload).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("not UTF-8") from None

    envelope = {}
    for name, value in members(text):
        if HALF_PAIR.search(name):
            raise Invalid("half a surrogate pair in a name")
        if name in envelope:
            raise Invalid("a repeated member")
        envelope[name] = value

    if not envelope.get("d", "").startswith("{"):
        raise Invalid("d is not an object")
    if "t" not in envelope:
        raise Invalid("no t")
    t, c, m = (read_number(envelope[name]) if name in envelope else None for name in "tcm")
    return envelope["d"], t, c, m


def encode(data, key, t, c=None, m=None):
    for _ in members(data):  # checks that the data are an object
        pass
    data = data.strip(" \t\n\r")
    envelope = f'{{"d":{data},"t":{t // SECOND}'
    if c is not None:
        envelope += f',"c":{c // SECOND}'
    if m is not None:
        envelope += f',"m":{min(-(-m // SECOND), LARGEST // SECOND)}'
    payload = to_base64url((envelope + "}").encode("utf-8"))
    return payload + b"." + to_base64url(mac_of(key, payload))


# Checks


def verify(token, keys, now, skew=60 * SECOND, max_age=None):
    """Returns the index of the key, the text of `d`, and `t`, `c` and `m`. Raises `Refused` with the reason."""
    payload, dot, signature = token[:-44], token[-44:-43], token[-43:]
    if dot != b"." or len(signature) != 43:
        raise Refused("malformed")
    try:
        mac = from_base64url(signature)
    except Invalid:
        raise Refused("malformed") from None

    matches = [hmac.compare_digest(mac_of(key, payload), mac) for key in keys]
    if not any(matches):
        raise Refused("invalid signature")

    try:
        data, t, c, m = read_envelope(payload)
    except Invalid:
        raise Refused("invalid payload") from None

    age = max(now - t, 0)
    if t > now + skew:
        raise Refused("issued in future")
    if max_age is not None and age > max_age:
        raise Refused("expired")
    if m and age > m:
        raise Refused("expired")
    return matches.index(True), data, t, c, m


def began(t, c):
    return t if c is None else min(c, t)


# The program


def answer(request):
    def time(name):
        return None if request[name] is None else read_number(request[name])

    def text(nanoseconds):
        return None if nanoseconds is None else write_number(nanoseconds)

    match request["op"]:
        case "derive":
            return {"key": derive(bytes.fromhex(request["secret"]), request["purpose"]).hex()}
        case "encode":
            key = bytes.fromhex(request["key"])
            return {"token": encode(request["data"], key, time("t"), time("c"), time("m")).decode("ascii")}
        case "verify":
            keys = [bytes.fromhex(key) for key in request["keys"]]
            token = request["token"].encode("latin-1")
            try:
                key, data, t, c, m = verify(token, keys, time("now"), time("skew"), time("max_age"))
            except Refused as reason:
                return {"verdict": str(reason)}
            return {"verdict": "good", "key": key, "data": data} | {
                "t": text(t), "c": text(c), "m": text(m), "began": text(began(t, c))
            }
        case other:
            return {"error": f"no such op: {other}"}


def main():
    for line in sys.stdin.buffer:
        try:
            reply = answer(json.loads(line))
        except (Invalid, ValueError) as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
