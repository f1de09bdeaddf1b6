"""A bar with a unit of its own, guests who hold some of it, and a relay between them: real processes, a real clock."""
import json, os, signal, socket, subprocess, sys, time

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "../Faults"))
from faults import Arguments, Score, World  # noqa: E402, F401


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Bar:
    """Wallets `bar` and `guest0` … below the world's root; relay and wallet can be killed and begun again."""

    def __init__(self, world, guests, units):
        self.world, self.calls, self.processes = world, 0, {}
        self.place = world.root
        self.port = free_port()
        self.relay = f"http://127.0.0.1:{self.port}"
        self.good("init", "--no-passphrase", "bar")
        self.good("-C", "bar", "unit", "new", "BEER")
        self.good("-C", "bar", "config", "set", "request.proxy", self.relay)
        for number in range(guests):
            name = f"guest{number}"
            self.good("init", "--no-passphrase", name)
            address = self.good("-C", name, "address", "--format", "%(address)").split()[0]
            self.good("-C", "bar", "contact", "add", name, address)
            self.good("-C", "bar", "issue", str(units), "BEER", "--to", name, "--clear")

    def environment(self):
        # A seed for each process: nobody makes the same random bytes twice.
        self.calls += 1
        return {name: value for name, value in self.world.environment(f"{id(self)}-{self.calls}").items()
                if name != "WALLET_NOW"}

    def start(self, *words, **more):
        return subprocess.Popen([self.world.wallet, *words], cwd=self.place, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment(),
                                **more)

    def run(self, *words, timeout=60):
        process = self.start(*words)
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(words, process.returncode, output, errors)

    def good(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            raise RuntimeError(f"wallet {' '.join(words)}: {done.returncode}: {done.stderr}")
        return done.stdout

    # What runs on its own.

    def serve(self, name):
        """Begins `relay` or `connect` where it does not run."""
        known = self.processes.get(name)
        if known and known.poll() is None:
            return
        words = {"relay": ["proxy", "serve", "--listen", f"127.0.0.1:{self.port}", "--store", "relay"],
                 "connect": ["-C", "bar", "proxy", "connect"]}[name]
        log = open(os.path.join(self.place, name + ".log"), "a")
        self.processes[name] = subprocess.Popen(
            [self.world.wallet, *words], cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=self.environment())
        log.close()
        deadline = time.monotonic() + 20
        while not self.stands(name):
            if time.monotonic() > deadline:
                raise RuntimeError(f"'{name}' does not begin: {self.log(name)}")
            time.sleep(0.02)

    def stands(self, name):
        """Whether the relay listens; whether the wallet is the one that answers."""
        if name == "relay":
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                return False
        try:
            with open(os.path.join(self.place, "bar/.wallet/connect/pid")) as file:
                return int(file.read()) == self.processes[name].pid
        except (OSError, ValueError):
            return False

    def kill(self, name):
        process = self.processes.get(name)
        if process and process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def end(self):
        """Ends what runs in good order; the exit statuses."""
        statuses = {}
        for name, process in self.processes.items():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    statuses[name] = process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    statuses[name] = "killed"
        return statuses

    # What is asked of wallets.

    def request(self, amount="1", *more):
        return self.good("-C", "bar", "request", amount, "BEER", "--uri", "-q", *more).strip()

    def balance(self, who, wallet="bar"):
        rows = [json.loads(line) for line in self.good("-C", wallet, "balance", who, "--json").splitlines()]
        return next((float(row["net"]) for row in rows if row["name"] == who), 0.0)

    def log(self, name):
        with open(os.path.join(self.place, name + ".log")) as file:
            return file.read()[-3000:]
