"""VelociPy's own signer as a process: a line of JSON in, a line of JSON out.

{"secret": "...", "sign": "<JSON of a session>"}  ->  {"token": "...", "json": "<the JSON in the token>"}
{"secret": "...", "verify": "<token>"}            ->  {"json": "<the JSON as VelociPy has read it>"}, or null

The session is text inside these lines, so that no other parser touches its numbers.
"""

import json
import sys

from velocipy.middleware.session import _SessionSigner

def compact(session: dict) -> str:
    return json.dumps(session, separators=(",", ":"))


def answer(request: dict) -> dict | None:
    match request:
        case {"secret": secret, "sign": text}:
            session = json.loads(text)
            return {"token": _SessionSigner(secret).sign(session), "json": compact(session)}
        case {"secret": secret, "verify": token}:
            if (verified := _SessionSigner(secret).verify(token)) is None:
                return None
            session, _timestamp = verified
            return {"json": compact(session)}
        case _:
            raise ValueError("neither sign nor verify")


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
