"""A server of Paymail as a whole process, transactions by hand, signed messages: what the drivers share."""
import base64, hashlib, http.client, http.server, json, os, re, signal, struct, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "../Faults"))
from faults import Arguments, Score, World  # noqa: E402,F401

DEADLINE_SECONDS = 60


class Place(World):
    """A directory of its own; the real clock and real randomness."""

    def environment(self, seed="1", now=None, **more):
        return {"HOME": self.home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", **more}

    def wallet_in(self, name, *aliases):
        directory = os.path.join(self.root, name)
        os.mkdir(directory)
        self.good(["init", "--no-passphrase", "-q", "--domain", name + ".example"], directory)
        self.good(["config", "set", "coin.network", "regtest"], directory)
        for alias in aliases:
            self.good(["paymail", "add", alias, "--name", alias.title()], directory)
        return directory


class Server:
    """`wallet paymail serve` on a port that the system chooses, or on the one it had."""

    def __init__(self, place, directory, *options, port=0, domain="localhost"):
        self.place, self.directory, self.said = place, directory, b""
        self.process = subprocess.Popen(
            [place.wallet, "paymail", "serve", "--domain", domain, "--listen", f"127.0.0.1:{port}", *options],
            cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=place.environment(), start_new_session=True)
        self.url = None
        while self.url is None:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(f"the server ended: {self.process.wait()}: {self.said.decode()}")
            self.said += line
            found = re.search(rb"listening on (http\S+)", line)
            self.url = found.group(1).decode() if found else None
        self.port = int(self.url.rsplit(":", 1)[1])
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stderr:
            self.said += line

    def ask(self, method, path, body=None, headers=None, timeout=DEADLINE_SECONDS):
        """Status, JSON or None, fields."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
            connection.request(method, path, data, headers or {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read()
            fields = {name.lower(): value for name, value in response.getheaders()}
            try:
                return response.status, json.loads(text), fields
            except ValueError:
                return response.status, None, fields
        finally:
            connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=DEADLINE_SECONDS)


PREFIX = "/v1/bsvalias/"


def varint(number):
    return bytes([number]) if number < 253 else b"\xfd" + struct.pack("<H", number)


def transaction(number, outputs):
    """Pays outputs {script, satoshis}; another one for each number. Its bytes in hexadecimal, and its id."""
    previous = hashlib.sha256(f"previous {number}".encode()).digest()
    data = struct.pack("<i", 1) + b"\x01" + previous + struct.pack("<I", 0) + b"\x01\x51" + b"\xff\xff\xff\xff"
    data += varint(len(outputs))
    for output in outputs:
        script = bytes.fromhex(output["script"])
        data += struct.pack("<Q", output["satoshis"]) + varint(len(script)) + script
    data += struct.pack("<I", 0)
    identity = hashlib.sha256(hashlib.sha256(data).digest()).digest()[::-1].hex()
    return data.hex(), identity


# Bitcoin Signed Message over secp256k1, slow and plain.
P, N = 2**256 - 2**32 - 977, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(number, point=G):
    result = None
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def public(secret):
    x, y = multiply(secret)
    return (bytes([2 + (y & 1)]) + x.to_bytes(32, "big")).hex()


def sign(secret, message):
    data = b"\x18Bitcoin Signed Message:\n" + varint(len(message)) + message
    digest = hashlib.sha256(hashlib.sha256(data).digest()).digest()
    number = int.from_bytes(digest, "big")
    nonce = int.from_bytes(hashlib.sha256(secret.to_bytes(32, "big") + digest).digest(), "big") % N
    x, y = multiply(nonce)
    r = x % N
    s = pow(nonce, -1, N) * (number + r * secret) % N
    recovery = y & 1
    if s > N // 2:
        s, recovery = N - s, recovery ^ 1
    return base64.b64encode(bytes([31 + recovery]) + r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


class Stub:
    """Somebody else's server: `answers` maps a path to (status, body, fields) or to a function of the request."""

    def __init__(self, answers):
        stub = self
        stub.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub.asked.append((self.command, self.path, body))
                found = stub.answers.get(self.path.split("?")[0], (404, b"", {}))
                status, data, fields = found(self.path, body) if callable(found) else found
                data = data if isinstance(data, bytes) else json.dumps(data).encode()
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass

            do_GET = do_POST = reply

            def log_message(self, *words):
                pass

        self.answers = answers
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
