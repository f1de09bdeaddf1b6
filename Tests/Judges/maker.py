"""A wallet made for the judges by our program, and payments made by theirs."""
import bitcoinx, concurrent.futures, hashlib, json, os, subprocess, tempfile
import ledger

STACKS = (1, 2, 3, 5, 7)
WORK = ("207fffff", "2000ffff", "207fffff", "1f7fffff", "2003ffff")
# Requests in each block; None fills the log up to two whole tiles.
REQUESTS = (5, 1, 2, 300, 1, 3, None, 1, 40, 2, 255, 7, 1, 1, 64, 3, 2, 1)


class Wallet:
    """The program in a directory and a home of its own."""

    def __init__(self, program):
        self.program, self.root = program, tempfile.mkdtemp(prefix="judges-")
        self.folder = os.path.join(self.root, "wallet")
        os.mkdir(self.folder)
        self.environment = {"HOME": self.root, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                            "SWIFT_BACKTRACE": "enable=no"}

    def __call__(self, *words, input=b""):
        done = subprocess.run([self.program, *words], cwd=self.folder, input=input, capture_output=True, timeout=120,
                              env=self.environment)
        if done.returncode != 0:
            raise RuntimeError(f"wallet {' '.join(words)}: {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def map(self, commands):
        """The outputs of many commands that change nothing."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda words: self(*words), commands))

    def path(self, name):
        return os.path.join(self.folder, ".wallet", name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def segments(self):
        """(name, bytes) of the log's sealed segments, in order."""
        names = sorted(name for name in os.listdir(self.path("documents")) if "-" in name)
        return [(name, self.read(f"documents/{name}")) for name in names]


def address(hash160):
    return bitcoinx.base58_encode_check(b"\x87" + hash160)


class Payer:
    """Payments in which our program has no part before it clears them."""

    def __init__(self, wallet):
        self.key = bitcoinx.PrivateKey(bytes.fromhex(wallet("key", "export", "me").decode()))
        promise = wallet("issue", "1000000", "EUR", "--to", "me", "--clear").splitlines()[0]
        self.terms = {name: json.loads(promise)["data"][name] for name in ("domain", "symbol", "expiry")}
        self.count = 0

    def payment(self):
        self.count += 1
        public = self.key.public_key.to_bytes()
        source = address(bitcoinx.hash160(public))
        stranger = address(hashlib.sha256(str(self.count % 150).encode()).digest()[:20])
        data = {**self.terms, "amount": f"{self.count % 90 + 1}.{self.count % 9 + 1}", "random": f"{self.count:032x}",
                "source": source, "target": stranger}
        hash = ledger.stamp(data)
        signature = {"public": public.hex(), "scheme": "ecdsa-secp256k1", "signer": source,
                     "string": self.key.sign(bytes.fromhex(hash["value"]), None).hex()}
        return {"data": data, "hash": hash, "meta": {"signatures": [signature]}}

    def stream(self, count):
        """`count` requests, some of them of three payments that clear together."""
        requests = [[self.payment() for _ in range(3 if i % 7 == 6 else 1)] for i in range(count)]
        return b"".join(ledger.canonical(one[0] if len(one) == 1 else {"data": {"inputs": one}}) + b"\n"
                        for one in requests)


def make(score, wallet):
    """A log of blocks and stacks of many sizes; the last block is in no stack, and the journal is not sealed."""
    wallet("init", "--no-passphrase")
    wallet("unit", "new", "EUR")
    wallet("unit", "new", "HOUR", "--scale", "0")
    wallet("address", "new", "--name", "ann")
    payer = Payer(wallet)
    wallet("issue", "0", "HOUR", "--to", "ann", "--credit", "20", "--clear")
    wallet("limit", "EUR", "--max", "5000", "--of", "ann", "--clear")

    def pay(count):
        if count is None:
            sealed = sum(data.count(b"\n") for _, data in wallet.segments())
            count = 512 - sealed - wallet.read("documents/journal.ndjson").count(b"\n")
        cleared = wallet("clear", "--quiet", input=payer.stream(count))
        score.check(cleared.count(b"\n") == count, f"{count} requests that bitcoinx signed clear")

    requests = iter(REQUESTS)
    for stack, count in enumerate(STACKS):
        for block in range(count):
            pay(next(requests))
            wallet("seal", *(["--stack", "--work", WORK[stack]] if block == count - 1 else []))
    wallet("pay", "3", "EUR", "--to", "ann", "--clear")
    wallet("seal")
    pay(2)
