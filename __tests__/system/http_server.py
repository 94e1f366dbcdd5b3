"""A server as the Python original's clients know it, on http.server. Prints its port."""

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from binary_format import read, write
from messages import Position, full


class Handler(BaseHTTPRequestHandler):
    protocol_version = sys.argv[1]

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, content_type, data, **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def json(self, value, status=200, **headers):
        self.answer(status, "application/json", json.dumps(value).encode(), **headers)

    def message(self, value, status=200):
        self.answer(status, "application/x-serializable", write(value))

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/json":
            self.json({"query": parse_qs(url.query), "accept": self.headers.get("X-Given")})
        elif url.path == "/gzip":
            data = gzip.compress(json.dumps({"zipped": "ë" * 1000}).encode())
            self.answer(200, "application/json", data, Content_Encoding="gzip")
        elif url.path == "/inventory":
            self.message(full())
        elif url.path == "/moved":
            self.answer(302, "text/plain", b"", Location="/json?moved=1")
        else:
            self.json({"error": "not here"}, 404)

    def do_POST(self):
        data = self.body()
        content_type = self.headers.get("Content-Type")
        if content_type == "application/json":
            self.json({"got": json.loads(data)}, 201)
        elif content_type == "application/x-serializable":
            value = read(data)
            if isinstance(value, Position):
                value = Position(x=value.x + 1, y=value.y + 1, facing=value.facing)
            else:
                assert value == full()
            self.message(value, 201)
        else:
            self.json({"type": content_type, "body": data.decode("latin-1")})

    do_PUT = do_POST

    def do_DELETE(self):
        self.json({"removed": self.path})


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
