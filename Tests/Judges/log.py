"""What rfc6962.py says of checkpoints, proofs, tiles and consistency, and of balances and absence."""
import base64, copy, hashlib, json, os, shutil
import ledger, rfc6962
from rfc6962 import demand


def segments(score, case):
    """Every block, computed again from the documents."""
    past = ledger.BEGIN
    for name, data in case.segments:
        state = score.accepts(f"segment {name}", ledger.segment, name, data, past, case.key)
        if state is None:
            raise ValueError("the log cannot be read, and the other judges have nothing to compare with")
        block = range(len(data) - len(data.splitlines()[-1]) - 1, len(data))
        places = range(len(data)) if len(data) < 3000 else case.random.sample(range(len(data)), 10)
        score.refuses(f"segment {name} with a byte changed", ledger.segment, (
            (name, case.flipped(data, at), past, case.key) for at in [*places, *case.random.sample(block, 20)]))
        stated = state.block["data"]
        forged = [ledger.resealed(data, lambda all: all[:-1]), ledger.resealed(data, lambda all: all + all[-1:])]
        forged += [ledger.resealed(data, lambda all: all[::-1])] if stated["count"] > 1 else []
        others = {int: lambda value: value + 1, str: lambda value: value[:-1] + chr(ord(value[-1]) ^ 1),
                  dict: lambda value: {**value, "size": value["size"] + 1}}
        forged += [ledger.resealed(data, block=lambda data: {**data, member: others[type(value)](value)})
                   for member, value in stated.items()]
        score.refuses(f"segment {name}, sealed with another statement", ledger.segment, (
            (*one, past, case.key) for one in forged))
        score.refuses(f"segment {name} after another past", ledger.segment, [
            (name, data, past._replace(entries=past.entries + (bytes(32),)), case.key),
            (name, data, past._replace(counters={**past.counters, ("s", "a"): {"net": "1"}}), case.key)])
        case.states.append(state)
        past = state
    case.blocks = [state.block["data"] for state in case.states]
    case.hashes = [bytes.fromhex(state.block["hash"]["value"]) for state in case.states]
    case.stacks, case.entries = past.stacks, past.entries
    first = 0
    for height, (stack, count) in enumerate(zip(case.stacks, case.counts, strict=True)):
        score.check((stack["first"], stack["count"], stack["height"]) == (first, count, height), f"stack {height}")
        first += count
    score.check(len(case.blocks) == first + 1, "all blocks")


def vectors(score, case):
    """The judge itself, by the trees that all implementations share."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Vectors/rfc6962.json")
    with open(path, encoding="utf-8") as file:
        known = json.load(file)
    leaves = [rfc6962.leaf(bytes.fromhex(text)) for text in known["inputs"]]
    roots = [rfc6962.root(leaves[:size]) for size in range(len(leaves) + 1)]
    score.check([root.hex() for root in roots] == known["roots"], "roots of the vectors")
    for one in known["inclusion"]:
        hashes = [bytes.fromhex(hash) for hash in one["path"]]
        score.accepts(f"inclusion {one}", rfc6962.inclusion, leaves[one["index"]], one["index"], one["size"], hashes,
                      roots[one["size"]])
    for one in known["consistency"]:
        hashes = [bytes.fromhex(hash) for hash in one["path"]]
        score.accepts(f"consistency {one}", rfc6962.consistency, one["from"], roots[one["from"]], one["to"],
                      roots[one["to"]], hashes)


def checkpoint(case, data, height, key=None):
    block = case.blocks[height]
    stated = block["domain"], block["size"], bytes.fromhex(block["root"])
    demand(rfc6962.checkpoint(data, key or case.key) == stated, "not the block's")


def checkpoints(score, case):
    def verifier(name, public):
        key = b"\1" + public
        identity = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
        return f"{name}+{identity}+{base64.b64encode(key).decode()}"

    name = case.blocks[0]["domain"]
    score.check(verifier(name, case.public) == case.key, "the verifier key is the domain's")
    case.notes = case.wallet.map(["checkpoint", str(height)] for height in range(len(case.blocks)))
    for height, data in enumerate(case.notes):
        score.accepts(f"checkpoint {height}", checkpoint, case, data, height)
        score.refuses(f"checkpoint {height} for another block or under another key", checkpoint, [
            (case, data, height - 1), (case, data, height, verifier("example.org", case.public)),
            (case, data, height, verifier(name, hashlib.sha256(b"another").digest()))])
        places = range(len(data)) if height == 3 else case.random.sample(range(len(data)), 10)
        score.refuses(f"checkpoint {height} with a byte changed", checkpoint, (
            (case, case.flipped(data, at), height) for at in places))
    last = case.notes[-1]
    score.check(last == case.wallet.read("stacks/checkpoint") == case.wallet("checkpoint"), "the published checkpoint")


def proofs(score, case):
    """tlog proofs: of each block's first and last document and two between, of the block before, of instructions."""
    asked = []
    for height, block in enumerate(case.blocks):
        first, last = block["size"] - block["count"], block["size"] - 1
        indices = {first, last, case.random.randint(first, last), case.random.randint(first, last), max(first - 1, 0)}
        asked += [(height, index, case.entries[index].hex()) for index in sorted(indices)]
        document = json.loads(case.segments[height][1].splitlines()[-2])
        asked += [(height, last, one["hash"]) for one in document["data"].get("inputs", [])]

    def verify(data, height, index):
        found = rfc6962.proof(data, case.key, case.entries[index])
        demand(found == (case.entries[index], index, case.blocks[height]["size"]), "another place")
        checkpoint(case, data.partition(b"\n\n")[2], height)

    outputs = case.wallet.map(["prove", id, "--format", "tlog"] for _, _, id in asked)
    for number, (data, (height, index, id)) in enumerate(zip(outputs, asked)):
        score.accepts(f"tlog proof of {id}", verify, data, height, index)
        head, _, note = data.partition(b"\n\n")
        changes = [head + b"\n" + b"A" * 43 + b"=\n\n" + note, head.rpartition(b"\n")[0] + b"\n\n" + note]
        changes += [head + b"\n\n" + other for other in case.notes if other != note]
        places = range(len(data)) if number == 20 else case.random.sample(range(len(data)), 5)
        changes += [case.flipped(data, at) for at in places]
        score.refuses(f"tlog proof of {id}, changed or for another leaf", verify, [
            (data, height, index - 1), (data, height - 1, index), *((changed, height, index) for changed in changes)])


def tiles(score, case):
    def read(folder, block):
        """The leaf hashes, which are those of the log that the ledger has computed."""
        hashes = rfc6962.tiles(folder, block["size"])
        entries = rfc6962.entries(folder, block["size"])
        demand([rfc6962.leaf(entry) for entry in entries] == hashes, "leaves of the entries")
        demand(tuple(entries) == case.entries[:block["size"]], "entries")
        return hashes

    def verify(folder, block):
        demand(rfc6962.root(read(folder, block)).hex() == block["root"], "root")

    def published(folder):
        for block in case.blocks:
            read(folder, block)

    folder = case.wallet.path("stacks")
    for block in case.blocks:
        score.accepts(f"tiles of size {block['size']}", verify, folder, block)
        score.refuses(f"tiles of size {block['size']} for another root", verify, [
            (folder, {**block, "root": "00" * 32})])
    copied = shutil.copytree(folder, os.path.join(case.wallet.root, "copied"))
    paths = [os.path.join(place, name) for place, _, names in os.walk(copied) for name in names if "/tile/" in place]
    score.check(any("/tile/1/" in path for path in paths), "there are tiles of two levels")

    def changes(path, data):
        for changed in (data[:-1], case.flipped(data)):
            with open(path, "wb") as file:
                file.write(changed)
            yield (copied,)

    for path in sorted(paths):
        with open(path, "rb") as file:
            data = file.read()
        score.refuses(f"{path} changed", published, changes(path, data))
        with open(path, "wb") as file:
            file.write(data)
    score.accepts("tiles put right again", published, copied)


def consistency(score, case):
    """Between all pairs of blocks."""
    def verify(proof, a, b):
        before, after, meta = case.blocks[a], case.blocks[b], proof["meta"]
        demand(proof["hash"] == ledger.stamp(proof["data"]) and proof["data"] == {
            "domain": after["domain"], "kind": "proof", "proves": "consistency",
            "from": {"root": before["root"], "size": before["size"]},
            "to": {"root": after["root"], "size": after["size"]}}, "claim")
        notes = meta["earlier"].encode(), meta["checkpoint"].encode()
        demand(notes == (case.notes[a], case.notes[b]) and meta["block"] == case.states[b].block, "checkpoints")
        path = [bytes.fromhex(hash) for hash in meta["path"]]
        demand(all(len(hash) == 32 for hash in path), "hashes")
        rfc6962.consistency(before["size"], bytes.fromhex(before["root"]), after["size"],
                            bytes.fromhex(after["root"]), path)

    pairs = [(a, b) for b in range(len(case.blocks)) for a in range(b)]
    outputs = case.wallet.map(["prove", "--consistency", str(a), str(b)] for a, b in pairs)
    for data, (a, b) in zip(outputs, pairs):
        proof = json.loads(data)
        score.accepts(f"consistency of blocks {a} and {b}", verify, proof, a, b)
        path = proof["meta"]["path"]
        paths = [path + ["00" * 32], path[::-1] if len(path) > 1 else []]
        for at, hash in enumerate(path):
            other = case.flipped(bytes.fromhex(hash)).hex()
            paths += [path[:at] + path[at + 1:], path[:at] + [other] + path[at + 1:]]
        score.refuses(f"consistency of blocks {a} and {b}, changed", verify, [
            (proof, a, b - 1), (proof, a - 1, b),
            *(({**proof, "meta": {**proof["meta"], "path": other}}, a, b) for other in paths)])


def counters(score, case):
    """What somebody has or has not at the last block, and what stands in no block."""
    last, state = case.blocks[-1], case.states[-1]
    leaves = ledger.balances(state.counters)

    def places(entries, found, tree):
        """The indices of leaves that stand in a tree."""
        for entry, place in zip(entries, found, strict=True):
            path = [bytes.fromhex(hash) for hash in place["path"]]
            rfc6962.inclusion(rfc6962.leaf(entry), place["index"], tree["size"], path, bytes.fromhex(tree["root"]))
        return [place["index"] for place in found]

    def between(key, keys, indices, size):
        """Nothing stands where the key would."""
        below, above = [one for one in keys if one < key], [one for one in keys if one > key]
        demand(len(below) + len(above) == len(keys) and len(below) < 2 and len(above) < 2, "neighbours")
        demand(indices == ([indices[0], indices[0] + 1] if below and above else [size - 1] if below else [0]), "gap")

    def balance(proof):
        found = proof["meta"]["leaves"]
        demand(proof["meta"]["block"] == state.block, "block")
        demand(proof["meta"]["checkpoint"].encode() == case.notes[-1], "checkpoint")
        entries = [ledger.canonical(place["leaf"]) for place in found]
        indices = places(entries, found, last["balances"])
        demand([leaves[index] for index in indices] == entries, "leaves")
        key = proof["data"]["symbol"], proof["data"]["address"]
        keys = [(place["leaf"]["symbol"], place["leaf"].get("address", "")) for place in found]
        if proof["data"]["proves"] == "balance":
            return demand(keys == [(key[0], ""), key], "another counter")
        demand(proof["data"]["proves"] == "no-balance", "claim")
        between(key, keys, indices, len(leaves))

    def absence(proof):
        id = bytes.fromhex(proof["data"]["id"])
        for block, stated, one in zip(case.blocks, case.states, proof["meta"]["blocks"], strict=True):
            demand(one["block"] == stated.block, "block")
            hashes = [bytes.fromhex(place["hash"]) for place in one["leaves"]]
            indices = places(hashes, one["leaves"], block["contents"])
            between(id, hashes, indices, block["contents"]["size"])

    def changes(proof, found):
        """The proof with a hash of a leaf's path changed, and with a leaf elsewhere; `found` lists a proof's leaves."""
        for number, place in enumerate(found(proof)):
            changed = copy.deepcopy(proof)
            found(changed)[number]["index"] += 1
            yield (changed,)
            for at, hash in enumerate(place["path"]):
                changed = copy.deepcopy(proof)
                found(changed)[number]["path"][at] = case.flipped(bytes.fromhex(hash)).hex()
                yield (changed,)

    for who in ("me", "ann", "EUR", "HOUR"):
        for unit in ("EUR", "HOUR"):
            proof = json.loads(case.wallet("prove", "--balance", who, "--unit", unit))
            score.accepts(f"balance of {who} in {unit}", balance, proof)
            score.refuses(f"balance of {who} in {unit}, changed", balance, changes(
                proof, lambda proof: proof["meta"]["leaves"]))
    for id in ("00" * 32, "ff" * 32, case.random.randbytes(32).hex()):
        proof = json.loads(case.wallet("prove", "--absent", id))
        score.accepts(f"absence of {id}", absence, proof)
        score.refuses(f"absence of {id}, changed or of what is there", absence, [
            ({**proof, "data": {**proof["data"], "id": case.entries[5].hex()}},),
            *changes(proof, lambda proof: [place for one in proof["meta"]["blocks"] for place in one["leaves"]])])
