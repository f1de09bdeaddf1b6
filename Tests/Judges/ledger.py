"""The log of a wallet read with json and hashlib: what its blocks state, computed again from its documents."""
import base64, decimal, functools, hashlib, json
from collections import namedtuple
from rfc6962 import demand, ed25519, leaf, note, root

# After a segment: the log's entries, the counters by (symbol, address), the last block, the stacks' statements.
State = namedtuple("State", "entries counters block stacks")
BEGIN = State((), {}, None, ())


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def stamp(data):
    """A document's member 'hash'."""
    value = hashlib.sha256(hashlib.sha256(canonical(data)).digest()).hexdigest()
    return {"steps": "stringify:data", "types": "sha256:sha256", "value": value}


def digest(document):
    """A document's hash, computed again."""
    demand(document["hash"] == stamp(document["data"]), "hash")
    return bytes.fromhex(document["hash"]["value"])


def instructions(document):
    """The documents inside a transaction, which are those that it names."""
    if "outputs" not in document["data"]:
        return []
    inside = document["meta"]["inputs"]
    demand([{"hash": digest(one).hex()} for one in inside] == document["data"]["inputs"], "inputs")
    return inside


@functools.lru_cache(None)
def read(line):
    """(document, its hash, the hashes of the instructions inside)."""
    try:
        document = json.loads(line)
        found = document, digest(document), [digest(one) for one in instructions(document)]
    except (ValueError, KeyError, TypeError) as error:
        demand(False, f"no document: {error}")
    demand(canonical(document) == line, "not canonical")
    return found


def balances(counters):
    """The leaves of the tree of balances."""
    leaves = []
    for symbol in sorted({symbol for symbol, _ in counters}):
        rows = sorted((address, state) for (its, address), state in counters.items() if its == symbol)
        demand(sum(decimal.Decimal(state["net"]) for _, state in rows) == 0, "the sum of a unit")
        leaves.append({"counters": len(rows), "sum": "0", "symbol": symbol})
        leaves += [{"address": address, "symbol": symbol, **state} for address, state in rows]
    return [canonical(one) for one in leaves]


def tree(entries):
    return {"root": root([leaf(entry) for entry in entries]).hex(), "size": len(entries)}


def signatures(document, key):
    """What 'meta' says when the domain's key, and nobody else, has signed a document."""
    public = base64.b64decode(key.split("+", 2)[2])[1:]
    string = document["meta"]["signatures"][0]["string"]
    ed25519(public, digest(document), bytes.fromhex(string))
    return {"signatures": [{"public": public.hex(), "scheme": "eddsa-ed25519", "signer": key.split("+")[0],
                            "string": bytes.fromhex(string).hex()}]}


def segment(name, data, past, key):
    """The state after a segment; raises where its block states anything else than its documents and the past."""
    demand(data.endswith(b"\n"), "the last line is not whole")
    *lines, last = data[:-1].split(b"\n")
    block, identity, _ = read(last)
    stated = block["data"]
    journal = hashlib.sha256(data[:-len(last) - 1]).hexdigest()
    demand(stated["journal"] == journal, "journal")
    documents = [read(line) for line in lines]
    known = {hash for _, hash, inside in documents for hash in [hash, *inside]}
    counters, stacks = dict(past.counters), list(past.stacks)
    for document, _, _ in documents:
        for output in document["data"].get("outputs", ()):
            counters[output["counter"], output["address"]] = output["balance"]
        if document["data"].get("kind") == "stack":
            demand(document["meta"] == signatures(document, key), "a stack's signature")
            stacks.append(document["data"])
    entries = past.entries + tuple(hash for _, hash, _ in documents)
    before = past.block["data"] if past.block else {"height": -1, "sealed": documents[0][0]["data"]["issued"]}
    demand(stated == {
        "balances": tree(balances(counters)), "contents": tree(sorted(known)), "count": len(documents),
        "domain": key.split("+")[0], "height": before["height"] + 1, "journal": journal, "kind": "block",
        "opened": before["sealed"], "previous": past.block["hash"]["value"] if past.block else "0" * 64,
        "sealed": max(stated["sealed"], before["sealed"]), **tree(entries)}, "the block's statement")
    demand(name == f"{stated['height']:08}-{identity.hex()}.ndjson", "name")
    text = f"{stated['domain']}\n{stated['size']}\n{base64.b64encode(bytes.fromhex(stated['root'])).decode()}\n"
    signature = block["meta"]["checkpoint"]
    note(f"{text}\n— {stated['domain']} {signature}\n".encode(), key)
    demand(block["meta"] == {"checkpoint": signature, **signatures(block, key)}, "the block's signature")
    return State(entries + (identity,), counters, block, tuple(stacks))


def resealed(data, documents=lambda all: all, block=lambda data: data):
    """(name, bytes) of a segment whose documents or block were changed by who has no key, but knows how to hash."""
    *above, last = [json.loads(line) for line in data.splitlines()]
    lines = b"".join(canonical(one) + b"\n" for one in documents(above))
    changed = block({**last["data"], "journal": hashlib.sha256(lines).hexdigest()})
    last = {**last, "data": changed, "hash": stamp(changed)}
    return f"{changed['height']:08}-{last['hash']['value']}.ndjson", lines + canonical(last) + b"\n"
