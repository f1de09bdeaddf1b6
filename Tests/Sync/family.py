"""One wallet on several devices, in a world whose clock the driver holds; what stands on each of them."""
import datetime, hashlib, json, os, random, shutil, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Faults"))
sys.dont_write_bytecode = True
import faults  # noqa: E402
from faults import Score, World, lines, segments  # noqa: E402  (what the drivers of faults share)

FOLDER = os.path.dirname(os.path.abspath(__file__))
BEGIN = 1_767_323_045_678  # 2026-01-02T03:04:05.678Z in milliseconds
STATUSES = {0, 1}  # done, refused


class Arguments(faults.Arguments):
    """As those of faults; tells how the run, or a part of it, is repeated."""

    def __init__(self, document, variable):
        super().__init__(document, variable)
        print(f"seed {self.seed}: {variable}={self.seed} repeats it, {variable}={self.seed}/N its part N", flush=True)


def stamp(milliseconds):
    """RFC 3339, as the program reads it."""
    time = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%S") + f".{milliseconds % 1000:03d}Z"


def in_memory():
    """Nothing here asks whether a disk keeps its word: what is synced costs less in memory."""
    if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 1 << 29:
        tempfile.tempdir = "/dev/shm"


class Family:
    """So many devices of one wallet in directories of their own, all with the same documents."""

    def __init__(self, world, count, place):
        self.world, self.place = world, place
        os.mkdir(place)
        first = self.path(0)
        os.mkdir(first)
        for words in (["init", "--no-passphrase"], ["unit", "new", "BEER", "--scale", "0"],
                      ["address", "new", "--name", "ann"], ["address", "new", "--name", "bob"],
                      ["address", "new", "--name", "cid"],
                      ["issue", "12", "BEER", "--to", "ann", "--clear", "--expires", "7d"],
                      ["issue", "6", "BEER", "--to", "bob", "--clear", "--expires", "7d"],
                      ["issue", "0", "BEER", "--to", "cid", "--credit", "5", "--clear", "--expires", "7d"]):
            world.good([*words, "-q"], first)
        for number in range(1, count):
            self.clone(number)
        for _ in range(2):
            for number in range(1, count):
                world.good(["sync", self.path(number), "-q"], first)
        self.addresses = []
        for number in range(count):
            listed = rows(world.good(["device", "list", "--json"], self.path(number)))
            self.addresses += [row["address"] for row in listed if "this" in row["state"]]

    def path(self, number):
        return os.path.join(self.place, f"device-{number}")

    def clone(self, number, source=0):
        self.world.good(["clone", "--with-keys", "--no-passphrase", "-q", self.path(source), self.path(number)],
                        self.place, seed=f"clone {number}")

    def copy(self, place):
        """The same family somewhere else."""
        shutil.copytree(self.place, place)
        other = object.__new__(Family)
        other.world, other.place, other.addresses = self.world, place, self.addresses
        return other


def digests(directory):
    """What `sha256sum documents/*` says."""
    folder = os.path.join(directory, ".wallet/documents")
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".ndjson"):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def log(directory):
    """Every whole line of the log, its hash verified."""
    return [document for path in segments(directory) for document in lines(path)]


def applied(documents):
    """The instructions that have cleared, as often as they have."""
    return [entry["hash"] for document in documents for entry in document["data"].get("inputs", [])]


def cancelled(documents):
    """The instructions that a cancellation in the log names."""
    return {inner["data"]["instruction"] for document in documents for inner in document["meta"].get("inputs", [])
            if inner["data"].get("kind") == "cancel"}


def holder(directory):
    """The device that seals, as far as this replica knows; None where nobody has taken a lease."""
    best = None
    for entry in entries(directory):
        if entry["data"]["name"].startswith("lease/"):
            lease = entry["meta"]["document"]
            key = (-lease["data"]["term"], lease["hash"]["value"], lease["data"]["holder"])
            best = min(best or key, key)
    return best and best[2]


def entries(directory):
    """What travels between devices and stands in no log."""
    try:
        with open(os.path.join(directory, ".wallet/replica/entries.ndjson"), "rb") as file:
            return [json.loads(line) for line in file.read().splitlines(True) if line.endswith(b"\n")]
    except FileNotFoundError:
        return []


def reported(directory):
    """The instructions that a report of this replica names."""
    found = set()
    for entry in entries(directory):
        if entry["data"]["name"].startswith("report/"):
            found |= set(json.loads(entry["data"]["value"])["instructions"])
    return found


def mentions(directory, text):
    """Whether anything that a replica keeps names it."""
    for path, _, files in os.walk(os.path.join(directory, ".wallet")):
        for name in files:
            if name.endswith((".ndjson", ".part")):
                with open(os.path.join(path, name), "rb") as file:
                    if text.encode() in file.read():
                        return True
    return False


def rows(output):
    return [json.loads(line) for line in output.decode().splitlines()]


class Judge:
    """What must hold of replicas that have met until nothing was new."""

    def __init__(self, score, world, name, directories, now):
        self.score, self.world, self.name, self.directories, self.now = score, world, name, directories, now

    def check(self, good, what, *shown):
        return self.score.check(good, f"{self.name}: {what}", *shown)

    def run(self, words, directory):
        return self.world.run(words, directory, now=stamp(self.now), seed=f"{self.name} {words}")

    def meet(self, rounds=8):
        """Everybody with the first one, until a whole round brings nothing; true where it came to that."""
        first, *others = self.directories
        for _ in range(rounds):
            isQuiet = True
            for other in others:
                self.now += 1000
                done = self.run(["sync", "--json", other], first)
                if not self.check(done.returncode in STATUSES, "a last sync", other, done.returncode, done.stdout,
                                  done.stderr):
                    return False
                row = rows(done.stdout)[0]
                isQuiet &= row["converged"] and not (row["received"] or row["sent"] or row["retried"])
            if isQuiet:
                return True
        return self.check(False, f"no end of news after {rounds} rounds", row)

    def equal(self):
        """Byte for byte the same log, which two readers accept; balances that add up and keep their limits."""
        first, *others = self.directories
        good, same = True, digests(first)
        for other in others:
            good &= self.check(digests(other) == same, "the same log everywhere", same, digests(other))
        for directory in self.directories:
            # The same bytes need to be audited once; each index is its own.
            for command in ("fsck", "audit") if directory == first else ("fsck",):
                done = self.run([command], directory)
                good &= self.check(done.returncode == 0, f"{command} is content", directory, done.stdout, done.stderr)
        done = self.run(["balance", "--json"], first)
        return good & self.check(done.returncode == 0, "balances", done.stderr) & self.balanced(rows(done.stdout))

    def balanced(self, states):
        sums = {}
        good = True
        # A row stands there once for each name of its address.
        for row in {(row["address"], row["symbol"]): row for row in states}.values():
            net = int(row["net"])
            sums[row["symbol"]] = sums.get(row["symbol"], 0) + net
            good &= self.check(float(row["min"]) <= net <= float(row["max"]), "a balance within its limits", row)
        return good & self.check(not any(sums.values()), "sum 0 of every unit", sums)

    def waiting(self):
        """What waits, the same everywhere: instruction to its row."""
        lists = []
        for directory in self.directories:
            done = self.run(["retry", "--list", "--json"], directory)
            self.check(done.returncode == 0, "what waits", done.stderr)
            lists.append({row["id"]: row for row in rows(done.stdout)})
        self.check(all(set(one) == set(lists[0]) for one in lists), "the same waits everywhere", *lists)
        return lists[0]

    def accounted(self, acknowledged):
        """Every payment that any replica has acknowledged (instruction to its expiry) has a fate, and one only."""
        documents = log(self.directories[0])
        done = applied(documents)
        self.check(len(done) == len(set(done)), "nothing clears twice",
                   [one for one in set(done) if done.count(one) > 1])
        waiting, told, gone = self.waiting(), reported(self.directories[0]), cancelled(documents)
        done = set(done)
        fates = {"applied": 0, "waiting": 0, "cancelled": 0, "expired": 0}
        for instruction, expiry in acknowledged.items():
            if instruction in done:
                fates["applied"] += 1
            elif instruction in waiting:
                fates["waiting"] += 1
                self.check(instruction in told, "what waits has been reported", instruction)
            elif instruction in gone:
                fates["cancelled"] += 1
            elif instruction in told and expiry <= self.now:
                fates["expired"] += 1
            else:
                self.check(False, "an acknowledged payment is accounted for", instruction, stamp(expiry),
                           "reported" if instruction in told else "reported nowhere",
                           [directory for directory in self.directories if mentions(directory, instruction)])
        return fates
