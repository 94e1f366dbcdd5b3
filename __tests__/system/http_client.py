"""A client as the Python original has it: urllib, exact Content-Types, JSON and the binary format.

Asks the server on the port that it is given, and prints what it got as one line of JSON for each request.
"""

import json
import sys
import urllib.error
import urllib.request

from binary_format import read, write
from messages import Position, full

base = f"http://127.0.0.1:{sys.argv[1]}"


def ask(method, path, payload=None, headers=None):
    request = urllib.request.Request(base + path, method=method, data=payload, headers=headers or {})
    try:
        response = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        body = response.read()
        content_type = response.getheader("Content-Type")
        if content_type == "application/json":
            body = json.loads(body)
        elif content_type == "application/x-serializable":
            body = read(body)
        return response.status, content_type, body


def show(name, status, content_type, body):
    shown = body.decode("latin-1") if isinstance(body, bytes) else body
    print(json.dumps([name, status, content_type, shown if isinstance(shown, (str, dict, list)) else repr(shown)]))


def pieces(data):
    for at in range(0, len(data), 7):
        yield data[at : at + 7]


SERIALIZABLE = {"Content-Type": "application/x-serializable"}
JSON = {"Content-Type": "application/json"}

show("json", *ask("GET", "/json?a=1&a=2&b=%C3%AB"))
show("post json", *ask("POST", "/json", json.dumps({"name": "Zoë"}).encode(), JSON))
show("chunked json", *ask("POST", "/json", pieces(json.dumps({"name": "Zoë"}).encode()), JSON))
show("bytes", *ask("PUT", "/bytes/a/b%2Fc", bytes(range(256)), {"Content-Type": "application/octet-stream"}))
show("delete", *ask("DELETE", "/thing/7"))
show("none", *ask("GET", "/nowhere"))
show("bad json", *ask("POST", "/json", b"{", JSON))

status, content_type, message = ask("GET", "/inventory")
print(json.dumps(["inventory", status, content_type, message == full()]))
for name, body in (("fixed", write(full())), ("chunked", pieces(write(full())))):
    status, content_type, message = ask("POST", "/inventory", body, SERIALIZABLE)
    print(json.dumps([name, status, content_type, message == full()]))
status, content_type, message = ask("POST", "/move", write(Position(x=3, y=-4)), SERIALIZABLE)
print(json.dumps(["move", status, content_type, [message.x, message.y, message.facing.value]]))
show("bad message", *ask("POST", "/inventory", write(full())[:-1], SERIALIZABLE))
