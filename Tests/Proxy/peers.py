"""Peers of a relay, written from the protocol and nothing else: sockets (RFC 6455), HTTP, wallets and payers like payd's."""
import argparse, asyncio, base64, hashlib, json, os, random, re, shutil, signal, struct, subprocess, sys, tempfile, time, uuid

HERE = os.path.dirname(os.path.abspath(__file__))


class Score:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, what, *details):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED:", what, *[str(detail)[:400] for detail in details], flush=True)
        return bool(holds)

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def arguments(doc):
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--wallet", default=os.path.join(HERE, "../../.build/debug/wallet"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("PROXY_SEED") or random.randrange(1 << 31)))
    parsed = parser.parse_args()
    parsed.wallet = os.path.abspath(parsed.wallet)
    print(f"seed {parsed.seed}", flush=True)
    return parsed


# -- the relay as a process


class Relay:
    """`wallet proxy serve`, without terminal and home."""

    def __init__(self, program, *options, port=0, store=None, quiet_stderr=True):
        self.program, self.options, self.store = program, list(options), store
        self.folder = tempfile.mkdtemp(prefix="relay-")
        self.port = port
        self.start()

    def start(self):
        self.log = open(os.path.join(self.folder, "log"), "ab")
        words = [self.program, "--json", "proxy", "serve", "--listen", f"127.0.0.1:{self.port}"]
        if self.store:
            words += ["--store", self.store]
        environment = {"PATH": os.environ.get("PATH", "")}
        environment.update({k: v for k, v in os.environ.items() if k in ("LD_LIBRARY_PATH", "TMPDIR")})
        for _ in range(50):
            self.process = subprocess.Popen(words + self.options, stdout=subprocess.PIPE, stderr=self.log,
                                            stdin=subprocess.DEVNULL, env=environment, cwd=self.folder)
            line = self.process.stdout.readline()
            if line:
                break
            # After a kill the port may be held for a moment.
            self.process.wait()
            time.sleep(0.1)
        else:
            raise RuntimeError("the relay does not start: " + self.said())
        self.url = json.loads(line)["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def said(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        """Ends it as systemd would; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        return status

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def memory(self):
        """Resident megabytes."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) / 1000


# -- HTTP


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


async def read_answer(reader, method="GET"):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in head[1:] if line)}
    if method == "HEAD" or status in (101, 204, 304):
        return Answer(status, fields, b"")
    return Answer(status, fields, await reader.readexactly(int(fields.get("content-length", 0))))


def request(method, path, body=b"", headers=None):
    fields = {"Host": "localhost", **(headers or {})}
    if method == "POST":
        fields.setdefault("Content-Type", "application/json")
        fields["Content-Length"] = str(len(body))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return head.encode() + b"\r\n" + body


async def http(port, method, path, body=b"", headers=None, timeout=30):
    if isinstance(body, (dict, list)):
        body = json.dumps(body, separators=(",", ":")).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request(method, path, body, headers))
        return await asyncio.wait_for(read_answer(reader, method), timeout)
    finally:
        writer.close()


async def terms(port, invoice, **options):
    return await http(port, "GET", f"/api/v1/payment/{invoice}", **options)


async def pay(port, invoice, payment, **options):
    return await http(port, "POST", f"/api/v1/payment/{invoice}", payment, **options)


# -- sockets (RFC 6455), client's side


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(repr(answer))
        self.answer = answer


class Socket:
    """A WebSocket. What is larger than `limit` ends it with 1009, as payd's does with 10,000 bytes."""

    @classmethod
    async def open(cls, port, path, headers=None, limit=None, host="127.0.0.1"):
        self = cls()
        self.limit, self.code, self.frames = limit, None, 0
        self.reader, self.writer = await asyncio.open_connection(host, port, limit=1 << 16)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(request("GET", path, headers={
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13",
            **(headers or {})}))
        answer = await asyncio.wait_for(read_answer(self.reader), 30)
        if answer.status != 101:
            self.writer.close()
            raise Refused(answer)
        wanted = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert answer.head["sec-websocket-accept"] == wanted and answer.head.get("sec-websocket-protocol") is None
        return self

    def write(self, opcode, payload):
        mask = os.urandom(4)
        length = len(payload)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += struct.pack("!BH", 0x80 | 126, length)
        else:
            head += struct.pack("!BQ", 0x80 | 127, length)
        if length:
            whole = int.from_bytes(payload, "big") ^ int.from_bytes((mask * (length // 4 + 1))[:length], "big")
            payload = whole.to_bytes(length, "big")
        self.writer.write(head + mask + payload)

    def send(self, message):
        if isinstance(message, dict):
            message = json.dumps(message, separators=(",", ":")) + "\n"
        self.write(1, message.encode() if isinstance(message, str) else message)

    async def receive(self, timeout=30):
        """The next message as text; None where the socket has ended (`code` says how)."""
        return await asyncio.wait_for(self._receive(), timeout)

    async def _receive(self):
        whole = b""
        while True:
            try:
                first, second = await self.reader.readexactly(2)
                length = second & 0x7f
                if length == 126:
                    (length,) = struct.unpack("!H", await self.reader.readexactly(2))
                elif length == 127:
                    (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
                payload = await self.reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError, OSError):
                self.code = self.code or 1006
                return None
            opcode = first & 0x0f
            assert second & 0x80 == 0 and first & 0x70 == 0, "a server masks nothing"
            if opcode == 8:
                self.code = struct.unpack("!H", payload[:2])[0] if payload else 1005
                self.write(8, payload[:2])
                self.writer.close()
                return None
            if opcode == 9:
                self.write(10, payload)
            elif opcode in (0, 1):
                whole += payload
                self.frames += 1
                if self.limit and len(whole) > self.limit:
                    self.write(8, struct.pack("!H", 1009))
                    self.writer.close()
                    self.code = 1009
                    return None
                if first & 0x80:
                    return whole.decode()

    async def message(self, timeout=30):
        text = await self.receive(timeout)
        return None if text is None else json.loads(text)

    async def close(self):
        self.write(8, struct.pack("!H", 1000))
        try:
            while await self.receive(5) is not None:
                pass
        except (asyncio.TimeoutError, ConnectionError, OSError):
            pass
        self.writer.close()

    def abort(self):
        """Drops TCP without a word, as payd's health check does."""
        self.writer.transport.abort()


# -- wallets and payers


def classic_terms(invoice, url="ws://127.0.0.1/ws/", **changes):
    """As payd sends them: `paymentURL`, and a payee's data with `id`."""
    value = {
        "network": "regtest", "ancestryRequired": False,
        "destinations": {"outputs": [{"amount": 5000, "script": "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
                                      "description": "payment reference " + invoice}]},
        "creationTimestamp": "2026-11-21T02:02:03.7528626Z", "expirationTimestamp": "2096-11-22T02:02:03.7528626Z",
        "paymentURL": url + invoice, "memo": "invoice " + invoice,
        "merchantData": {"id": 1, "avatar": "http://url.com", "name": "Bob", "email": "b@b.com", "address": "1 Main Street",
                         "phoneNumber": "1", "extendedData": {"paymentReference": invoice, "likes": 3.5}},
        "fees": {name: {"miningFee": {"satoshis": 500, "bytes": 1000}, "relayFee": {"satoshis": 250, "bytes": 1000}}
                 for name in ("data", "standard")},
    }
    value.update(changes)
    return value


def classic_payment(invoice, transaction="0100", **changes):
    value = {
        "merchantData": {"avatar": "", "name": "Bob", "email": "", "address": "",
                         "extendedData": {"paymentReference": invoice}},
        "refundTo": None, "memo": "", "ancestry": None, "rawTx": transaction,
        "proofCallbacks": {"https://alice/api/v1/proofs/" + transaction: {"token": ""}},
    }
    value.update(changes)
    return value


class Wallet:
    """Answers for one invoice as payd does. `paid` is its book, which outlives its sockets."""

    def __init__(self, port, invoice, secret=None, big=False, delay=None, paid=None):
        self.port, self.invoice, self.secret, self.big, self.delay = port, invoice, secret, big, delay
        self.paid = paid if paid is not None else {}
        self.seen, self.tasks, self.proofs, self.pings = [], set(), [], 0
        self.frames = []

    @property
    def headers(self):
        headers = {}
        if self.secret:
            headers["X-Channel-Secret"] = self.secret
        if self.big:
            headers["X-Frame-Bytes"] = str(10 << 20)
        return headers

    async def join(self):
        self.socket = await Socket.open(self.port, f"/ws/{self.invoice}?internal=true", self.headers,
                                        limit=None if self.big else 10000)
        self.joined = await self.socket.receive()
        self.loop = asyncio.ensure_future(self.serve())
        return self

    async def serve(self):
        while (text := await self.socket.receive(100000)) is not None:
            self.frames.append(text)
            message = json.loads(text)
            self.seen.append(message)
            task = asyncio.ensure_future(self.answer(message))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def answer(self, message):
        if self.delay:
            await asyncio.sleep(self.delay())
        reply = self.reply(message)
        if reply is not None:
            self.socket.send(reply)

    def reply(self, message):
        kind = message["type"]
        if kind == "paymentrequest.create":
            return self.envelope(message, "paymentrequest.response", classic_terms(self.invoice))
        if kind == "payment":
            return self.envelope(message, "payment.ack", self.book(message["body"]))
        if kind == "proof.create":
            self.proofs.append(message)
            return self.envelope(message, "proof.ack", None) if self.big else None
        return None

    def book(self, payment):
        """Takes a payment once: the same again has the same answer, another one is refused."""
        transaction = payment.get("rawTx")
        if self.paid and transaction not in self.paid:
            return {"id": self.invoice, "tx_id": "", "peer_channel": None, "error": 1,
                    "memo": f"Item already exists: payment already received for invoice ID '{self.invoice}'"}
        self.paid[transaction] = self.paid.get(transaction, 0) + 1
        name = hashlib.sha256(transaction.encode()).hexdigest()
        return {"id": self.invoice, "tx_id": name, "memo": "",
                "peer_channel": {"host": "127.0.0.1:19500", "path": "", "channel_id": "M-Gi", "token": "o4RI"}}

    def envelope(self, message, kind, body):
        return {"correlationId": message["correlationId"], "appId": "payd", "clientID": "", "userId": "",
                "expiration": "2096-11-22T02:02:03.7528626Z" if kind.endswith("response") else None, "body": body,
                "messageId": str(uuid.uuid4()), "channelId": self.invoice, "timestamp": "2026-11-21T02:02:03.757128851Z",
                "type": kind, "headers": {"X-Origin-Id": [str(uuid.uuid4())]}}

    async def leave(self, politely=True):
        self.loop.cancel()
        await asyncio.wait([self.loop])
        for task in list(self.tasks):
            task.cancel()
        if politely:
            await self.socket.close()
        else:
            self.socket.abort()


UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def frame_pattern(correlation, application, body, kind, channel, headers, client=""):
    """The exact shape of a frame as the originals write it: order, case, the newline at the end."""
    return re.compile(
        r'\{"correlationId":"%s","appId":"%s","clientID":"%s","userId":"","expiration":null,"body":%s,"messageId":"%s",'
        r'"channelId":"%s","timestamp":"%s","type":"%s","headers":%s\}\n' % (
            correlation, application, client, body, UUID4, channel, TIME, re.escape(kind), headers))
