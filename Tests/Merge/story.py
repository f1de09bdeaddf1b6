"""Schedules: what may happen to the replicas of one domain, told by chance."""
import itertools
import random

from oracle import (
    DEVICES, LEAD, MINTS, PEOPLE, START, YEARS, ZERO, Block, Record, State, View, cancel,
    expectation, grant, iou, limit, line, next_cut, step)


class World:
    """What no replica can change: the beginning, and what everybody knows."""

    def __init__(self, rnd, clean):
        self.rnd, self.clean = rnd, clean
        self.start = {}
        for mint in MINTS:
            total = 0
            for person in PEOPLE:
                net = rnd.choice((0, 50, 120, 300, 300))
                most = None if clean or rnd.random() < 0.8 else net + 100
                self.start[(person, mint)] = (net, -rnd.choice((0, 0, 50, 100, 200)), most, None)
                total += net
            self.start[(mint, mint)] = (-total, None, 0, None)
        self.scales = {MINTS[1]: rnd.choice((0, 1))} if rnd.random() < 0.3 else {}
        self.revoked, self.blocks, self.nonce = {}, {}, 0
        self.genesis = Block(ZERO, 0, 0, DEVICES[0], None, {}, [], "genesis")
        self.genesis.state = State(dict(self.start), {}, {}, [])
        self.favoured = []  # who has allowances somewhere
        self.pool = []  # every instruction that was ever signed
        self.now = START

    def sign(self):
        """A new instruction, by chance."""
        rnd, self.nonce = self.rnd, self.nonce + 1
        mint = MINTS[rnd.random() < 0.3]
        far = self.now + (rnd.randint(1, 40) if rnd.random() < 0.05 else 10**9)
        x = rnd.random()
        if x < 0.80 or self.clean and x >= 0.90:
            source, target = rnd.sample(PEOPLE, 2)
            if self.favoured and rnd.random() < 0.4:
                source, mint = rnd.choice(self.favoured), MINTS[0]
                target = rnd.choice([person for person in PEOPLE if person != source])
            amount = rnd.randint(1, 12) * 10 + (rnd.randint(1, 9) if rnd.random() < 0.1 else 0)
            made = iou(source, target, mint, amount, 0, self.nonce, far)
        elif x < 0.86:
            source, target = rnd.sample(PEOPLE + [mint], 2)
            made = iou(source, target, mint, rnd.randint(1, 9) * 10, 0, self.nonce, far)
        elif x < 0.90:
            person = rnd.choice(PEOPLE)
            pair = (mint, person) if rnd.random() < 0.4 else (person, mint)
            made = iou(*pair, mint, rnd.randint(0, 3) * 10, 50, self.nonce, far)
        elif x < 0.94:
            end = rnd.choice(("max", "min"))
            amount = rnd.choice((0, 50, 100, 200)) * (1 if end == "max" else -1)
            who = mint if end == "min" and rnd.random() < 0.2 else rnd.choice(PEOPLE)
            if who == mint:
                amount *= 10
            made = limit(who, mint, end, amount, self.nonce, far)
        else:
            known = [part for part in self.pool if part.kind == "iou"]
            if not known:
                return self.sign()
            made = cancel(rnd.choice(known), self.nonce, far)
        self.pool.append(made)
        return made


class Replica:
    """One device: its documents, its clock, what it has said."""

    def __init__(self, world, device):
        self.world, self.device = world, device
        self.records, self.blocks = {}, {}
        self.leases = {(1, DEVICES[0])}
        self.clock = (START - 1000, 0)
        self.sequence, self.offset = 0, 0
        self.saved, self.view_cache, self.told, self.restored = None, None, [], False

    @property
    def wall(self):
        return self.world.now + self.offset

    def view(self):
        """The fold of all that is here: from the beginning whenever anything has changed."""
        key = (len(self.records), len(self.blocks), sum(w for _, w in self.blocks.values()),
               self.wall, len(self.world.revoked))
        if self.view_cache is None or self.view_cache[0] != key:
            view = View(self.world, self.records.values(), self.blocks, self.wall)
            self.view_cache = (key, view)
        return self.view_cache[1]

    def clear(self, parts):
        """Acknowledges instructions if the fold with them applies them; their record, or None."""
        view, wall = self.view(), self.wall
        last = max([self.clock] + [r.key[:2] for r in view.counted])
        moment, tick = (wall, 0) if wall > last[0] else (last[0], last[1] + 1)
        head = view.tops.get(self.device, 0)
        if moment - wall > LEAD or head < self.sequence:
            return None
        clock = (moment, tick, self.device, self.sequence + 1)
        parts = sorted(parts, key=lambda part: part.hash)
        state = view.state.copy()
        state.allowances = [list(a) for a in state.allowances]
        result = step(state, clock, parts, self.world.revoked, self.world.scales)
        if not result[0].startswith("applied"):
            return None
        record = Record(clock, parts, result[3])
        assert record.hash == result[2], "a record is what its device derives"
        self.clock, self.sequence = (moment, tick), self.sequence + 1
        self.records[record.hash] = record
        view.counted.append(record)
        view.tops[self.device] = self.sequence
        view.state = state
        view.steps.append((record, result))
        key = (len(self.records),) + self.view_cache[0][1:]
        self.view_cache = (key, view)
        self.told.append((record, result[0], view.chain))
        return record

    def take(self, records, blocks, leases=()):
        """What another replica has sent."""
        for record in records:
            self.records[record.hash] = record
        for block, whole in blocks:
            self.blocks[block.hash] = (block, whole or self.blocks.get(block.hash, (0, 0))[1])
        self.leases |= set(leases)

    def seal(self, grants):
        term, holder = max(self.leases)
        if holder != self.device:
            return
        view = self.view()
        if view.block.term > term:
            return
        block = Block(
            view.chain[-1] if view.chain else ZERO, term, len(view.chain), self.device, view,
            dict(view.tops), next_cut(view, grants, self.wall), self.world.rnd.getrandbits(40))
        world = self.world
        block.state = view.state.copy()
        world.blocks[block.hash] = block
        self.blocks[block.hash] = (block, True)

    def back_up(self):
        self.saved = (dict(self.records), dict(self.blocks), set(self.leases), self.sequence,
                      self.clock)

    def restore(self):
        records, blocks, leases, self.sequence, self.clock = self.saved
        self.records, self.blocks, self.leases = dict(records), dict(blocks), set(leases)
        self.restored = True  # what it alone had since then is gone with its disk


class Story:
    """One schedule, the sets of documents that it leaves, and what was counted on the way."""

    def __init__(self, seed, number):
        rnd = self.rnd = random.Random(f"{seed}/{number}")
        self.name = f"{seed}/{number}"
        self.clean = rnd.random() < 0.4
        world = self.world = World(rnd, self.clean)
        self.replicas = [Replica(world, d) for d in DEVICES[:rnd.randint(2, 5)]]
        self.sets, self.grants = [], []
        self.counts = {"told": 0, "bounced": 0, "demotions": 0, "within": 0}
        if rnd.random() < 0.7:
            self.allow(self.replicas)
            genesis = world.genesis
            view = View(world, [], {}, START)
            left = next_cut(view, self.grants, START)
            state = genesis.state
            world.genesis = Block(ZERO, 0, 0, DEVICES[0], None, {}, left, "genesis")
            world.genesis.state = state
        for _ in range(rnd.randint(5, 34)):
            self.act()
        self.heal()
        self.judge()

    def allow(self, replicas):
        rnd, world = self.rnd, self.world
        self.grants = []
        for replica in replicas:
            if rnd.random() < 0.7:
                expiry = START + (10**8 if self.clean or rnd.random() < 0.7 else rnd.randint(5, 60))
                self.grants.append(
                    grant(rnd, rnd.choice(PEOPLE), MINTS[0], replica.device, expiry,
                          rnd.choice((30, 50, 100)), START))
        world.favoured += [fields[0] for _, fields, _ in self.grants]

    def act(self):
        rnd, world = self.rnd, self.world
        world.now += rnd.randint(0, 3)
        replica, other = rnd.sample(self.replicas, 2)
        x = rnd.random()
        if x < 0.55:
            parts = [world.sign() for _ in range(rnd.choice((1, 1, 1, 1, 1, 2, 3)))]
            if len({(p.target, p.symbol, p.kind) for p in parts if p.kind in ("max", "min")}) \
                    == sum(p.kind in ("max", "min") for p in parts):
                replica.clear(parts)
        elif x < 0.62 and world.pool:  # the same promise, presented to a second replica
            count = min(len(world.pool), rnd.choice((1, 1, 1, 2)))
            parts = [p for p in rnd.sample(world.pool, count) if p.kind in ("iou", "cancel")]
            cleared = replica.view().state.cleared
            if parts and not all(p.hash in cleared for p in parts):
                replica.clear(parts)
        elif x < 0.69:
            if rnd.random() < 0.3:
                self.allow(rnd.sample(self.replicas, 1))
                replica.seal(self.grants)
            else:
                replica.seal([])
        elif x < 0.72 and not self.clean:  # a forced takeover
            replica.leases.add((max(replica.leases)[0] + 1, replica.device))
        elif x < 0.76 and not self.clean:
            self.misfortune(replica)
        else:
            self.meet(replica, other)
        if rnd.random() < 0.06:
            self.keep(replica)

    def misfortune(self, replica):
        rnd, world = self.rnd, self.world
        x = rnd.random()
        if x < 0.35:
            replica.offset = rnd.choice((-YEARS, YEARS, -5000, LEAD // 2, 0, 0))
        elif x < 0.6:
            replica.back_up()
        elif x < 0.85 and replica.saved:
            replica.restore()
        elif len(world.revoked) < 1:
            world.revoked[replica.device] = world.now - rnd.randint(0, 3)

    def meet(self, replica, other):
        """All that the other has, or what came before the line broke: any of it, in any order."""
        rnd = self.rnd
        records, blocks = list(other.records.values()), list(other.blocks.values())
        if rnd.random() < 0.35:
            records = rnd.sample(records, rnd.randint(0, len(records)))
            blocks = [(b, w and rnd.random() < 0.7) for b, w in blocks if rnd.random() < 0.7]
        replica.take(records, blocks, other.leases)

    def keep(self, replica):
        """A set in the middle of the story, for the shipped code."""
        self.write(list(replica.records.values()), dict(replica.blocks), replica.wall)

    def write(self, records, blocks, now):
        rnd = self.rnd
        rnd.shuffle(records)
        items = list(blocks.items())
        rnd.shuffle(items)
        blocks = dict(items)
        earlier = rnd.randint(0, len(records))
        name = f"{self.name}/{len(self.sets)}"
        parts = (self.world, name, records, blocks, earlier, now, self.grants)
        wanted = expectation(*parts)
        self.counts["demotions"] += len(wanted["demotions"])
        self.sets.append((line(*parts), wanted))

    def heal(self):
        for replica in self.replicas:
            replica.offset = 0
        for _ in range(2):
            for one, two in itertools.permutations(self.replicas, 2):
                one.take(two.records.values(), two.blocks.values(), two.leases)

    def judge(self):
        """What must hold of every story, by the oracle's own account."""
        world = self.world
        views = [r.view() for r in self.replicas]
        outcomes = {
            (tuple(v.chain), tuple((r.hash, s[0]) for r, s in v.steps)) for v in views}
        assert len(outcomes) == 1, "replicas with the same documents differ"
        view = views[0]
        for mint in MINTS:
            assert sum(c[0] for k, c in view.state.counters.items() if k[1] == mint) == 0, "sum"
        for counter in view.state.counters.values():
            assert counter[1] is None or counter[0] >= counter[1], "below a limit"
            assert counter[2] is None or counter[0] <= counter[2], "above a limit"
        results = {r.hash: s for r, s in view.steps}
        waits = {key[4] for key, _ in view.waiting}
        for replica in self.replicas:
            for record, cls, chain in replica.told:
                self.counts["told"] += 1
                self.counts["within"] += cls == "applied-allowance"
                result = results.get(record.hash)
                done = all(p.hash in view.state.cleared for p in record.parts)
                assert result or record.hash in waits or \
                    record.sequence <= view.block.settled.get(record.device, 0) or \
                    replica.restored and record.hash not in replica.records, "forgotten"
                self.counts["bounced"] += not done
                if self.clean and cls == "applied-allowance":
                    assert done, "an allowance's payment bounced"
        self.write(list(self.replicas[0].records.values()), dict(self.replicas[0].blocks),
                   world.now)
