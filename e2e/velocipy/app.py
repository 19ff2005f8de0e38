"""The demos' routes on the real VelociPy, and three that show and set the whole session.

Settings come from the same environment variables as the demos', and the same line is printed once it listens.
"""

import json
import os
import socket

import uvicorn
from velocipy import Request, Response, VelociPy
from velocipy.middleware import SessionMiddleware

TEXT = str
FLAG = {"true": True, "false": False}.__getitem__


def seconds(text: str) -> int | None:
    return None if text == "none" else int(text)


OPTIONS = {
    "SESSION_SECRET_KEY": ("secret_key", TEXT),
    "SESSION_NAME": ("session_cookie", TEXT),
    "SESSION_MAX_AGE": ("max_age", seconds),
    "SESSION_PATH": ("path", TEXT),
    "SESSION_DOMAIN": ("domain", TEXT),
    "SESSION_SECURE": ("secure", FLAG),
    "SESSION_HTTP_ONLY": ("http_only", FLAG),
    "SESSION_SAME_SITE": ("same_site", TEXT),
}

app = VelociPy()
app.add_middleware(
    SessionMiddleware,
    **{
        option: parse(os.environ[variable])
        for variable, (option, parse) in OPTIONS.items()
        if variable in os.environ
    },
)


@app.post("/login")
async def login(request: Request) -> dict[str, bool]:
    request.session["user_id"] = "42"
    request.session["username"] = "alice"
    return {"ok": True}


@app.get("/me")
async def me(request: Request) -> dict[str, str | None]:
    return {
        "user_id": request.session.get("user_id"),
        "username": request.session.get("username"),
    }


@app.post("/logout")
async def logout(request: Request) -> dict[str, bool]:
    request.session.clear()
    return {"ok": True}


@app.get("/cart")
async def cart(request: Request):
    return {"items": request.session.get("cart", [])}


@app.post("/cart/add")
async def add_to_cart(request: Request):
    items = request.session.setdefault("cart", [])
    items.append(request.query_params.get("item", "egg"))
    request.session["cart"] = items
    return {"items": items}


@app.get("/health")
async def health() -> dict[str, bool]:
    return {"ok": True}


# The standard library's JSON, as in VelociPy's signer, and not the framework's: orjson knows no integer above 2^64.
def as_signed(session: dict) -> Response:
    text = json.dumps(dict(session), separators=(",", ":"))
    return Response(text, media_type="application/json")


@app.get("/session")
async def show_session(request: Request) -> Response:
    return as_signed(request.session)


@app.post("/session")
async def merge_into_session(request: Request) -> Response:
    request.session.update(json.loads(await request.body()))
    return as_signed(request.session)


@app.put("/session")
async def replace_session(request: Request) -> Response:
    request.session.clear()
    return await merge_into_session(request)


if __name__ == "__main__":
    host, port = os.environ.get("BIND", "127.0.0.1:0").rsplit(":", 1)
    with socket.create_server((host, int(port)), backlog=1024) as listener:
        print("listening on http://{}:{}".format(*listener.getsockname()), flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listener])
