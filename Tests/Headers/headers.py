"""What the drivers of headers share: chains mined here, a peer that speaks or lies as it is told, WebSockets, servers."""
import base64, hashlib, http.client, json, os, queue, re, signal, socket, struct, subprocess, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))
sys.dont_write_bytecode = True
from faults import Arguments, Score, World  # noqa: E402

NOW = "2030-01-01T00:00:00.000Z"
VECTORS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Vectors")
GENESIS = bytes.fromhex("01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
                        "dae5494dffff7f2002000000")
DEADLINE_SECONDS = 30


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def shown(digest):
    return digest[::-1].hex()


def hash_of(header):
    return sha256d(header)


def mine(parent, count, mark, step=600, bits=0x207FFFFF, root=None):
    """Headers behind `parent`, told from other branches by `mark`."""
    headers = []
    for index in range(count):
        time_ = struct.unpack("<I", parent[68:72])[0] + step
        tree = root or hashlib.sha256(b"%d %d" % (mark, index)).digest()
        start = struct.pack("<i", 0x20000000) + hash_of(parent) + tree + struct.pack("<II", time_, bits)
        nonce = 0
        while hash_of(start + struct.pack("<I", nonce))[31] > 0x7E:
            nonce += 1
        parent = start + struct.pack("<I", nonce)
        headers.append(parent)
    return headers


def vector(name):
    with open(os.path.join(VECTORS, name), "rb") as file:
        return file.read()


def varint(value):
    if value < 0xFD:
        return bytes([value])
    return b"\xfd" + struct.pack("<H", value) if value < 0x10000 else b"\xfe" + struct.pack("<I", value)


class Peer:
    """A node. `chain` is what it has behind the first header; `lie` is how it is false, if it is."""
    MAGIC = bytes.fromhex("dab5bffa")

    def __init__(self, chain, lie=None, agent=b"/peer:1.0/"):
        self.chain, self.lie, self.agent = [GENESIS] + list(chain), lie, agent
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.source = f"node://127.0.0.1:{self.port}"
        self.lock, self.connections, self.calls, self.commands = threading.Lock(), [], 0, []
        self.is_open = True
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.is_open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.calls += 1
                self.connections.append(connection)
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def send(self, connection, command, payload=b"", magic=None):
        check = sha256d(payload)[:4]
        if self.lie == "checksum" and command == b"headers":
            check = b"\0\0\0\0"
        try:
            connection.sendall((magic or self.MAGIC) + command.ljust(12, b"\0") + struct.pack("<I", len(payload)) + check + payload)
        except OSError:
            pass

    def version(self):
        return (struct.pack("<i", 70016) + bytes(8 + 8 + 26 + 26 + 8) + varint(len(self.agent)) + self.agent
                + struct.pack("<i", len(self.chain) - 1) + b"\1")

    def talk(self, connection):
        stream = connection.makefile("rb")
        try:
            if self.lie == "silent":
                stream.read()
                return
            if self.lie == "garbage":
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 4)
            while True:
                head = stream.read(24)
                if len(head) < 24:
                    return
                command, size = head[4:16].rstrip(b"\0"), struct.unpack("<I", head[16:20])[0]
                payload = stream.read(size)
                assert head[:4] == self.MAGIC and sha256d(payload)[:4] == head[20:], "what was sent is no message"
                self.commands.append(command)
                self.answer(connection, command, payload)
        except OSError:
            pass

    def answer(self, connection, command, payload):
        if command == b"version":
            self.send(connection, b"version", self.version(), b"\xf9\xbe\xb4\xd9" if self.lie == "magic" else None)
            # What real nodes volunteer.
            self.send(connection, b"protoconf", b"\2\0\0\x20\0\0")
            self.send(connection, b"authch", bytes(36))
            self.send(connection, b"verack")
            self.send(connection, b"sendheaders")
            self.send(connection, b"sendcmpct", b"\0" + struct.pack("<Q", 1))
            self.send(connection, b"ping", b"12345678")
        elif command == b"getheaders":
            if self.lie == "mute":
                return
            if self.lie == "hang-up":
                connection.shutdown(socket.SHUT_RDWR)
                return
            count, at = payload[4], 5
            places = {hash_of(header): place for place, header in enumerate(self.chain)}
            start = 0
            for index in range(count):
                place = places.get(payload[at + 32 * index:at + 32 * index + 32])
                if place is not None:
                    start = place
                    break
            self.headers(connection, self.chain[start + 1:start + 2001])

    def headers(self, connection, headers):
        headers = [bytes(header) for header in headers]
        if self.lie == "work" and headers:
            nonce = 0
            while hash_of(headers[-1][:76] + struct.pack("<I", nonce))[31] <= 0x7F:
                nonce += 1
            headers[-1] = headers[-1][:76] + struct.pack("<I", nonce)
        if self.lie == "bits" and headers:
            headers[-1] = headers[-1][:72] + struct.pack("<I", 0x1D00FFFF) + headers[-1][76:]
        if self.lie == "unlinked" and len(headers) > 2:
            del headers[1]
        if self.lie == "strangers" and headers:
            headers = mine(mine(GENESIS, 1, 77)[0], 3, 78)
        count = 2001 if self.lie == "too-many" else len(headers)
        self.send(connection, b"headers", varint(count) + b"".join(header + b"\0" for header in headers))

    def announce(self, headers, how="headers"):
        with self.lock:
            connections = list(self.connections)
        for connection in connections:
            if how == "headers":
                self.headers(connection, headers)
            else:
                self.send(connection, b"inv", varint(1) + struct.pack("<I", 2) + hash_of(headers[-1]))

    def grow(self, headers, how="headers"):
        self.chain += headers
        self.announce(headers, how)

    def drop(self):
        with self.lock:
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.connections = []

    def close(self):
        self.is_open = False
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.drop()


class Process:
    """A program that goes on; its lines are read as they come."""

    def __init__(self, world, words, cwd, **more):
        environment = world.environment("x", NOW, **more)
        del environment["HOME"]
        self.process = subprocess.Popen([world.wallet, *words], cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.queue = [], queue.Queue()
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            self.lines.append(line.rstrip("\n"))
            self.queue.put(line.rstrip("\n"))

    def until(self, pattern, seconds=DEADLINE_SECONDS):
        """The match of the next line that has it."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self.queue.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"no line has {pattern!r}: {self.lines[-12:]}") from None
            found = re.search(pattern, line)
            if found:
                return found

    def stop(self, number=signal.SIGTERM, seconds=DEADLINE_SECONDS):
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Service:
    """`wallet headers serve` on a port of its own."""

    def __init__(self, world, cwd, *words):
        self.process = Process(world, ["headers", "serve", "--listen", "127.0.0.1:0", "--network", "regtest", *words], cwd)
        self.port = int(self.process.until(r"listening on http://127\.0\.0\.1:(\d+)")[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def token(self):
        return self.process.until(r"shown this once: (\S+)")[1]

    def ask(self, method, path, body=None, token=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_SECONDS)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            fields["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request(method, path, body=body, headers=fields)
        answer = connection.getresponse()
        answer.data = answer.read()
        connection.close()
        return answer

    def json(self, method, path, body=None, token=None, **headers):
        answer = self.ask(method, path, body, token, **headers)
        return answer.status, json.loads(answer.data) if answer.data else None

    def stop(self):
        return self.process.stop()


class WebSocket:
    """As little of RFC 6455 as a client needs."""

    def __init__(self, port, path, **headers):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def send(self, value):
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data)))

    def frame(self):
        head = self.stream.read(2)
        if len(head) < 2:
            return None, b""
        size = head[1] & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.stream.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.stream.read(8))[0]
        return head[0] & 0x0F, self.stream.read(size)

    def message(self):
        """The next message's lines; an int: the connection was closed with this code."""
        while True:
            kind, data = self.frame()
            if kind == 1:
                return [json.loads(line) for line in data.decode().split("\n") if line]
            if kind == 8:
                return struct.unpack(">H", data[:2])[0] if data else 1005
            if kind is None:
                return 1006

    def close(self):
        self.socket.close()


def wait(condition, seconds=DEADLINE_SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def finish(score, world):
    world.close()
    score.end()
