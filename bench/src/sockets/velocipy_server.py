"""The benchmark's routes on VelociPy under granian, with one worker, until stdin ends.

Prints its address first. SECRET signs the sessions; HAS_SESSIONS is "true", or "false" for a server without them.
"""

import os
import signal
import socket
import sys
import threading

from granian import Granian
from velocipy import Request, Response, VelociPy
from velocipy.middleware import SessionMiddleware

app = VelociPy()
if os.environ["HAS_SESSIONS"] == "true":
    app.add_middleware(SessionMiddleware, secret_key=os.environ["SECRET"], secure=False)


@app.get("/")
async def untouched(request: Request) -> Response:
    return Response("dark")


@app.get("/read")
async def read(request: Request) -> Response:
    return Response(request.session["theme"])


@app.get("/change")
async def change(request: Request) -> Response:
    request.session["theme"] = "lite"
    return Response("dark")


def end_with_stdin() -> None:
    # Not `sys.stdin.read()`, which holds a lock that granian's worker waits for once it is forked.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    print(f"127.0.0.1:{port}", flush=True)
    threading.Thread(target=end_with_stdin, daemon=True).start()
    Granian("velocipy_server:app", port=port, interface="rsgi", log_enabled=False).serve()
