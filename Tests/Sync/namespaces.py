#!/usr/bin/env python3
"""Hosts of a bad network: network namespaces joined by a switch that loses, delays and parts.

usage: namespaces.py [--hosts N] [--loss P] [--delay SECONDS] [--seed N] [--loopback] (--self-test | [--] COMMAND...)
  COMMAND runs on every host, with HOST_NUMBER, HOST_ADDRESS and HOST_ADDRESSES in its environment; the exit status is
  the worst of theirs.

    with network(10, loss=0.05, delay=0.2, seed=7) as net:
        server = net.hosts[0].start(["wallet", "serve", ...])
        net.part([0, 1, 2], [3, 4])                    # whoever is named nowhere is alone
        net.hosts[3].run(["curl", f"http://{net.hosts[4].address}/"], timeout=20)
        net.heal()
        net.shield(4)                                  # nobody begins a connection to host 4; it may begin any

Each namespace has a TAP device, and what it sends comes to a switch in this process: no netem, bridge or firewall is
needed of the kernel, and a seed gives every run the same dice. The delay is that of one way. Where namespaces are not
permitted (root and /dev/net/tun are needed), the hosts are processes on addresses of the loopback, `net.kind` says
"loopback", nothing is lost or delayed, and `part` raises NotPossible. Processes are killed and namespaces deleted at
the end, those of a driver that was killed at the next start.
"""
import contextlib, fcntl, heapq, os, random, selectors, shutil, signal, struct, subprocess, sys, threading, time

PREFIX = "wallet-net-"
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
FRAMES_IN_FLIGHT = 20_000  # as a router's buffer: what comes beyond is lost
HOSTS_MAXIMUM = 250


class NotPossible(Exception):
    """The hosts are processes on the loopback: their network cannot be parted."""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Host:
    """A place where commands run: `address` is how the others reach it."""

    def __init__(self, number, address, namespace=None):
        self.number, self.address, self.namespace = number, address, namespace
        self.addresses, self.processes = [], []

    def start(self, command, **options):
        """The command on this host, a Popen in a session of its own; it is killed at the end, with its children."""
        inside = ["ip", "netns", "exec", self.namespace] if self.namespace else []
        environment = dict(options.pop("env", None) or os.environ, HOST_NUMBER=str(self.number),
                           HOST_ADDRESS=self.address, HOST_ADDRESSES=" ".join(self.addresses))
        process = subprocess.Popen(inside + list(command), env=environment, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def run(self, command, timeout=60, **options):
        """The same, waited for: a CompletedProcess with its texts; subprocess.TimeoutExpired after `timeout` s."""
        process = self.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             **{"stdin": subprocess.DEVNULL, **options})
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            end(process)
            process.communicate()
            raise
        finally:
            self.processes.remove(process)
        return subprocess.CompletedProcess(command, process.returncode, output, errors)


def end(process):
    """Kills a process and its session, and collects it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Network:
    """Hosts that reach each other without loss: processes on the loopback."""
    kind = "loopback"

    def __init__(self, hosts):
        self.hosts = hosts
        for host in hosts:
            host.addresses = [other.address for other in hosts]

    def part(self, *groups):
        raise NotPossible("the loopback cannot be parted")

    def heal(self):
        """Everybody reaches everybody again."""

    def shield(self, *numbers):
        raise NotPossible("the loopback has no firewall")

    def close(self):
        for process in [process for host in self.hosts for process in host.processes]:
            end(process)


class Namespaces(Network):
    """Hosts in namespaces. `loss` is a probability, `delay` seconds one way; both may be changed at any time.
    `frames` counts what was sent, lost, cut (between parts) and delivered."""
    kind = "namespaces"

    def __init__(self, count, loss, delay, seed):
        self.loss, self.delay, self.random = loss, delay, random.Random(seed)
        self.frames = dict.fromkeys(("sent", "lost", "cut", "delivered"), 0)
        self.group = [0] * count
        self.shielded = set()
        self.taps, self.names = [], []
        self.wake, self.waker = os.pipe()
        self.thread = threading.Thread(target=self.forward, daemon=True)
        try:
            for number in range(count):
                self.add(number)
            self.introduce()
        except BaseException:
            self.remove()
            raise
        super().__init__([Host(n, f"10.77.0.{n + 1}", name) for n, name in enumerate(self.names)])
        self.thread.start()

    def add(self, number):
        name, device = f"{PREFIX}{os.getpid()}-{number}", f"wn{os.getpid()}.{number}"[:15]
        ip("netns", "add", name)
        self.names.append(name)
        tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.taps.append(tap)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TAP | IFF_NO_PI))
        # The last byte of a host's hardware address is its number: the switch has nothing to learn.
        ip("link", "set", device, "address", f"02:00:00:00:00:{number:02x}", "netns", name)
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "link", "set", device, "name", "net0")
        subprocess.run(["ip", "netns", "exec", name, "sh", "-c",
                        "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"], capture_output=True)
        ip("-n", name, "addr", "add", f"10.77.0.{number + 1}/24", "dev", "net0")
        ip("-n", name, "link", "set", "net0", "up")

    def introduce(self):
        """Everybody knows everybody's hardware address: a question for it that is lost would look like a dead host
        for seconds, and a partition would outlast its healing."""
        for own, name in enumerate(self.names):
            lines = [f"neigh replace 10.77.0.{number + 1} lladdr 02:00:00:00:00:{number:02x} dev net0 nud permanent\n"
                     for number in range(len(self.names)) if number != own]
            subprocess.run(["ip", "-n", name, "-batch", "-"], input="".join(lines), check=True, capture_output=True,
                           text=True)

    def part(self, *groups):
        """From now on only hosts of one group reach each other; what is on its way between two is cut too."""
        placed = {number: place for place, group in enumerate(groups) for number in group}
        self.group = [placed.get(number, -1 - number) for number in range(len(self.taps))]

    def heal(self):
        self.group = [0] * len(self.taps)

    def shield(self, *numbers):
        """From now on nobody begins a connection to these hosts: a firewall that keeps no state."""
        self.shielded = set(numbers)

    @staticmethod
    def begins(frame):
        """Whether a frame of IPv4 is the first of a TCP connection, or no TCP at all."""
        if frame[12:14] != b"\x08\x00":
            return False
        flags = 14 + (frame[14] & 15) * 4 + 13
        return frame[23] != 6 or len(frame) <= flags or frame[flags] & 0x12 == 0x02

    def forward(self):
        """The switch, until its pipe is closed."""
        selector, waiting, order = selectors.DefaultSelector(), [], 0
        selector.register(self.wake, selectors.EVENT_READ, None)
        for number, tap in enumerate(self.taps):
            selector.register(tap, selectors.EVENT_READ, number)
        while True:
            pause = max(0, waiting[0][0] - time.monotonic()) if waiting else None
            for key, _ in selector.select(pause):
                if key.data is None:
                    return selector.close()
                for frame in self.read(self.taps[key.data]):
                    for target in self.targets(key.data, frame):
                        if self.takes(len(waiting)):
                            order += 1
                            heapq.heappush(waiting, (time.monotonic() + self.delay, order, key.data, target, frame))
            while waiting and waiting[0][0] <= time.monotonic():
                self.deliver(*heapq.heappop(waiting)[2:])

    def read(self, tap):
        """Some frames: the others' turn comes too."""
        for _ in range(64):
            try:
                yield os.read(tap, 65_536)
            except OSError:
                return

    def targets(self, source, frame):
        if frame[0] & 1:  # to everybody
            return [number for number in range(len(self.taps)) if number != source]
        return [frame[5]] if frame[:5] == b"\2\0\0\0\0" and frame[5] < len(self.taps) else []

    def takes(self, waiting):
        self.frames["sent"] += 1
        isLost = self.random.random() < self.loss or waiting >= FRAMES_IN_FLIGHT
        self.frames["lost"] += isLost
        return not isLost

    def deliver(self, source, target, frame):
        if self.group[source] != self.group[target] or (target in self.shielded and self.begins(frame)):
            self.frames["cut"] += 1
            return
        with contextlib.suppress(OSError):
            os.write(self.taps[target], frame)
            self.frames["delivered"] += 1

    def close(self):
        super().close()
        self.remove()

    def remove(self):
        os.close(self.waker)
        if self.thread.is_alive():
            self.thread.join()
        for descriptor in [self.wake, *self.taps]:
            os.close(descriptor)
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def sweep():
    """Deletes the namespaces of drivers that are no more, and ends what still runs in them."""
    def listed(*words):
        return subprocess.run(["ip", "netns", *words], capture_output=True, text=True, check=True).stdout.splitlines()

    for name in (line.split()[0] for line in listed("list") if line.startswith(PREFIX)):
        if not os.path.exists(f"/proc/{name[len(PREFIX):].split('-')[0]}"):
            for process in listed("pids", name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process), signal.SIGKILL)
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


@contextlib.contextmanager
def network(count, loss=0.05, delay=0.2, seed=None, loopback=False):
    """A network of so many hosts, to be used in `with`. `loopback` asks for processes without namespaces."""
    assert 1 <= count <= HOSTS_MAXIMUM
    net = None
    if not loopback:
        try:
            sweep()
            net = Namespaces(count, loss, delay, seed)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = (getattr(error, "stderr", "") or str(error)).strip()
            print(f"NOTICE: no network namespaces here ({reason}): {count} processes on the loopback instead, "
                  "without loss, delay and partitions", file=sys.stderr)
    if net is None:
        net = Network([Host(n, f"127.77.0.{n + 1}") for n in range(count)])
    try:
        yield net
    finally:
        net.close()


# The self-test: an echo on every host, and clients that say how it went.
ECHO = """
import os, socket, threading
listener = socket.create_server((os.environ["HOST_ADDRESS"], 7777), backlog=64)
print("ready", flush=True)
def serve(connection):
    while data := connection.recv(65536): connection.sendall(data)
while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
CLIENT = """
import hashlib, os, socket, sys, time
data = os.urandom(int(sys.argv[2]))
begin = time.monotonic()
connection = socket.create_connection((sys.argv[1], 7777), timeout=float(sys.argv[3]))
print(time.monotonic() - begin)
connection.sendall(data)
back = b""
while len(back) < len(data): back += connection.recv(65536)
sys.exit(back != data)
"""


def self_test(count, loss, delay, seed, loopback):
    """Prints 'N passed, N failed'; true where all is well."""
    passed, failed = 0, 0

    def check(what, good):
        nonlocal passed, failed
        passed, failed = passed + bool(good), failed + (not good)
        print("ok  " if good else "FAIL", what)

    def reaches(source, target, size=1, timeout=30):
        address = net.hosts[target].address
        return net.hosts[source].run([sys.executable, "-c", CLIENT, address, str(size), str(timeout)], timeout=120)

    with network(count, loss, delay, seed, loopback) as net:
        servers = [host.start([sys.executable, "-c", ECHO], stdout=subprocess.PIPE, text=True) for host in net.hosts]
        check("every host has begun", all(server.stdout.readline() == "ready\n" for server in servers))
        clients = [reaches(n, (n + 1) % count, 20_000) for n in range(count)]
        check("every host reaches the next", all(client.returncode == 0 for client in clients))
        if net.kind == "namespaces":
            check("no handshake is faster than both ways", all(float(c.stdout) >= 2 * delay for c in clients))
            check("frames were lost" if loss else "no frame was lost", bool(net.frames["lost"]) == bool(loss))
            half = count // 2
            net.part(range(half), range(half, count))
            check("a part reaches itself", reaches(0, half - 1).returncode == 0)
            check("a part does not reach another", reaches(0, half, timeout=2 + 4 * delay).returncode != 0)
            net.heal()
            check("it does when healed", reaches(0, half).returncode == 0)
            net.shield(half)
            check("nobody reaches who is shielded", reaches(0, half, timeout=2 + 4 * delay).returncode != 0)
            check("who is shielded reaches others", reaches(half, 0).returncode == 0)
            net.shield()
            inside = net.hosts[0].run(["ip", "-o", "-4", "addr"]).stdout
            check("a host has no address but its own", inside.count("inet") == 2 and net.hosts[0].address in inside)
            print(f"     seed {seed}, frames {net.frames}")
        else:
            try:
                net.part([0])
                check("the loopback says that it cannot be parted", False)
            except NotPossible:
                check("the loopback says that it cannot be parted", True)
    check("no process is left", all(server.poll() is not None for server in servers))
    if shutil.which("ip"):
        left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
        check("no namespace is left", f"{PREFIX}{os.getpid()}-" not in left)
    print(f"{passed} passed, {failed} failed")
    return failed == 0


def main(words):
    options = {"--hosts": 10, "--loss": 0.05, "--delay": 0.2, "--seed": random.SystemRandom().randrange(1 << 32)}
    loopback = test = False
    while words and words[0].startswith("--"):
        word = words.pop(0)
        if word == "--":
            break
        if word == "--loopback":
            loopback = True
        elif word == "--self-test":
            test = True
        elif word in options and words:
            options[word] = type(options[word])(words.pop(0))
        else:
            raise SystemExit(__doc__)
    count, loss, delay, seed = options.values()
    if test:
        return 0 if self_test(count, loss, delay, seed, loopback) else 1
    if not words:
        raise SystemExit(__doc__)
    with network(count, loss, delay, seed, loopback) as net:
        return max(abs(process.wait()) for process in [host.start(words) for host in net.hosts])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
