"""VelociPy's own signer: times a batch of one operation for each line.

In: a line of JSON with the secret, the session and its token; then lines such as "sign 100".
Out: VelociPy's version; then for each line its nanoseconds.
"""

import itertools
import json
import sys
from importlib.metadata import version
from time import perf_counter_ns

from velocipy.middleware.session import _SessionSigner

given = json.loads(sys.stdin.readline())
signer = _SessionSigner(given["secret"])
session = given["session"]
token = given["token"]

read, _timestamp = signer.verify(token)
assert read == session, "what is read is what was written"

operations = {
    "sign": lambda: signer.sign(session),
    "verify": lambda: signer.verify(token)[0]["theme"],
}

print(version("velocipy"), flush=True)
for line in sys.stdin:
    name, times = line.split()
    operation = operations[name]
    start = perf_counter_ns()
    for _ in itertools.repeat(None, int(times)):
        operation()
    print(perf_counter_ns() - start, flush=True)
