"""A server in a world of its own, people who sign, and a client of HTTP that says exactly what it is told."""
import concurrent.futures, json, os, re, shutil, signal, socket, subprocess, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))
sys.dont_write_bytecode = True
from faults import Arguments, Score, World, journal, nets  # noqa: E402  (what the drivers of faults share)

DEADLINE_SECONDS = 60


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Connection:
    """One connection that is kept alive."""

    def __init__(self, port, timeout=DEADLINE_SECONDS):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("closed")
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.fill()
        part, self.buffer = self.buffer.split(mark, 1)
        return part

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        part, self.buffer = self.buffer[:count], self.buffer[count:]
        return part

    def answer(self, method="GET"):
        head = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in head[1:])}
        if method == "HEAD" or status in (204, 304):
            return Answer(status, fields, b"")
        if fields.get("transfer-encoding") == "chunked":
            body = b""
            while True:
                size = int(self.until(b"\r\n").split(b";")[0], 16)
                body += self.take(size)
                self.take(2)
                if size == 0:
                    return Answer(status, fields, body)
        return Answer(status, fields, self.take(int(fields["content-length"])))

    def ask(self, method, path, body=b"", headers=None):
        fields = {"Host": "localhost", **(headers or {})}
        if body or method in ("POST", "PUT", "PATCH"):
            fields.setdefault("Content-Type", "application/json")
            fields["Content-Length"] = str(len(body))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.socket.sendall(head.encode() + b"\r\n" + body)
        return self.answer(method)

    def get(self, path):
        return self.ask("GET", path)

    def post(self, document, path="/transaction", **headers):
        return self.ask("POST", path, document, headers)

    def close(self):
        self.socket.close()


class Server:
    """`wallet serve` on a port that the system chooses."""

    def __init__(self, world, directory, *options, environment=None):
        self.world, self.directory = world, directory
        self.log = open(os.path.join(world.root, "server.log"), "ab")
        clear = {name: value for name, value in world.environment().items() if not name.startswith("WALLET_")}
        self.process = subprocess.Popen(
            [world.wallet, "serve", "--listen", "127.0.0.1:0", *options], cwd=directory, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.PIPE, env={**clear, **(environment or {})})
        self.port, said = None, b""
        while self.port is None:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(f"the server ended: {self.process.wait()}: {said.decode()}")
            said += line
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
            self.port = int(found.group(1)) if found else None
        self.reader = threading.Thread(target=lambda: shutil.copyfileobj(self.process.stderr, self.log), daemon=True)
        self.reader.start()

    def connect(self, **options):
        return Connection(self.port, **options)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=DEADLINE_SECONDS)


class People:
    """A wallet of its own, whose addresses sign promises for the server's domain."""

    def __init__(self, world, directory, domain, names):
        self.world, self.directory, self.domain = world, directory, domain
        os.mkdir(directory)
        world.good(["init", "--no-passphrase"], directory)
        for name in names:
            world.good(["address", "new", "--name", name], directory)
        shown = world.good(["address", "list", "--json"], directory)
        self.address = {row["name"]: row["address"] for row in map(json.loads, shown.splitlines())}
        self.count = 0
        self.lock = threading.Lock()

    def promise(self, source, target, amount, unit="mint", expires="3650d", command=None, domain=None):
        """The signed document, one line."""
        with self.lock:
            self.count += 1
            number = self.count
        verb = command or ("issue" if source == unit else "pay")
        words = [verb, str(amount), self.address[unit], "--to", self.address[target], "--domain", domain or self.domain,
                 "--expires", expires, "-q"]
        if verb == "pay":
            words += ["--from", self.address[source]]
        return self.world.good(words, self.directory, seed=f"{self.directory} {number}").strip()

    def credit(self, issuer, holder, line):
        """A credit line, signed by its issuer."""
        return self.world.good(
            ["issue", "0", self.address[issuer], "--credit", str(line), "--to", self.address[holder], "--domain",
             self.domain, "--expires", "3650d", "-q"], self.directory).strip()

    def promises(self, orders):
        """Many at once."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda order: self.promise(*order), orders))


def together(*documents):
    """A request whose instructions clear together or not at all."""
    return b'{"data":{"inputs":[' + b",".join(documents) + b"]}}"


def balance(connection, address, symbol):
    answer = connection.get(f"/address/{address}/balance?counter={symbol}")
    rows = answer.json["data"]["balances"]
    return rows[0] if rows else {"net": "0"}
