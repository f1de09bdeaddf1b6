"""The rules of merging, written a second time and as plainly as possible.

A schedule is a story of a few replicas of one domain: they pay, present the same promise twice,
cancel, change limits, seal, take over, meet in part or in whole, lose their clock or come back from
a backup. The story is told in real documents; what each set of documents comes to is computed here,
and compared with what the shipped code makes of the same documents.

Amounts are tenths. None stands for an infinite limit.
"""
import hashlib
import json
import time

DOMAIN = "merge.example"
START = 1767225600000  # 2026-01-01
LEAD = 600_000
YEARS = 10 * 365 * 86_400_000
ZERO = "0" * 64
CUT_ALLOWANCES = 128


def sha256(data):
    return hashlib.sha256(data).digest()


def identity(data):
    return sha256(sha256(data.encode())).hex()


ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def address(number):
    payload = b"\x87" + number.to_bytes(20, "big")
    value = int.from_bytes(payload + sha256(sha256(payload))[:4], "big")
    text = ""
    while value:
        value, digit = divmod(value, 58)
        text = ALPHABET[digit] + text
    return text


PEOPLE = [address(1_000_003 * (n + 1) ** 9) for n in range(5)]
MINTS = [address(7_000_001 * (n + 1) ** 11) for n in range(2)]
DEVICES = [address(900_007 * (n + 1) ** 10) for n in range(6)]
STAMPS = {}


def stamp(milliseconds):
    text = STAMPS.get(milliseconds)
    if text is None:
        seconds, rest = divmod(milliseconds, 1000)
        text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % rest
        STAMPS[milliseconds] = text
    return text


def decimal(tenths):
    sign = "-" if tenths < 0 else ""
    whole, tenth = divmod(abs(tenths), 10)
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"


def low(limit):
    return "-Infinity" if limit is None else decimal(limit)


def high(limit):
    return "Infinity" if limit is None else decimal(limit)


def envelope(data, digest=None, meta=""):
    return (
        f'{{"data":{data},"hash":{{"steps":"stringify:data","types":"sha256:sha256",'
        f'"value":"{digest or identity(data)}"}},"meta":{{{meta}}}}}'
    )


# Instructions: kind, hash, document and what the rules need.


class Instruction:
    __slots__ = ("kind", "hash", "text", "signer", "symbol", "target", "amount", "credit", "expiry")

    def __init__(self, kind, data, signer, symbol, target, amount, credit, expiry):
        self.kind, self.signer, self.symbol, self.target = kind, signer, symbol, target
        self.amount, self.credit, self.expiry = amount, credit, expiry
        self.hash = identity(data)
        self.text = envelope(data, self.hash)


def iou(source, target, symbol, amount, credit, nonce, expiry):
    line = f'"credit":"{decimal(-credit)}",' if credit else ""
    data = (
        f'{{"amount":"{decimal(amount)}",{line}"domain":"{DOMAIN}","expiry":"{stamp(expiry)}",'
        f'"random":"{nonce}","source":"{source}","symbol":"{symbol}","target":"{target}"}}'
    )
    return Instruction("iou", data, source, symbol, target, amount, credit, expiry)


def limit(holder, symbol, end, amount, nonce, expiry):
    data = (
        f'{{"address":"{holder}","domain":"{DOMAIN}","expiry":"{stamp(expiry)}","kind":"limit",'
        f'"{end}":"{decimal(amount)}","random":"{nonce}","symbol":"{symbol}"}}'
    )
    signer = holder if end == "max" else symbol
    return Instruction(end, data, signer, symbol, holder, amount, 0, expiry)


def cancel(other, nonce, expiry):
    data = (
        f'{{"address":"{other.signer}","domain":"{DOMAIN}","expiry":"{stamp(expiry)}",'
        f'"instruction":"{other.hash}","kind":"cancel","random":"{nonce}",'
        f'"symbol":"{other.symbol}"}}'
    )
    return Instruction("cancel", data, other.signer, other.symbol, other.hash, 0, 0, expiry)


def sealed(kind, **members):
    """A document of the domain's own whose members are texts, numbers and lists."""
    return envelope(
        json.dumps(dict(members, kind=kind, domain=DOMAIN), sort_keys=True, separators=(",", ":")))


def cut_document(devices, allowances, height, holder, term):
    return sealed(
        "cut", height=height, holder=holder, term=term,
        devices=[{"device": d, "sequence": n} for d, n in sorted(devices.items())],
        allowances=[
            {"address": a, "symbol": s, "device": d, "expiry": stamp(e), "remaining": decimal(r)}
            for a, s, d, e, r in sorted(allowances)
        ])


# Records.


class Record:
    """What a device has signed: a clock and instructions; the outputs are its own opinion."""

    __slots__ = ("time", "tick", "device", "sequence", "parts", "hash", "text", "key")

    def __init__(self, clock, parts, outputs):
        self.time, self.tick, self.device, self.sequence = clock
        self.parts = parts
        self.hash, data = transaction(clock, parts, outputs)
        self.text = document(self.hash, data, parts)
        self.key = (self.time, self.tick, self.device, self.sequence, self.hash)

    @property
    def clock(self):
        return self.key[:4]


def transaction(clock, parts, outputs):
    moment, tick, device, sequence = clock
    inputs = ",".join(f'{{"hash":"{part.hash}"}}' for part in parts)
    states = ",".join(
        f'{{"address":"{key[0]}","balance":{{"max":"{high(most)}","min":"{low(least)}",'
        f'"net":"{decimal(net)}"}},"counter":"{key[1]}","sources":['
        + (f'"{head}"' if head else "") + "]}"
        for key, (net, least, most, head) in outputs)
    data = (
        f'{{"clock":{{"device":"{device}","sequence":{sequence},"tick":{tick},'
        f'"time":"{stamp(moment)}"}},"domain":"{DOMAIN}","inputs":[{inputs}],'
        f'"outputs":[{states}]}}'
    )
    return identity(data), data


def document(digest, data, parts, record=None):
    meta = '"inputs":[' + ",".join(part.text for part in parts) + "]"
    if record is not None and record != digest:
        meta += f',"record":"{record}"'
    return envelope(data, digest, meta)


# The fold.


class State:
    """Counters, what has cleared where, what has been cancelled, what is set aside."""

    def __init__(self, counters, cleared, cancelled, allowances):
        self.counters, self.cleared, self.cancelled = counters, cleared, cancelled
        # [address, symbol, device, expiry, remaining], ascending: the one that ends first first.
        self.allowances = sorted(list(a) for a in allowances)

    def copy(self):
        return State(
            dict(self.counters), dict(self.cleared), dict(self.cancelled), self.allowances)

    def counter(self, key):
        known = self.counters.get(key)
        if known:
            return known
        return (0, None, 0, None) if key[0] == key[1] else (0, 0, None, None)

    def reserved(self, key, moment):
        return sum(a[4] for a in self.allowances if (a[0], a[1]) == key and a[3] > moment)

    def left(self, key, device, moment):
        return sum(
            a[4] for a in self.allowances
            if (a[0], a[1]) == key and a[2] == device and a[3] > moment)

    def consume(self, key, device, moment, amount):
        for entry in self.allowances:
            if (entry[0], entry[1]) == key and entry[2] == device and entry[3] > moment:
                part = min(entry[4], amount)
                entry[4] -= part
                amount -= part


def debits(parts):
    change = {}
    for part in parts:
        if part.kind == "iou":
            moved = part.amount + part.credit
            for who, sign in ((part.signer, 1), (part.target, -1)):
                key = (who, part.symbol)
                change[key] = change.get(key, 0) + sign * moved
    return {key: amount for key, amount in change.items() if amount > 0}


class Bounce(Exception):
    pass


def changed(state, parts, moment, scales):
    """The counters that instructions touch, as they leave them; Bounce with the first rule that
    does not hold."""
    for part in parts:
        if part.kind == "cancel" and part.target in state.cleared:
            raise Bounce("already-cleared")
    for part in parts:
        if (part.hash, part.signer, part.symbol) in state.cancelled:
            raise Bounce("cancelled")
    own = {(p.target, p.signer, p.symbol) for p in parts if p.kind == "cancel"}
    if any((part.hash, part.signer, part.symbol) in own for part in parts):
        raise Bounce("cancelled")
    if any(moment >= part.expiry for part in parts):
        raise Bounce("expired")
    touched = {}
    for part in parts:
        if part.kind == "cancel":
            keys = [(part.signer, part.symbol)]
        elif part.kind == "iou":
            keys = [(part.signer, part.symbol), (part.target, part.symbol)]
        else:
            keys = [(part.target, part.symbol)]
        for key in keys:
            touched.setdefault(key, list(state.counter(key)))
    for part in parts:
        if part.kind == "iou" and part.credit:
            for who, sign in ((part.signer, 1), (part.target, -1)):
                counter = touched[(who, part.symbol)]
                if counter[1] is not None:
                    counter[1] += sign * part.credit
    for part in parts:
        counter = touched.get((part.target, part.symbol))
        if part.kind == "max":
            counter[2] = part.amount
        elif part.kind == "min":
            mint = part.target == part.symbol
            if not mint and counter[1] is not None and counter[1] > part.amount:
                raise Bounce("credit-not-allowed")
            counter[1] = part.amount
    for key, counter in touched.items():
        if key[0] != key[1] and counter[1] is not None and counter[1] > 0:
            raise Bounce("credit-not-allowed")
    for part in parts:
        for amount in (part.amount, part.credit):
            if amount % 10 and scales.get(part.symbol) == 0:
                raise Bounce("scale-exceeded")
    for part in parts:
        if part.kind == "iou":
            touched[(part.signer, part.symbol)][0] -= part.amount
            touched[(part.target, part.symbol)][0] += part.amount
    if any(c[1] is not None and c[0] < c[1] for c in touched.values()):
        raise Bounce("lower-limit-reached")
    if any(c[2] is not None and c[0] > c[2] for c in touched.values()):
        raise Bounce("upper-limit-reached")
    return touched


def narrower(before, after):
    """Whether the room above the lower limit has shrunk."""
    if before[1] is None:
        return True
    return after[0] - after[1] < before[0] - before[1]


def step(state, clock, parts, revoked, scales):
    """What becomes of a record: class, code, the other transaction, outputs, data."""
    moment, _, device, _ = clock
    spent = debits(parts)
    covered = all(a <= state.left(k, device, moment) for k, a in spent.items())
    for key, amount in spent.items():
        state.consume(key, device, moment, amount)
    if device in revoked and moment > revoked[device]:
        return ("bounced", "revoked", "", None, None)
    known = [part for part in parts if part.hash in state.cleared]
    if len(known) == len(parts):
        return ("duplicate", "", state.cleared[known[0].hash], None, None)
    try:
        if known:
            raise Bounce("already-cleared")
        touched = changed(state, parts, moment, scales)
        for key, after in touched.items():
            reserved = state.reserved(key, moment)
            if after[1] is not None and reserved and narrower(state.counter(key), after):
                if after[0] - reserved < after[1]:
                    raise Bounce("lower-limit-reached")
    except Bounce as bounce:
        code = str(bounce)
        return (code if code in ("expired", "cancelled") else "bounced", code, "", None, None)
    outputs = [(key, tuple(touched[key])) for key in sorted(touched)]
    digest, data = transaction(clock, parts, outputs)
    for index, (key, (net, least, most, _)) in enumerate(outputs):
        state.counters[key] = (net, least, most, f"{digest}::{index}")
    for part in parts:
        state.cleared[part.hash] = digest
        if part.kind == "cancel":
            state.cancelled[(part.target, part.signer, part.symbol)] = digest
    within = (
        covered and len(parts) == 1 and parts[0].kind == "iou"
        and all(key[0] == parts[0].signer or c[2] is None for key, c in touched.items()))
    return ("applied-allowance" if within else "applied", "", digest, outputs, data)


def sift(records, settled, now):
    """The records that count, in order, those that wait, and each chain's last place."""
    waiting, present = [], {}
    for record in records:
        if record.sequence <= settled.get(record.device, 0):
            continue
        if record.time - now > LEAD:
            waiting.append((record.key, "future"))
        else:
            present.setdefault(record.device, []).append(record)
    counted, tops = [], dict(settled)
    for device, chain in present.items():
        places = {record.sequence for record in chain}
        top = settled.get(device, 0)
        while top + 1 in places:
            top += 1
        if top:
            tops[device] = top
        for record in chain:
            if record.sequence <= top:
                counted.append(record)
            else:
                waiting.append((record.key, "gap"))
    counted.sort(key=lambda record: record.key)
    return counted, sorted(waiting), tops


class View:
    """What a set of documents comes to."""

    def __init__(self, world, records, blocks, now):
        self.chain = winner(blocks)
        block = world.blocks[self.chain[-1]] if self.chain else world.genesis
        self.block = block
        self.counted, self.waiting, self.tops = sift(records, block.settled, now)
        self.state = block.state.copy()
        self.state.allowances = sorted(list(a) for a in block.allowances)
        self.steps = []
        for record in self.counted:
            self.add(record, world)

    def add(self, record, world):
        """One record more, at the end."""
        result = step(self.state, record.clock, record.parts, world.revoked, world.scales)
        self.steps.append((record, result))

    def applied(self):
        return [(r, s) for r, s in self.steps if s[0].startswith("applied")]


def winner(blocks):
    """Highest term, then longest, then lowest hash; only what is whole from the first block on."""
    best, chosen = None, []
    for block, whole in blocks.values():
        path, current = [], block
        while current is not None and blocks.get(current.hash, (None, False))[1]:
            path.append(current.hash)
            if current.previous == ZERO:
                break
            current = blocks.get(current.previous, (None, False))[0]
        else:
            continue
        rank = (-block.term, -len(path), block.hash)
        if best is None or rank < best:
            best, chosen = rank, path[::-1]
    return chosen


def next_cut(view, grants, moment):
    """What the cut of a block over this view states of allowances."""
    state = view.state.copy()
    state.allowances = [list(a) for a in view.state.allowances if a[3] > moment and a[4] > 0]
    room = CUT_ALLOWANCES - len(state.allowances)
    for _, (holder, symbol, device, expiry, amount), _ in sorted(grants):
        if expiry <= moment:
            continue
        key = (holder, symbol)
        net, least, _, _ = state.counter(key)
        if least is not None:
            amount = min(amount, net - least - state.reserved(key, moment))
        if amount <= 0 or room <= 0:
            continue
        room -= 1
        same = [a for a in state.allowances if a[:4] == [holder, symbol, device, expiry]]
        if same:
            same[0][4] += amount
        else:
            state.allowances.append([holder, symbol, device, expiry, amount])
            state.allowances.sort()
    return [tuple(a) for a in state.allowances]


class Block:
    def __init__(self, previous, term, height, holder, view, settled, allowances, names):
        self.previous, self.term, self.height, self.holder = previous, term, height, holder
        self.settled, self.allowances = settled, allowances
        self.state = view.state if view else None
        self.cut = cut_document(settled, allowances, height, holder, term)
        self.lines = [
            document(s[2], s[4], r.parts, r.hash) for r, s in (view.applied() if view else [])]
        self.records = {r.hash for r, _ in (view.applied() if view else [])}
        self.hash = identity(json.dumps([previous, self.cut, sorted(self.records), names]))


def expectation(world, name, records, blocks, earlier, now, grants):
    """What the shipped code must say of a set, in its own words."""
    view = View(world, records, blocks, now)
    before = View(world, records[:earlier], blocks, now)
    applied = {p.hash for r, _ in view.applied() for p in r.parts}
    results = {record.hash: result for record, result in view.steps}
    waits = {key[4] for key, _ in view.waiting}
    demotions = []
    for record, _ in before.applied():
        lost = [
            p.hash for p in record.parts
            if p.hash not in applied and p.hash not in view.block.state.cleared]
        if lost:
            result = results.get(record.hash)
            cls = result[0] if result else "quarantined" if record.hash in waits else "bounced"
            demotions.append([record.hash, cls, result[1] if result else "", " ".join(lost)])
    running, places = {}, {}
    for record in sorted(view.counted, key=lambda r: (r.sequence, r.hash)):
        running[record.device] = sha256(
            running.get(record.device, bytes(32)) + bytes.fromhex(record.hash))
    for record in records:
        places.setdefault((record.device, record.sequence), set()).add(record.hash)
    return {
        "id": name,
        "chain": [[digest] for digest in view.chain],
        "steps": [[r.hash, s[0], s[1], s[2]] for r, s in view.steps],
        "quarantined": [[key[4], reason] for key, reason in view.waiting],
        "balances": [
            [key[0], key[1], decimal(c[0]), low(c[1]), high(c[2])]
            for key, c in sorted(view.state.counters.items())],
        "allowances": [
            [a, s, d, str(e), decimal(r)] for a, s, d, e, r in
            sorted((a[0], a[1], a[2], a[3], a[4]) for a in next_cut(view, grants, now))],
        "cut": [[d, str(n)] for d, n in sorted(view.tops.items())],
        "heads": [
            [d, str(n), running.get(d, bytes(32)).hex()] for d, n in sorted(view.tops.items())],
        "forks": [
            [d, str(n), " ".join(sorted(hashes))]
            for (d, n), hashes in sorted(places.items()) if len(hashes) > 1],
        "demotions": demotions,
        "statuses": sha256(
            "".join(f"{r.hash} {s[0]}\n" for r, s in view.steps).encode()).hex(),
        "transactions": sha256(
            b"".join(bytes.fromhex(s[2]) for _, s in view.applied())).hex(),
    }


def line(world, name, records, blocks, earlier, now, grants):
    """The set as the shipped code reads it."""
    counters = json.dumps(
        [[k[0], k[1], decimal(c[0]), low(c[1]), high(c[2])] for k, c in world.start.items()],
        separators=(",", ":"))
    parts = ",".join(
        f'{{"cut":{b.cut},"hash":"{b.hash}","previous":"{b.previous}","transactions":['
        f'{",".join(b.lines) if whole else ""}],"whole":{int(whole)}}}'
        for b, whole in blocks.values())
    revocations = ",".join(
        sealed("revocation", device=d, issued=stamp(t)) for d, t in world.revoked.items())
    units = ",".join(
        sealed_unit(symbol, scale) for symbol, scale in world.scales.items())
    given = ",".join(envelope(data, digest) for digest, _, data in grants)
    return (
        f'{{"blocks":[{parts}],"counters":{counters},"domain":"{DOMAIN}","earlier":{earlier},'
        f'"genesis":{world.genesis.cut},"grants":[{given}],"id":"{name}","now":{now},'
        f'"records":[{",".join(r.text for r in records)}],"revocations":[{revocations}],'
        f'"units":[{units}]}}')


def sealed_unit(symbol, scale):
    return envelope(
        f'{{"code":"U","form":"currency","kind":"unit","name":"","scale":{scale},'
        f'"symbol":"{symbol}","terms":""}}')


def grant(rnd, holder, symbol, device, expiry, amount, now):
    data = (
        f'{{"address":"{holder}","amount":"{decimal(amount)}","device":"{device}",'
        f'"domain":"{DOMAIN}","expiry":"{stamp(expiry)}","issued":"{stamp(min(now, expiry - 1))}",'
        f'"kind":"allowance","random":"{rnd.getrandbits(40)}","symbol":"{symbol}"}}'
    )
    return (identity(data), (holder, symbol, device, expiry, amount), data)
