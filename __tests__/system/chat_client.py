"""A person in a room of 04-chat: python3 chat_client.py URL

Signs in, tells what was said before, says one thing, hears one, and leaves.
"""

import asyncio
import json
import sys
import urllib.request

import websockets


def sign_in(url, name):
    body = json.dumps({"name": name}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/session", body, headers, method="PUT")
    with urllib.request.urlopen(request) as response:
        return response.headers["Set-Cookie"].split(";")[0]


async def refusal(room, **options):
    try:
        async with websockets.connect(room, **options):
            return 101
    except websockets.InvalidStatusCode as error:
        return error.status_code


async def main(url):
    room = url.replace("http", "ws", 1) + "/rooms/tea"
    cookie = {"Cookie": sign_in(url, "Monty")}
    statuses = {
        "without a name": await refusal(room, origin=url),
        "from elsewhere": await refusal(room, origin="https://elsewhere.example", extra_headers=cookie),
    }
    async with websockets.connect(room, origin=url, extra_headers=cookie) as socket:
        welcome = json.loads(await socket.recv())
        await socket.send(json.dumps({"type": "say", "text": "hello from Python"}))
        own, answer = [json.loads(await socket.recv()) for _ in range(2)]
        await (await socket.ping())
    print(json.dumps({"statuses": statuses, "welcome": welcome, "own": own, "answer": answer}))


asyncio.run(main(sys.argv[1]))
