"""Wallets with bitcoins as whole processes, a node that judges them, and transactions, proofs and blocks by hand."""
import hashlib, http.server, json, os, re, signal, struct, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(HERE, "../Faults"), os.path.join(HERE, "../Node")]
from faults import Arguments, Score, World  # noqa: E402, F401
from miners import bump_of, sha256d, shown, starred, varint, written  # noqa: E402, F401
from node import JUDGES, Node, free_port, install_judges, install_node, wait  # noqa: E402, F401

BITCOIN = 100_000_000


def among_judges():
    """Begins again as the Python that has bsv-sdk."""
    install_node()
    install_judges()
    if not sys.prefix.startswith(JUDGES):
        sys.stdout.flush()
        os.execv(JUDGES + "/bin/python", [JUDGES + "/bin/python", "-B", *sys.argv])


class Place(World):
    """A directory of its own; the real clock and real randomness."""

    def __init__(self, wallet):
        super().__init__(wallet)
        self.processes = []
        # Whoever is told to end tidies up, and ends the node.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def environment(self, seed="1", now=None, **more):
        return {"HOME": self.home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", **more}

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        super().close()


class Purse:
    """A wallet with bitcoins of a node's network."""

    def __init__(self, place, name, node=None, words=None):
        self.place, self.name, self.directory = place, name, os.path.join(place.root, name)
        os.mkdir(self.directory)
        if words is None:
            made = self.run("init", "--no-passphrase")
            self.words = re.findall(r"\d+\. (\w+)", made.stderr)
        else:
            made = self.run("restore", "--no-passphrase", input=" ".join(words) + "\n")
            self.words = words
        if made.returncode:
            raise RuntimeError(f"{name}: {made.stderr}")
        self.good("config", "set", "coin.network", "regtest")
        if node:
            self.good("config", "set", "coin.broadcast", node.source)
            if words is None:
                # It begins now: what was before is not looked through.
                self.good("coin", "rescan", "--from", str(node.call("getblockcount")))

    def run(self, *words, input="", timeout=120, **more):
        data = input.encode() if isinstance(input, str) else input
        done = subprocess.run([self.place.wallet, *words], cwd=self.directory, input=data, capture_output=True,
                              timeout=timeout, env=self.place.environment(**more))
        done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        return done

    def good(self, *words, input="", **more):
        done = self.run(*words, input=input, **more)
        if done.returncode:
            raise RuntimeError(f"{self.name}: wallet {' '.join(words)[:300]}: {done.returncode}: {done.stderr}")
        return done.stdout

    def rows(self, *words, **more):
        return [json.loads(line) for line in self.good(*words, "--json", **more).splitlines()]

    def sums(self):
        """Satoshis: mined, all that counts, held, not proved."""
        row, = self.rows("coin", "balance")
        return row["mined"], row["satoshis"], row["held"], row["unverified"]

    def counted(self):
        return self.sums()[1]

    def state(self, transaction):
        """What is believed of a transaction; None where it is not known."""
        return next((row["state"] for row in self.rows("coin", "list", "--transactions") if row["txid"] == transaction), None)

    def address(self):
        return self.good("coin", "address").strip()

    def rescan(self, *words):
        return self.rows("coin", "rescan", *words)

    def receive(self, text, *words):
        return self.run("coin", "receive", *words, "-", input=text if isinstance(text, (str, bytes)) else json.dumps(text))

    def send(self, amount, unit, to, *words):
        """The row of a payment."""
        unit = [unit] if unit else []
        return json.loads(self.good("coin", "send", amount, *unit, "--to", to, "--json", *words))

    def serve(self, until, *words):
        """A process that goes on; what `until` has found in what it says."""
        process = Service(self, words)
        self.place.processes.append(process.process)
        process.found = process.until(until)
        return process

    def code(self, *words, input=""):
        """The exit status, and the code of what was refused."""
        done = self.run(*words, "--json", input=input)
        return done.returncode, refusal(done)

    def healthy(self, score, what):
        done = self.run("fsck")
        return score.check(done.returncode == 0, f"{what}: fsck of {self.name}", done.stdout, done.stderr)


def refusal(done):
    """The stable code in what a command says on its standard error."""
    for line in done.stderr.splitlines():
        try:
            value = json.loads(line)
            return value.get("error", value).get("code")
        except (ValueError, AttributeError):
            found = re.match(r"wallet: ([a-z0-9-]+): ", line)
            if found:
                return found[1]
    return None


class Service:
    """A wallet's process that serves."""

    def __init__(self, purse, words):
        self.said, self.news = "", threading.Condition()
        self.process = subprocess.Popen(
            [purse.place.wallet, *words], cwd=purse.directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", env=purse.place.environment())
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            with self.news:
                self.said += line
                self.news.notify_all()

    def until(self, pattern, seconds=30):
        end = time.monotonic() + seconds
        with self.news:
            while True:
                found = re.search(pattern, self.said)
                if found:
                    return found
                left = end - time.monotonic()
                if left <= 0 or self.process.poll() is not None and not self.news.wait(0.2):
                    raise RuntimeError(f"'{pattern}' was not said: {self.said}")
                self.news.wait(min(left, 0.2))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


# MARK: - The node's own wallet as somebody else's

class Other:
    """Pays from the coins of the node's wallet: mined ones alone, so that their proofs are known."""

    def __init__(self, node):
        self.node = node

    def coin(self):
        coins = [coin for coin in self.node.call("listunspent", 1) if coin["amount"] >= 1]
        return min(coins, key=lambda coin: (-coin["confirmations"], coin["txid"], coin["vout"]))

    def transaction(self, outputs, fee=1000, coin=None):
        """A signed transaction, sent to nobody. `outputs`: (satoshis, script in hexadecimal digits)."""
        coin = coin or self.coin()
        # Two payments by hand never choose the same.
        self.node.call("lockunspent", False, [{"txid": coin["txid"], "vout": coin["vout"]}])
        change = round(coin["amount"] * BITCOIN) - sum(satoshis for satoshis, _ in outputs) - fee
        home = self.node.call("validateaddress", self.node.call("getnewaddress"))["scriptPubKey"]
        raw = Transaction([(coin["txid"], coin["vout"], b"", 0xFFFFFFFF)],
                          [(satoshis, bytes.fromhex(script)) for satoshis, script in [*outputs, (change, home)]]).hex
        signed = self.node.call("signrawtransaction", raw)
        assert signed["complete"], signed
        return signed["hex"]


class Transaction:
    """A transaction by hand: inputs (transaction, index, script, sequence), outputs (satoshis, script)."""

    def __init__(self, inputs, outputs, version=1, lock=0):
        self.inputs, self.outputs, self.version, self.lock = list(inputs), list(outputs), version, lock

    @classmethod
    def read(cls, text):
        data = bytes.fromhex(text)
        inputs, outputs = [], []
        count, at = varint(data, 4)
        for _ in range(count):
            size, after = varint(data, at + 36)
            inputs.append((data[at:at + 32][::-1].hex(), struct.unpack("<I", data[at + 32:at + 36])[0], data[after:after + size],
                           struct.unpack("<I", data[after + size:after + size + 4])[0]))
            at = after + size + 4
        count, at = varint(data, at)
        for _ in range(count):
            size, after = varint(data, at + 8)
            outputs.append((struct.unpack("<Q", data[at:at + 8])[0], data[after:after + size]))
            at = after + size
        return cls(inputs, outputs, struct.unpack("<i", data[:4])[0], struct.unpack("<I", data[at:at + 4])[0])

    @property
    def bytes(self):
        out = struct.pack("<i", self.version) + written(len(self.inputs))
        for transaction, index, script, sequence in self.inputs:
            out += bytes.fromhex(transaction)[::-1] + struct.pack("<I", index) + written(len(script)) + script + struct.pack("<I", sequence)
        out += written(len(self.outputs))
        for satoshis, script in self.outputs:
            out += struct.pack("<Q", satoshis) + written(len(script)) + script
        return out + struct.pack("<I", self.lock)

    @property
    def hex(self):
        return self.bytes.hex()

    @property
    def id(self):
        return shown(self.bytes)

    def digest(self, number, satoshis, script):
        """What a signature of everything signs (BIP143 with FORKID): its preimage."""
        previous = b"".join(bytes.fromhex(one[0])[::-1] + struct.pack("<I", one[1]) for one in self.inputs)
        sequences = b"".join(struct.pack("<I", one[3]) for one in self.inputs)
        outputs = b"".join(struct.pack("<Q", value) + written(len(lock)) + lock for value, lock in self.outputs)
        transaction, index, _, sequence = self.inputs[number]
        return (struct.pack("<i", self.version) + sha256d(previous) + sha256d(sequences) + bytes.fromhex(transaction)[::-1] +
                struct.pack("<I", index) + written(len(script)) + script + struct.pack("<Q", satoshis) + struct.pack("<I", sequence) +
                sha256d(outputs) + struct.pack("<I", self.lock) + struct.pack("<I", 0x41))

    def signed(self, key, satoshis, script, number=0):
        """With a signature of a key (bsv-sdk's) at an input that spends P2PKH."""
        signature = key.sign(self.digest(number, satoshis, script)) + b"\x41"
        public = key.public_key().serialize()
        inputs = list(self.inputs)
        inputs[number] = (*inputs[number][:2], bytes([len(signature)]) + signature + bytes([len(public)]) + public, inputs[number][3])
        return Transaction(inputs, self.outputs, self.version, self.lock)


def script_of(node, address):
    return node.call("validateaddress", address)["scriptPubKey"]


# MARK: - Proofs

def mined_in(node, transaction):
    """The hash and height of a transaction's block."""
    block = node.call("getrawtransaction", transaction, 1)["blockhash"]
    return block, node.call("getblockheader", block)["height"]


def proof_of(node, transaction, block=None):
    """A TSC proof as the node gives it."""
    block = block or mined_in(node, transaction)[0]
    if node.call("getblock", block)["tx"] == [transaction]:
        # The node gives none where a block has one transaction: its hash is the root.
        return {"index": 0, "txOrId": transaction, "target": block, "nodes": []}
    return node.call("getmerkleproof2", block, transaction, False, "hash")


def path_of(node, transaction):
    """A BUMP in hexadecimal digits."""
    block, height = mined_in(node, transaction)
    return bump_of(height, proof_of(node, transaction, block))


def beef(paths, entries, mark="0100beef"):
    """Version 1, in hexadecimal digits. `entries`: (transaction, place of its path or None)."""
    out = bytes.fromhex(mark) + written(len(paths)) + b"".join(bytes.fromhex(path) for path in paths) + written(len(entries))
    for raw, path in entries:
        out += bytes.fromhex(raw) + (b"\0" if path is None else b"\x01" + written(path))
    return out.hex()


def parents(node, raw):
    """The mined transactions that a transaction spends: their bytes and paths."""
    found = {one[0]: None for one in Transaction.read(raw).inputs}
    return [(node.raw(name), path_of(node, name)) for name in found]


def beef_of(node, raw):
    known = parents(node, raw)
    return beef([path for _, path in known], [*((one, number) for number, (one, _) in enumerate(known)), (raw, None)])


def ancestry_of(node, raw):
    """The same as the payments of payd carry it: TSC's form."""
    out = b"\x01"
    for one, _ in parents(node, raw):
        data = bytes.fromhex(one)
        name = shown(data)
        block, _ = mined_in(node, name)
        proof = proof_of(node, name, block)
        nodes = starred(proof)
        binary = b"\0" + written(proof["index"]) + data_of(name) + data_of(block) + written(len(nodes)) + b"".join(
            b"\x01" if node_ == "*" else b"\0" + data_of(node_) for node_ in nodes)
        out += b"\x01" + written(len(data)) + data + b"\x02" + written(len(binary)) + binary
    return out.hex()


def data_of(name):
    return bytes.fromhex(name)[::-1]


# MARK: - Blocks by hand

def block_on(node, before, height, transactions=(), salt=0):
    """A block for regression tests that follows another; its hash and digits. No subsidy is claimed."""
    script = b"\x02" + struct.pack("<H", height) + b"\x08" + struct.pack("<Q", salt)
    coinbase = Transaction([("00" * 32, 0xFFFFFFFF, script, 0xFFFFFFFF)], [(0, b"\x51"), (0, bytes.fromhex("006a20") + bytes(32))]).bytes
    raws = [coinbase, *map(bytes.fromhex, transactions)]
    level = [sha256d(raw) for raw in raws]
    while len(level) > 1:
        level += level[-1:] if len(level) % 2 else []
        level = [sha256d(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
    told = node.call("getblockheader", before)
    start = struct.pack("<I", 0x20000000) + data_of(before) + level[0] + struct.pack("<II", max(told["mediantime"] + 1, told["time"]), 0x207FFFFF)
    nonce = next(nonce for nonce in range(1 << 16) if sha256d(start + struct.pack("<I", nonce))[31] < 0x7F)
    header = start + struct.pack("<I", nonce)
    return shown(header), (header + written(len(raws)) + b"".join(raws)).hex()


def branch(node, before, blocks, salt=1):
    """Gives the node a branch after a block: `blocks` are lists of transactions. Their hashes."""
    height, hashes = node.call("getblockheader", before)["height"], []
    for number, transactions in enumerate(blocks, 1):
        before, digits = block_on(node, before, height + number, transactions, salt)
        said = node.call("submitblock", digits)
        assert said in (None, "inconclusive"), said
        hashes.append(before)
    return hashes


# MARK: - HTTP by hand

def ask(method, url, body=None, **fields):
    """Status, and JSON or text."""
    import urllib.error, urllib.request
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", "Accept": "application/json", **fields}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.decode(errors="replace")


def pay(url, body):
    """The answer of a wallet behind a relay: what the relay keeps for it is sent again, as payers do."""
    end = time.monotonic() + 20
    while True:
        status, said = ask("POST", url, body)
        if status != 202 or time.monotonic() > end:
            return status, said
        time.sleep(0.1)


class Server:
    """Somebody else's server: `answer(method, path, headers, body)` gives (status, JSON or bytes)."""

    def __init__(self, answer):
        self.asked, outer = [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def respond(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.command, self.path, dict(self.headers.items()), body))
                status, told = answer(self.command, self.path, dict(self.headers.items()), body)
                data = told if isinstance(told, bytes) else json.dumps(told).encode()
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
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def sha256(data):
    return hashlib.sha256(data).digest()
