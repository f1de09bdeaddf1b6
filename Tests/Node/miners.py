"""Services of miners in front of a real node: ARC and the Merchant API, as far as our client asks them."""
import hashlib, http.server, json, re, secrets, struct, threading, time

FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
BASE = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798, 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(left, right):
    if left is None or right is None:
        return left or right
    if left[0] == right[0] and (left[1] + right[1]) % FIELD == 0:
        return None
    slope = (3 * left[0] ** 2 * pow(2 * left[1], -1, FIELD) if left == right else (right[1] - left[1]) * pow(right[0] - left[0], -1, FIELD)) % FIELD
    x = (slope * slope - left[0] - right[0]) % FIELD
    return x, (slope * (left[0] - x) - left[1]) % FIELD


def times(number, point):
    result = None
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


class Key:
    """A miner's key. For tests alone: nothing here is constant in time."""

    def __init__(self, secret):
        self.secret = secret
        x, y = times(secret, BASE)
        self.public = (bytes([2 + (y & 1)]) + x.to_bytes(32, "big")).hex()

    def sign(self, data):
        digest = int.from_bytes(hashlib.sha256(data).digest(), "big")
        while True:
            nonce = secrets.randbelow(ORDER - 1) + 1
            r = times(nonce, BASE)[0] % ORDER
            s = pow(nonce, -1, ORDER) * (digest + r * self.secret) % ORDER
            if r and s:
                break
        s = min(s, ORDER - s)

        def number(value):
            data = value.to_bytes(33, "big").lstrip(b"\0")
            data = data if data[0] < 0x80 else b"\0" + data
            return b"\x02" + bytes([len(data)]) + data

        body = number(r) + number(s)
        return (b"\x30" + bytes([len(body)]) + body).hex()


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def shown(data):
    return sha256d(data)[::-1].hex()


def varint(data, at):
    first = data[at]
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(first, 0)
    return (int.from_bytes(data[at + 1:at + 1 + width], "little") if width else first), at + 1 + width


def written(value):
    return bytes([value]) if value < 0xFD else b"\xfd" + struct.pack("<H", value) if value < 0x10000 else b"\xfe" + struct.pack("<I", value)


def plain(data):
    """A transaction without what the extended format (BRC-30) adds; and whether it was extended."""
    if data[4:10] != bytes.fromhex("0000000000ef"):
        return data, False
    out, at = data[:4], 10
    count, after = varint(data, at)
    out, at = out + data[at:after], after
    for _ in range(count):
        start = at
        size, at = varint(data, at + 36)
        at += size + 4
        out += data[start:at]
        size, at = varint(data, at + 8)
        at += size
    return out + data[at:], True


def starred(proof):
    """The nodes of a proof, every duplicate as '*': the node sometimes writes the hash of what is paired with itself, above the leaves."""
    running, nodes = bytes.fromhex(proof["txOrId"])[::-1], []
    for level, node in enumerate(proof["nodes"]):
        other = running if node == "*" else bytes.fromhex(node)[::-1]
        is_left = proof["index"] >> level & 1 == 0
        nodes.append("*" if other == running and is_left else node)
        running = sha256d(running + other if is_left else other + running)
    return nodes


def bump_of(height, proof):
    """A path (BRC-74) of one transaction out of the node's own proof (TSC)."""
    index, nodes = proof["index"], starred(proof)
    leaf = (index, b"\x02" + bytes.fromhex(proof["txOrId"])[::-1])
    out = written(height) + bytes([max(1, len(nodes))])
    for level in range(max(1, len(nodes))):
        leaves = [leaf] if level == 0 else []
        if nodes:
            offset = index >> level ^ 1
            leaves.append((offset, b"\x01" if nodes[level] == "*" else b"\0" + bytes.fromhex(nodes[level])[::-1]))
        out += written(len(leaves)) + b"".join(written(offset) + content for offset, content in sorted(leaves))
    return out.hex()


class Miner:
    """A server on a free port. What it was asked is kept in `asked`: (method, path, headers, body)."""

    def __init__(self, node, prefix=""):
        self.node, self.prefix, self.asked, self.next = node, prefix, [], None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self):
                size = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(size)
                outer.asked.append((self.command, self.path, dict(self.headers.items()), body))
                if outer.next is not None:
                    (status, answer), outer.next = outer.next, None
                else:
                    status, answer = outer.answer(self.command, self.path, dict(self.headers.items()), body)
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = respond

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{prefix}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def place(self, transaction):
        """The block's hash, height and the node's proof; None where it is not mined; a KeyError where it is not known."""
        try:
            told = self.node.call("getrawtransaction", transaction, 1)
        except RuntimeError:
            raise KeyError(transaction)
        if "blockhash" not in told:
            return None
        block = told["blockhash"]
        return block, self.node.call("getblockheader", block)["height"], self.node.call("getmerkleproof2", block, transaction, False, "hash")

    def submit(self, raw):
        """'' where the node takes it, else its words."""
        try:
            self.node.call("sendrawtransaction", raw.hex())
            return ""
        except RuntimeError as error:
            return re.search(r"'message': [\"'](.*?)[\"']", str(error)).group(1)


class ARC(Miner):
    def answer(self, method, path, headers, body):
        if headers.get("Authorization") != "Bearer arc-token":
            return 401, {"message": "missing or malformed jwt"}
        path = path.removeprefix(self.prefix)
        if path == "/v1/policy":
            return 200, {"policy": {"maxscriptsizepolicy": 500000, "maxtxsigopscountspolicy": 4294967295, "maxtxsizepolicy": 10000000,
                                    "miningFee": {"satoshis": 1, "bytes": 1000}}, "timestamp": "2026-01-01T00:00:00Z"}
        if method == "GET":
            transaction = path.removeprefix("/v1/tx/")
            try:
                place = self.place(transaction)
            except KeyError:
                return 404, self.problem(404, "Not found", "The requested resource could not be found")
            return 200, self.status(transaction, place)
        raw, self.was_extended = plain(bytes.fromhex(json.loads(body)["rawTx"]))
        words = self.submit(raw)
        known = "already" in words
        if words and not known:
            number, title = (461, "Malformed transaction") if "script" in words else (466, "Conflicting tx found") if "conflict" in words else (462, "Invalid inputs")
            return number, {**self.problem(number, title, words), "txid": shown(raw)}
        try:
            place = self.place(shown(raw))
        except KeyError:
            place = None
        return 200, {**self.status(shown(raw), place), "status": 200, "title": "OK"}

    def problem(self, status, title, detail):
        return {"type": f"https://bitcoin-sv.github.io/arc/#/errors?id=_{status}", "title": title, "status": status, "detail": detail, "instance": None}

    def status(self, transaction, place):
        told = {"timestamp": "2026-01-01T00:00:00.123456789Z", "txid": transaction, "extraInfo": "", "competingTxs": None}
        if place is None:
            return {**told, "txStatus": "SEEN_ON_NETWORK", "blockHash": "", "blockHeight": 0, "merklePath": ""}
        block, height, proof = place
        return {**told, "txStatus": "MINED", "blockHash": block, "blockHeight": height, "merklePath": bump_of(height, proof)}


class MerchantAPI(Miner):
    def __init__(self, node, prefix=""):
        self.key, self.false, self.is_old = Key(secrets.randbelow(ORDER - 1) + 1), False, False
        super().__init__(node, prefix)

    def envelope(self, payload):
        text = json.dumps({"apiVersion": "1.4.0", "timestamp": "2026-01-01T00:00:00.1234567Z", "minerId": self.key.public,
                           "currentHighestBlockHash": self.node.tip(), "currentHighestBlockHeight": self.node.call("getblockcount"), **payload})
        signature = self.key.sign(text.encode())
        if self.false:
            text = text.replace('"success"', '"Success"').replace("500", "501")
        return {"payload": text, "signature": signature, "publicKey": self.key.public, "encoding": "UTF-8", "mimetype": "application/json"}

    def answer(self, method, path, headers, body):
        path = path.removeprefix(self.prefix)
        if path == "/mapi/feeQuote":
            fee = {"satoshis": 500, "bytes": 1000}
            return 200, self.envelope({"expiryTime": "2026-01-01T00:10:00.1234567Z", "fees": [
                {"feeType": "standard", "miningFee": fee, "relayFee": fee}, {"feeType": "data", "miningFee": {"satoshis": 250, "bytes": 1000}, "relayFee": fee}],
                "callbacks": []})
        if method == "GET":
            transaction, _, query = path.removeprefix("/mapi/tx/").partition("?")
            try:
                place = self.place(transaction)
            except KeyError:
                return 200, self.envelope({"txid": transaction, "returnResult": "failure", "resultDescription":
                                           "No such mempool or blockchain transaction. Use gettransaction for wallet transactions.", "txSecondMempoolExpiry": 0})
            block = {} if place is None else {"blockHash": place[0], "blockHeight": place[1], "confirmations": 1}
            if place and query == "merkleProof=true&merkleFormat=TSC" and not self.is_old:
                block["merkleProof"] = place[2]
            return 200, self.envelope({"txid": transaction, "returnResult": "success", "resultDescription": "", **block, "txSecondMempoolExpiry": 0})
        self.body = json.loads(body)
        raw = bytes.fromhex(self.body["rawtx"])
        words = self.submit(raw)
        good = not words or "already" in words
        conflicts = []
        if "conflict" in words:
            conflicts = [{"txid": other, "size": 1, "hex": self.node.raw(other)} for other in self.node.pool() if self.node.raw(other) and
                         raw[5:41].hex() in self.node.raw(other)]
        return 200, self.envelope({"txid": shown(raw), "returnResult": "success" if good else "failure", "resultDescription": words,
                                   "txSecondMempoolExpiry": 0, "warnings": [], "failureRetryable": False, "conflictedWith": conflicts})
