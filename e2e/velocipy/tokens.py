"""VelociPy's own signer and session middleware as a process: a line of JSON in, a line of JSON out.

{"secret": "...", "sign": "<JSON of a session>"}  ->  {"token": "...", "json": "<the JSON in the token>"}
{"secret": "...", "verify": "<token>"}            ->  {"json": "<the JSON as VelociPy has read it>"}, or null
{"secret": "...", "now": ..., "max_age": ..., "load": ["<token>", ...]}
    ->  for each one {"accepted": "<the JSON of the session>"}, "refused", or {"raised": "<the exception>"}
{"compact": "<JSON>"}  ->  {"json": "<the same as Python writes it>"}, or null where Python can't read it

The session is text inside these lines, so that no other parser touches its numbers.
"""

import json
import sys
from types import SimpleNamespace
from unittest.mock import patch

from velocipy.middleware import session as velocipy_session
from velocipy.middleware.session import SessionMiddleware, _SessionSigner


def compact(session: dict) -> str:
    return json.dumps(session, separators=(",", ":"))


def compacted(text: str) -> dict | None:
    try:
        return {"json": compact(json.loads(text))}
    except (ValueError, RecursionError):
        return None


def verdict(middleware: SessionMiddleware, token: str) -> dict | str:
    request = SimpleNamespace(cookies={"session": token})
    try:
        session = middleware._load_session(request)
    except Exception as error:
        return {"raised": type(error).__name__}
    return "refused" if session is None else {"accepted": compact(session)}


def answer(request: dict) -> dict | list | None:
    match request:
        case {"secret": secret, "sign": text}:
            session = json.loads(text)
            return {"token": _SessionSigner(secret).sign(session), "json": compact(session)}
        case {"secret": secret, "verify": token}:
            if (verified := _SessionSigner(secret).verify(token)) is None:
                return None
            session, _timestamp = verified
            return {"json": compact(session)}
        case {"secret": secret, "now": now, "max_age": max_age, "load": tokens}:
            middleware = SessionMiddleware(None, secret, max_age=max_age)
            stopped_clock = SimpleNamespace(time=lambda: now)
            # `Session()` is what the middleware makes of a refused token, and an empty session that it accepts is
            # equal to it.
            with patch.multiple(velocipy_session, time=stopped_clock, Session=lambda data=None: data):
                return [verdict(middleware, token) for token in tokens]
        case {"compact": text}:
            return compacted(text)
        case _:
            raise ValueError("no such request")


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
