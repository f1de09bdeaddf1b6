"""A server of channels as a whole process, and what the drivers of its tests share."""
import base64, json, os, re, signal, subprocess, sys, threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
for folder in ("../Faults", "../Server"):
    sys.path.insert(0, os.path.join(HERE, folder))
from faults import Arguments, Score, World  # noqa: E402
from service import Connection  # noqa: E402

DEADLINE_SECONDS = 60


class Place(World):
    """A directory of its own; the real clock and real randomness."""

    def environment(self, seed="1", now=None, **more):
        return {"HOME": self.home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", **more}

    def wallet_in(self, name):
        directory = os.path.join(self.root, name)
        os.mkdir(directory)
        self.good(["init", "--no-passphrase", "-q"], directory)
        return directory

    def file(self, name, content):
        path = os.path.join(self.root, name)
        with open(path, "wb") as file:
            file.write(content)
        return path


class ChannelServer:
    """`wallet channel serve` on a port that the system chooses."""

    def __init__(self, place, *options, store=None, listen="127.0.0.1:0", wrap=()):
        self.place = place
        self.store = store or os.path.join(place.root, "store")
        self.said = b""
        # Neither home nor terminal.
        self.process = subprocess.Popen(
            [*wrap, place.wallet, "channel", "serve", "--store", self.store, "--listen", listen, *options],
            cwd=place.root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"}, start_new_session=True)
        self.url = None
        while self.url is None:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(f"the server ended: {self.process.wait()}: {self.said.decode()}")
            self.said += line
            found = re.search(rb"listening on (\S+)", line)
            self.url = found.group(1).decode() if found else None
        self.port = int(self.url.rsplit(":", 1)[1]) if self.url.startswith("http") else None
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()

    def listen(self):
        for line in self.process.stderr:
            self.said += line

    def connect(self, **options):
        return Connection(self.port, **options)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=DEADLINE_SECONDS)


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def bearer(token):
    return {"Authorization": "Bearer " + token}


class Account:
    """The account API by hand."""

    def __init__(self, place, server, name="shop"):
        done = place.good(["channel", "account", name, "--store", server.store, "--json"], place.root)
        made = json.loads(done)
        self.number, self.fields = made["account"], basic(made["user"], made["password"])
        self.password = made["password"]

    def ask(self, connection, method, path, body=None):
        return connection.ask(method, f"/api/v1/account/{self.number}/channel{path}",
                              b"" if body is None else json.dumps(body).encode(), self.fields)

    def channel(self, connection, **terms):
        made = self.ask(connection, "POST", "", terms).json
        return made["id"], made["access_tokens"][0]["token"]

    def token(self, connection, channel, read=True, write=True):
        return self.ask(connection, "POST", f"/{channel}/api-token",
                        {"description": "t", "can_read": read, "can_write": write}).json["token"]


def write(connection, channel, token, payload, kind="text/plain"):
    return connection.ask("POST", f"/api/v1/channel/{channel}", payload,
                          {**bearer(token), "Content-Type": kind})


def read(connection, channel, token, query=""):
    """All messages, however many answers that takes."""
    messages, after = [], 0
    while True:
        answer = connection.ask("GET", f"/api/v1/channel/{channel}?after={after}{query}", b"", bearer(token))
        assert answer.status == 200, answer.body
        page = answer.json
        if not page:
            return messages
        messages += [(one["sequence"], base64.b64decode(one["payload"])) for one in page]
        after = messages[-1][0]
