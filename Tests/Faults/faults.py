"""What the drivers of faults share: the program in a fixed world, what stands on disk, and counting."""
import hashlib, json, os, random, shutil, subprocess, sys, tempfile, threading

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Arguments:
    """--wallet PROGRAM, --quick; the seed from a variable, else fresh. SEED/N names a part of a run."""

    def __init__(self, document, variable="FAULTS_SEED"):
        words = sys.argv[1:]
        self.wallet, self.quick = os.path.join(FOLDER, "../../.build/debug/wallet"), False
        while words:
            word = words.pop(0)
            if word == "--wallet" and words:
                self.wallet = words.pop(0)
            elif word == "--quick":
                self.quick = True
            else:
                raise SystemExit(document)
        self.wallet = os.path.abspath(self.wallet)
        if not os.access(self.wallet, os.X_OK):
            raise SystemExit(f"no program at {self.wallet}: swift build")
        self.seed, _, self.only = os.environ.get(variable, "").partition("/")
        self.seed = int(self.seed or random.SystemRandom().randrange(1 << 32))


class Score:
    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def check(self, good, what, *shown):
        with self.lock:
            if good:
                self.passed += 1
                return True
            self.failed += 1
            if self.failed <= 60:
                print(f"FAILED {what}")
                for text in shown:
                    print("    " + str(text).strip()[:2000].replace("\n", "\n    "), flush=True)
        return False

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(self.failed > 0)


class World:
    """A directory of its own: a home, and whatever wallets are made in it."""

    def __init__(self, wallet):
        self.wallet = wallet
        self.root = tempfile.mkdtemp(prefix="faults-")
        self.home = os.path.join(self.root, "home")
        os.mkdir(self.home)

    def environment(self, seed="1", now="2026-01-02T03:04:05.678Z", **more):
        return {"HOME": self.home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "WALLET_NOW": now,
                "WALLET_SEED": seed, "SWIFT_BACKTRACE": "enable=no", **more}

    def run(self, words, cwd, input=b"", seed=None, timeout=120, now="2026-01-02T03:04:05.678Z", **more):
        return subprocess.run(
            [self.wallet, *words], cwd=cwd, input=input, capture_output=True, timeout=timeout,
            env=self.environment(seed or " ".join(words), now, **more))

    def good(self, words, cwd, input=b"", **more):
        done = self.run(words, cwd, input, **more)
        if done.returncode != 0:
            raise RuntimeError(f"wallet {' '.join(words)}: {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def close(self):
        subprocess.run(["chmod", "-R", "u+rwx", self.root], check=False)
        shutil.rmtree(self.root, ignore_errors=True)


def segments(directory):
    """The paths of the log's files in order. A segment that is being sealed has two names for a moment."""
    folder = os.path.join(directory, ".wallet/documents")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".ndjson") and name != "journal.ndjson")
    paths = [os.path.join(folder, name) for name in names + ["journal.ndjson"]]
    if len(paths) > 1 and os.path.samefile(paths[-1], paths[-2]):
        paths.pop()
    return paths


def journal(directory):
    """The whole lines of the log; each is verified to be canonical, with the hash that it says."""
    return [document for path in segments(directory) for document in lines(path)]


def lines(path):
    """The whole lines of one file of the log."""
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith("/journal.ndjson"):
        try:
            with open(os.path.join(os.path.dirname(path), "uncommitted"), "rb") as file:
                data = data[:int(file.read())]  # the mark before a batch that is not committed
        except FileNotFoundError:
            pass
    documents = []
    for line in data[:data.rfind(b"\n") + 1].split(b"\n")[:-1]:
        document = json.loads(line)
        text = json.dumps(document["data"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        digest = hashlib.sha256(hashlib.sha256(text).digest()).hexdigest()
        if digest != document["hash"]["value"]:
            raise ValueError(f"{path}: a line of another hash: {line[:200]}")
        documents.append(document)
    return documents


def nets(documents):
    """The last state of every counter that the log gives, by (address, symbol)."""
    states = {}
    for document in documents:
        for output in document["data"].get("outputs", []):
            balance = output["balance"]
            states[output["address"], output["counter"]] = (balance["net"], balance["min"], balance["max"])
    return states


def shown(output):
    """The same from what 'wallet balance --json' says."""
    rows = [json.loads(line) for line in output.decode().splitlines()]
    return {(row["address"], row["symbol"]): (row["net"], row["min"], row["max"]) for row in rows}
