"""A follower of another house, and requests as other programs send them."""
import asyncio, base64, json, os, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Channels"))
from channels import Account, Arguments, ChannelServer, Place, Score, bearer, write  # noqa: E402
import websockets  # noqa: E402
from websockets.asyncio.client import connect  # noqa: E402

arguments, score = Arguments("usage: Tests/Judges/channels/run [--wallet PROGRAM] [--quick]"), Score()
place = Place(arguments.wallet)
server = ChannelServer(place)
account = Account(place, server)
wire = server.connect()
PATH = f"ws://127.0.0.1:{server.port}/api/v1/channel"


async def hear(socket):
    return await asyncio.wait_for(socket.recv(), 30)


async def follow():
    channel, owner = account.channel(wire)
    reader = account.token(wire, channel, write=False)
    async with connect(f"{PATH}/{channel}/notify?token={reader}", compression="deflate") as query, \
            connect(f"{PATH}/{channel}/notify", additional_headers=bearer(reader)) as field, \
            connect(f"{PATH}/{channel}/notify") as first, \
            connect(f"{PATH}/{channel}/notify", additional_headers=bearer(owner)) as author:
        score.check(not query.protocol.extensions and query.subprotocol is None, "without extensions and subprotocol")
        await first.send(reader)
        for socket in (query, field, first, author):
            await asyncio.wait_for(await socket.ping(), 30)
        written = write(wire, channel, owner, b"hello").json
        for socket, what in ((query, "a query"), (field, "a field"), (first, "a first message")):
            told = json.loads(await hear(socket))
            score.check(told == {"channel_id": channel, "notification": "New message arrived.", "received": written["received"]},
                        f"told, with the token in {what}", told)
        try:
            score.check(False, "the author is not told", await asyncio.wait_for(author.recv(), 0.5))
        except asyncio.TimeoutError:
            score.check(True, "the author is not told")
        for number in range(100):
            write(wire, channel, owner, f"{number}".encode())
        told = [json.loads(await hear(query)) for _ in range(100)]
        score.check(len(told) == 100, "every message is told")
        await field.send("x" * 1000)
        write(wire, channel, owner, b"x")
        score.check(json.loads(await hear(field))["channel_id"] == channel, "what a follower says changes nothing")
        token = [one for one in account.ask(wire, "GET", f"/{channel}/api-token").json if one["token"] == reader][0]
        score.check(account.ask(wire, "DELETE", f"/{channel}/api-token/{token['id']}").status == 204, "a token is ended")
        for socket in (query, field, first):
            try:
                while True:
                    await hear(socket)
            except websockets.exceptions.ConnectionClosed as error:
                score.check(error.rcvd is not None and error.rcvd.code == 1008, "who followed with it is told", error)
    for path, fields, status in ((f"{channel}/notify?token={reader}", {}, 401), (f"{channel}/notify?token=abc", {}, 401),
                                 ("nobody/notify", {}, 404), (f"{channel}/notify", {"Authorization": "Basic eDp5"}, None)):
        try:
            async with connect(f"{PATH}/{path}", additional_headers=fields):
                score.check(status is None, f"{path[-20:]}: refused before the upgrade")
        except websockets.exceptions.InvalidStatus as error:
            score.check(error.response.status_code == status, f"{path[-20:]}: {status}", error)
    async with connect(f"{PATH}/{channel}/notify") as silent:
        await silent.send("no token")
        try:
            await hear(silent)
        except websockets.exceptions.ConnectionClosed as error:
            score.check(error.rcvd.code == 1008, "a false first message", error)
    async with connect(f"{PATH}/{channel}/notify") as silent:
        try:
            await hear(silent)
            score.check(False, "who shows no token is sent away")
        except websockets.exceptions.ConnectionClosed as error:
            score.check(error.rcvd.code == 1008, "who shows no token is sent away", error)


def replay():
    """payd's requests as captured: the same fields in the same order, with a GET too; and go-spvchannels' order of calls."""
    kind = {"Accept": "application/json; charset=utf-8", "Content-Type": "application/json; charset=utf-8"}
    own = {**account.fields, **kind, "User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}

    def ask(method, path, body=b"", fields=own):
        return wire.ask(method, "/api/v1" + path, body, fields)

    made = ask("POST", f"/account/{account.number}/channel",
               b'{"accountid":1,"public_read":true,"public_write":true,"sequenced":true,'
               b'"retention":{"min_age_days":0,"max_age_days":9999,"auto_prune":false}}')
    score.check(made.status == 200 and made.json["access_tokens"][0]["description"] == "Owner", "a channel, as payd makes it", made.body)
    channel = made.json["id"]
    tokens = []
    for description, reads, writes in (("publishing proofs for NvEMQKX", False, True), ("reading proofs for NvEMQKX", True, False),
                                       ("reading proofs for NvEMQKX", True, False)):
        body = json.dumps({"accountid": 1, "channelid": channel, "description": description, "can_read": reads, "can_write": writes})
        tokens.append(ask("POST", f"/account/{account.number}/channel/{channel}/api-token", body.encode()).json["token"])
    score.check(all(len(token) == 86 for token in tokens) and len(channel) == 86, "64 bytes each")
    # The miner: `Authorization` is the callback token as it was given, "Bearer " and all.
    body = json.dumps({"payload": '{"callbackReason":"merkleProof"}', "signature": None, "publicKey": None, "encoding": "UTF-8",
                       "mimetype": "application/json"}).encode()
    brought = ask("POST", f"/channel/{channel}", body, {"Authorization": "Bearer " + tokens[0], "Content-Type": "application/json"})
    score.check(brought.status == 200, "a callback is brought", brought.body)
    for token in tokens[1:]:
        answer = ask("GET", f"/channel/{channel}?unread=true", b"", {**kind, **bearer(token)})
        score.check(answer.status == 200 and base64.b64decode(answer.json[0]["payload"]) == body, "and read by both", answer.body)
        score.check(answer.head["etag"] == "1" and "no-store" in answer.head["cache-control"], "with its mark", answer.head)
        marked = ask("POST", f"/channel/{channel}/1?older=true", b'{"channelid":"x","token":"y","older":true,"read":true}',
                     {**kind, **bearer(token)})
        score.check(marked.status == 200 and marked.body == b"", "marked as go-spvchannels does", marked.body)
        score.check(ask("GET", f"/channel/{channel}?unread=true", b"", {**kind, **bearer(token)}).json == [], "then nothing is unread")
        head = ask("HEAD", f"/channel/{channel}", b"", {**kind, **bearer(token)})
        score.check(head.status == 200 and head.head["etag"] == "1", "HEAD", head.head)
    again = ask("POST", f"/channel/{channel}", b"x", {"Authorization": "bearer " + tokens[0], "Content-Type": "text/plain"})
    score.check(again.status == 200, "the scheme's name in lower case", again.body)
    listed = ask("GET", f"/account/{account.number}/channel/list")
    score.check(channel in [one["id"] for one in listed.json["channels"]], "list")
    changed = ask("POST", f"/account/{account.number}/channel/{channel}",
                  b'{"accountid":1,"channelid":"x","public_read":false,"public_write":false,"locked":true}')
    score.check(changed.json == {"locked": True, "public_read": False, "public_write": False}, "the three are echoed", changed.body)
    refused = ask("POST", f"/channel/{channel}", b"x", {**bearer(tokens[0]), "Content-Type": "a/b"})
    score.check(refused.status == 403 and refused.json["status"] == 403 and refused.json["title"] == "Channel is locked", "locked",
                refused.body)
    score.check({"code", "message"} <= set(refused.json), "and go-spvchannels can read why")
    score.check(ask("DELETE", f"/account/{account.number}/channel/{channel}").status == 204, "deleted")


asyncio.run(follow())
replay()
score.check(server.stop() == 0, "the server ends")
place.close()
score.end()
