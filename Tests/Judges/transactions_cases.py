"""What `transactions` asks: each part makes cases, and two libraries and ours must agree about them."""
import asyncio, base64, bitcoinx, json, random, subprocess
from bsv import PrivateKey, Transaction, TransactionInput, TransactionOutput
from bsv.chaintracker import ChainTracker
from bsv.compat import bsm
from bsv.merkle_path import MerklePath
from bsv.script.script import Script
from bsv.script.type import P2PK, P2PKH, BareMultisig, OpReturn
from bsv.transaction import Beef
from bsv.transaction.beef import BEEF_V2, new_beef_from_atomic_bytes, new_beef_from_bytes

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KINDS = [0x41, 0x42, 0x43, 0xC1, 0xC2, 0xC3]


class Court:
    """The program of ours, and what was found."""

    def __init__(self, tool, seed):
        self.random, self.passed, self.failed, self.foreign = random.Random(seed), 0, 0, 0
        self.tool = subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self):
        self.tool.stdin.close()
        self.tool.wait()

    def __call__(self, what, **question):
        self.tool.stdin.write(json.dumps({"do": what, **question}) + "\n")
        self.tool.stdin.flush()
        line = self.tool.stdout.readline()
        if not line:
            raise RuntimeError(f"the program has ended at {what}: {question}")
        answer = json.loads(line)
        if answer.get("error") == "malformed":
            raise RuntimeError(f"{what}: {answer} {question}")
        return answer

    def check(self, good, what, reason=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good and self.failed <= 40:
            print(f"FAILED {what}\n    {reason}", flush=True)

    def bytes(self, count):
        return self.random.randbytes(count)

    def key(self):
        return PrivateKey(self.random.randrange(1, ORDER))

    def flipped(self, data, at=None):
        at = self.random.randrange(len(data)) if at is None else at
        return data[:at] + bytes([data[at] ^ 1 << self.random.randrange(8)]) + data[at + 1:]


class Known(ChainTracker):
    """The roots that are in the chain."""

    def __init__(self, roots):
        self.roots = set(roots)

    async def is_valid_root_for_height(self, root, height):
        return (height, root) in self.roots

    async def current_height(self):
        return 1 << 31


def accepts(judge, *arguments):
    """Whether a judge of Python accepts: what it raises is a refusal."""
    try:
        return bool(judge(*arguments))
    except Exception:
        return False


# Keys and messages

def keys(court, cases):
    """keys, addresses, WIF, BIP32"""
    for _ in range(cases):
        secret = court.random.randrange(1, ORDER).to_bytes(32, "big")
        ours = court("key", secret=secret.hex())
        one, two = bitcoinx.PrivateKey(secret), PrivateKey(secret)
        wifs, addresses = [], []
        for network, other in ((bitcoinx.Bitcoin, "mainnet"), (bitcoinx.BitcoinTestnet, "testnet")):
            for compressed in (True, False):
                wifs.append(one.to_WIF(compressed=compressed, network=network))
                addresses.append(one.public_key.to_address(network=network, compressed=compressed).to_string())
        court.check(ours["wif"] == wifs, "WIF", (ours, wifs))
        court.check(ours["addresses"] == addresses, "addresses", (ours, addresses))
        court.check(ours["public"] == two.public_key().hex() == one.public_key.to_hex(compressed=True), "public key")
        court.check(ours["addresses"][0] == two.address() and ours["wif"][0] == two.wif(), "bsv-sdk's address and WIF")
        text = court.random.choice(addresses)
        read = court("address", text=text)
        script = bitcoinx.Address.from_string(text, bitcoinx.Bitcoin if text[0] == "1" else bitcoinx.BitcoinTestnet)
        court.check(read.get("script") == script.to_script_bytes().hex(), "script of an address", read)
        at = court.random.randrange(len(text))
        other = text[:at] + court.random.choice("23456789abc") + text[at + 1:]
        if other != text:
            court.check("error" in court("address", text=other) and not accepts(bitcoinx.base58_decode_check, other),
                        "a changed address", other)
    for _ in range(cases // 3):
        seed = court.bytes(court.random.choice([16, 32, 64]))
        steps = [(court.random.randrange(1 << 31), court.random.random() < 0.5) for _ in range(court.random.randrange(5))]
        path = "/".join(["m", *(f"{index}'" if hard else str(index) for index, hard in steps)])
        ours = court("derive", seed=seed.hex(), path=path)
        key = bitcoinx.BIP32PrivateKey.from_seed(seed, bitcoinx.Bitcoin)
        for index, hard in steps:
            key = key.child(index + (hard << 31))
        court.check(ours["private"] == key.to_extended_key_string(), "xprv", path)
        court.check(ours["public"] == key.public_key.to_extended_key_string(), "xpub", path)
        court.check(ours["address"] == key.public_key.to_address().to_string(), "address of a path", path)


def messages(court, cases):
    """signed messages"""
    for _ in range(cases):
        secret = court.random.randrange(1, ORDER).to_bytes(32, "big")
        message, compressed = court.bytes(court.random.randrange(400)), court.random.random() < 0.5
        ours = court("sign", secret=secret.hex(), message=message.hex(), compressed=compressed)["signature"]
        one, two = bitcoinx.PrivateKey(secret, compressed), PrivateKey(secret)
        two.compressed = compressed
        address = one.public_key.to_address(compressed=compressed).to_string()
        court.check(ours == one.sign_message_to_base64(message), "bitcoinx signs the same", (secret.hex(), message.hex()))
        # bsv-sdk does not find the number of the point for keys that are not compressed.
        if compressed:
            court.check(ours == bsm.sign(message, two), "bsv-sdk signs the same", (secret.hex(), message.hex()))
        court.check(bitcoinx.PublicKey.verify_message_and_address(ours, message, address), "bitcoinx verifies")
        court.check(bsm.verify(message, ours, two.public_key()), "bsv-sdk verifies")
        court.check(court("check", signature=ours, message=message.hex(), address=address)["verified"], "we verify")
        raw = base64.b64decode(ours)
        changed = base64.b64encode(court.flipped(raw, court.random.randrange(1, 65))).decode()
        court.check(not court("check", signature=changed, message=message.hex(), address=address)["verified"]
                    and not accepts(bitcoinx.PublicKey.verify_message_and_address, changed, message, address),
                    "a changed signature", (ours, changed))
        other = message + b"!"
        court.check(not court("check", signature=ours, message=other.hex(), address=address)["verified"]
                    and not accepts(bitcoinx.PublicKey.verify_message_and_address, ours, other, address),
                    "another message", ours)


# Transactions

class Coin:
    """An output that some keys unlock."""

    FORMS = ["hash", "hash", "hash", "long", "key", "multisig"]

    def __init__(self, court, satoshis=None):
        self.form = court.random.choice(self.FORMS)
        self.keys = [court.key() for _ in range(court.random.randrange(1, 4) if self.form == "multisig" else 1)]
        self.threshold = court.random.randrange(1, len(self.keys) + 1)
        self.satoshis = satoshis or court.random.randrange(2000, 100_000)
        if self.form == "long":
            self.keys[0].compressed = False
        publics = [key.public_key().serialize() for key in self.keys]
        if self.form in ("hash", "long"):
            kind, parts = "publicKeyHash", [bitcoinx.hash160(publics[0])]
            self.script, self.template = P2PKH().lock(parts[0]), P2PKH().unlock(self.keys[0])
        elif self.form == "key":
            kind, parts = "publicKey", publics
            self.script, self.template = P2PK().lock(publics[0]), P2PK().unlock(self.keys[0])
        else:
            kind, parts = "multisig", publics
            self.script = BareMultisig().lock(publics, self.threshold)
            self.template = BareMultisig().unlock(self.keys[: self.threshold])
        made = court("lock", kind=kind, parts=[part.hex() for part in parts], threshold=self.threshold)
        court.check(made.get("script") == self.script.hex(), f"{kind} as bsv-sdk makes it", made)

    def output(self):
        return TransactionOutput(self.script, self.satoshis)

    def named(self, transaction, index):
        return {"txid": transaction.txid(), "index": index, "satoshis": str(self.satoshis), "script": self.script.hex(),
                "uncompressed": self.form == "long"}


def data(court):
    pieces = [court.bytes(court.random.choice([1, 7, 75, 76, 255, 256, 400])) for _ in range(court.random.randrange(3))]
    script = OpReturn().lock(pieces)
    made = court("lock", kind="data", parts=[piece.hex() for piece in pieces])
    court.check(made.get("script") == script.hex(), "data as bsv-sdk makes it", [piece.hex() for piece in pieces])
    return script


def funding(court, coins):
    """A transaction out of nothing that pays coins: somebody must have mined it."""
    source = TransactionInput(source_txid=court.bytes(32).hex(), source_output_index=court.random.randrange(4),
                              unlocking_script=Script(court.bytes(court.random.randrange(80))))
    return Transaction([source], [coin.output() for coin in coins], version=1, locktime=0)


def noise(court):
    """A transaction whose scripts are anything."""
    inputs = [bitcoinx.TxInput(court.bytes(32), court.random.randrange(1 << 32), bitcoinx.Script(court.bytes(court.random.randrange(300))),
                               court.random.choice([0xFFFFFFFF, court.random.randrange(1 << 32)]))
              for _ in range(court.random.randrange(1, 5))]
    outputs = [bitcoinx.TxOutput(court.random.randrange(5 * 10**14), bitcoinx.Script(court.bytes(court.random.choice([0, 25, 90, 253, 300]))))
               for _ in range(court.random.randrange(1, 5))]
    return bitcoinx.Tx(court.random.randrange(-1 << 31, 1 << 31), inputs, outputs, court.random.randrange(1 << 32))


def transactions(court, cases):
    """transactions and signature hashes"""
    for _ in range(cases):
        tx = noise(court)
        raw = tx.to_bytes()
        ours = court("parse", hex=raw.hex())
        court.check(ours.get("txid") == tx.hex_hash() and ours["hex"] == raw.hex(), "a transaction", raw.hex()[:200])
        court.check(ours.get("spent") == [f"{bitcoinx.hash_to_hex_str(one.prev_hash)}:{one.prev_idx}" for one in tx.inputs]
                    and ours["satoshis"] == [one.value for one in tx.outputs], "its inputs and outputs")
        for cut in (raw[: court.random.randrange(len(raw))], raw + b"\0"):
            # bitcoinx reads what it needs and leaves the rest.
            court.check("error" in court("parse", hex=cut.hex())
                        and not accepts(lambda: bitcoinx.Tx.from_bytes(cut).size() == len(cut)), "cut off, or going on")
        changed = court.flipped(raw, court.random.randrange(min(len(raw), 300)))
        read = court("parse", hex=changed.hex())
        try:
            other = bitcoinx.Tx.from_bytes(changed)
            whole = other.to_bytes() == changed
        except Exception:
            whole = False
        if "error" not in read:
            court.check(whole and read["txid"] == other.hex_hash(), "a changed transaction that we read", changed.hex()[:200])
        elif whole:
            # Only the rules of amounts and of outputs that are spent twice are more than the encoding.
            court.check(read["error"] in ("too-many-satoshis", "duplicate-input"), "a changed transaction that bitcoinx reads", read)
        place, kind = court.random.randrange(len(tx.inputs)), court.random.choice(KINDS)
        script, value = court.bytes(court.random.randrange(200)), court.random.randrange(21 * 10**14)
        ours = court("sighash", hex=raw.hex(), input=place, kind=kind, satoshis=str(value), script=script.hex())
        theirs = tx.signature_hash(place, value, script, bitcoinx.SigHash(kind))
        court.check(ours.get("digest") == theirs.hex(), f"signature hash {kind:x}", ours)
    for kind in range(256):
        if kind not in KINDS:
            ours = court("sighash", hex=raw.hex(), input=0, kind=kind, satoshis=1, script="")
            court.check(ours == {"error": "kind"}, f"signature hash {kind:x} is none", ours)


def interpreted(raw):
    """What bitcoinx's interpreter says of a transaction in extended format, with the strict flags of miners."""
    bitcoinx.Tx.from_bytes_extended(raw).verify_inputs()
    return True


def spent_by(transaction):
    """The outputs that a transaction of bsv-sdk spends."""
    return [{"satoshis": str(out.satoshis), "script": out.locking_script.hex()}
            for one in transaction.inputs for out in [one.source_transaction.outputs[one.source_output_index]]]


def payment(court, parent, coins):
    """Ours: coins of a transaction pay random outputs; the answer, and the coins of the change and of outputs."""
    out = [Coin(court, court.random.randrange(1, 1000)) for _ in range(court.random.randrange(1, 4))]
    outputs = [{"satoshis": str(coin.satoshis), "script": coin.script.hex()} for coin in out]
    if court.random.random() < 0.4:
        outputs.append({"satoshis": 0, "script": data(court).hex()})
    if court.random.random() < 0.2:
        outputs, out = [], []
    change = Coin(court)
    answer = court("pay", coins=[coin.named(parent, index) for index, coin in enumerate(coins)], outputs=outputs,
                   change=change.script.hex(), keys=[key.serialize().hex() for coin in coins for key in coin.keys],
                   rate=court.random.choice([0, 1, 50, 500, 1000]))
    return answer, out, change


def payments(court, cases):
    """payments of ours, judged by interpreters"""
    for _ in range(cases):
        coins = [Coin(court) for _ in range(court.random.randrange(1, 5))]
        parent = funding(court, coins)
        answer, _, _ = payment(court, parent, coins)
        if "error" in answer:
            court.check(answer["error"] == "insufficient-funds", "a payment", answer)
            continue
        raw = bytes.fromhex(answer["extended"])
        court.check(accepts(interpreted, raw), "bitcoinx's interpreter", answer["hex"])
        tx = bitcoinx.Tx.from_bytes_extended(raw)
        court.check(tx.fee() == answer["fee"] >= answer["wanted"] and tx.hex_hash() == answer["txid"], "fee", answer["fee"])
        theirs = Transaction.from_hex(answer["hex"])
        for one in theirs.inputs:
            one.source_transaction = parent
        block = Mined(court, [parent], 7)
        parent.merkle_path = block.path(parent)
        court.check(accepts(run, theirs, Known([(7, block.root)])), "bsv-sdk verifies", answer["hex"])
        court.check(theirs.to_ef().hex() == answer["extended"], "bsv-sdk's extended format")
        court.check(court("extended", hex=answer["extended"]).get("hex") == answer["extended"], "we read it again")
        changed = court.flipped(raw)
        ours = court("extended", hex=changed.hex())
        if "error" not in ours:
            other = bitcoinx.Tx.from_bytes_extended(changed)
            spending = [{"satoshis": str(one.txo.value), "script": one.txo.script_pubkey.to_bytes().hex()} for one in other.inputs]
            if all(int(one["satoshis"]) < 1 << 63 for one in spending):
                ours = court("verify", hex=other.to_bytes().hex(), spending=spending)
        court.check("error" in ours and not accepts(interpreted, changed), "changed", changed.hex())


def run(transaction, tracker):
    return asyncio.run(transaction.verify(tracker))


def foreign(court, cases):
    """payments of bsv-sdk, judged by us"""
    for _ in range(cases):
        coins = [Coin(court) for _ in range(court.random.randrange(1, 4))]
        parent = funding(court, coins)
        child = spend(court, [(parent, index, coin) for index, coin in enumerate(coins)])
        ours = court("verify", hex=child.hex(), spending=spent_by(child))
        court.check(ours == {"verified": True}, "we verify", (child.hex(), ours))
        court.check(accepts(interpreted, child.to_ef()), "bitcoinx's interpreter")
        court.check(court("extend", hex=child.hex(), spending=spent_by(child)).get("hex") == child.to_ef().hex(), "extended format")
        changed = court.flipped(child.serialize())
        ours = court("verify", hex=changed.hex(), spending=spent_by(child)) if accepts(same_count, changed, child) else {"error": ""}
        court.check("error" in ours, "changed", changed.hex())


def same_count(raw, transaction):
    return len(bitcoinx.Tx.from_bytes(raw).inputs) == len(transaction.inputs)


def spend(court, sources):
    """A transaction of bsv-sdk, signed, that spends all of some coins."""
    inputs = [TransactionInput(source_transaction=parent, source_output_index=index, unlocking_script_template=coin.template)
              for parent, index, coin in sources]
    total, outputs = sum(coin.satoshis for _, _, coin in sources), []
    for _ in range(court.random.randrange(1, 4)):
        coin = Coin(court, court.random.randrange(1, max(2, total // 4)))
        outputs.append(coin)
    made = [coin.output() for coin in outputs]
    if court.random.random() < 0.3:
        made.append(TransactionOutput(data(court), 0))
    child = Transaction(inputs, made, version=1, locktime=0)
    child.sign()
    child.coins = outputs
    return child


# Proofs

class Mined:
    """A block of some transactions."""

    def __init__(self, court, transactions, height):
        self.height = height
        self.leaves = [transaction.hash() for transaction in transactions]
        # bsv-sdk knows no block of one transaction.
        while len(self.leaves) < 2 or court.random.random() < 0.8:
            self.leaves.insert(court.random.randrange(len(self.leaves) + 1), court.bytes(32))
        self.levels = [self.leaves]
        while len(self.levels[-1]) > 1:
            level = self.levels[-1]
            level = level + level[-1:] if len(level) % 2 else level
            self.levels.append([bitcoinx.double_sha256(level[at] + level[at + 1]) for at in range(0, len(level), 2)])
        self.root = self.levels[-1][0][::-1].hex()

    def path(self, transaction):
        index = self.leaves.index(transaction.hash())
        path = [[{"offset": index, "hash_str": transaction.txid(), "txid": True}]]
        for at, level in enumerate(self.levels[:-1]):
            if at:
                path.append([])
            offset = index >> at ^ 1
            path[at].append({"offset": offset, "hash_str": level[offset][::-1].hex()} if offset < len(level)
                            else {"offset": offset, "duplicate": True})
        path[0].sort(key=lambda leaf: leaf["offset"])
        return MerklePath(self.height, path)


def bumps(court, cases):
    """BUMPs, alone and merged"""
    for _ in range(cases):
        transactions = [funding(court, [Coin(court)]) for _ in range(court.random.randrange(1, 4))]
        block = Mined(court, transactions, court.random.randrange(900_000))
        court.check(bitcoinx.merkle_root(list(block.leaves)) == bytes.fromhex(block.root)[::-1], "bitcoinx's root")
        paths = [block.path(one) for one in transactions]
        for path in paths:
            ours = court("bump", hex=path.to_hex())
            court.check(ours.get("root") == block.root and ours["hex"] == path.to_hex(), "a path", path.to_hex())
        merged = court("merge", paths=[path.to_hex() for path in paths])
        court.check(merged.get("root") == block.root and set(merged["txids"]) == {one.txid() for one in transactions}, "merged", merged)
        theirs = MerklePath.from_hex(merged["hex"])
        court.check(all(theirs.compute_root(one.txid()) == block.root for one in transactions), "bsv-sdk reads what we merged")
        # bsv-sdk sometimes leaves out what it needs itself.
        if accepts(combined, paths, transactions, block.root):
            ours = court("bump", hex=paths[0].to_hex())
            court.check(ours.get("root") == block.root and set(ours["txids"]) == set(merged["txids"]), "what bsv-sdk merged", ours)
        changed = court.flipped(bytes.fromhex(merged["hex"]))
        ours = court("bump", hex=changed.hex())
        neutral = sorted(ours.get("txids", [])) != sorted(merged["txids"])
        court.check("error" in ours or (ours["root"], ours["height"]) != (block.root, block.height) or neutral, "a changed path", changed.hex())


def combined(paths, transactions, root):
    for path in paths[1:]:
        paths[0].combine(path)
    return all(MerklePath.from_hex(paths[0].to_hex()).compute_root(one.txid()) == root for one in transactions)


def family(court):
    """A graph of ancestors: mined transactions in a few blocks, unmined ones on top, the last spends what is left."""
    mined, free, roots = [], [], []
    for number in range(court.random.randrange(1, 4)):
        group = []
        for _ in range(court.random.randrange(1, 3)):
            coins = [Coin(court) for _ in range(court.random.randrange(1, 4))]
            parent = funding(court, coins)
            group.append(parent)
            free += [(parent, index, coin) for index, coin in enumerate(coins)]
        block = Mined(court, group, 700_000 + number)
        roots.append((block.height, block.root))
        for parent in group:
            parent.merkle_path = block.path(parent)
        mined += group
    unmined = []
    for _ in range(court.random.randrange(1, 4)):
        court.random.shuffle(free)
        count = court.random.randrange(1, min(3, len(free)) + 1)
        child = spend(court, free[:count])
        free = free[count:] + [(child, index, coin) for index, coin in enumerate(child.coins)]
        unmined.append(child)
    last = spend(court, free[:])
    return mined, unmined + [last], roots


def beefs(court, cases):
    """BEEFs of all forms, made by both sides"""
    graphs = max(20, cases // 3)
    for _ in range(graphs):
        mined, unmined, roots = family(court)
        tracker, last, expected = Known(roots), unmined[-1], sorted([list(root) for root in roots])
        entries, paths = [], []
        for one in mined:
            paths.append(one.merkle_path.to_hex())
            entries.append({"hex": one.hex(), "path": len(paths) - 1})
        entries += [{"hex": one.hex()} for one in unmined]
        # Paths of one block that stand apart bsv-sdk would merge itself.
        made = court("make", paths=paths, entries=entries, merged=True)
        apart = court("beef", hex=court("make", paths=paths, entries=entries)["v2"])
        court.check(all(root in expected for root in apart.get("roots", [None])), "paths of one block apart", apart.get("message"))
        read = court("beef", hex=made["v1"])
        court.check(sorted(map(list, {tuple(root) for root in map(tuple, read.get("roots", []))})) == expected, "our roots", read.get("message"))
        court.check([read.get(form) for form in ("v1", "v2", "atomic")] == [made[form] for form in ("v1", "v2", "atomic")], "the forms come back")
        transaction = Transaction.from_beef(made["v1"])
        court.check(transaction.txid() == last.txid() and accepts(run, transaction, tracker), "bsv-sdk verifies our V1", made["v1"])
        court.check(accepts(second, bytes.fromhex(made["v2"]), last.txid(), tracker), "bsv-sdk verifies our v2", made["v2"])
        atomic = bytes.fromhex(made["atomic"])
        _, subject = new_beef_from_atomic_bytes(atomic)
        court.check(subject == last.txid() and accepts(run, Transaction.from_beef(atomic[36:]), tracker),
                    "bsv-sdk verifies what we name", subject)
        for form in ("v1", "v2", "atomic"):
            for _ in range(3):
                changed(court, form, bytes.fromhex(made[form]), read, roots)
        theirs(court, last, tracker, expected)
    court.check(court.foreign > graphs, "bsv-sdk has written enough", court.foreign)


def theirs(court, last, tracker, expected):
    """What bsv-sdk writes, and reads itself: merging paths it sometimes leaves out what it needs."""
    made = {}
    try:
        made["v1"] = last.to_beef()
    except ValueError:
        pass
    beef = Beef(version=BEEF_V2)
    beef.merge_transaction(last)
    raw = beef.to_binary()
    if accepts(second, raw, last.txid(), tracker):
        made.update({"v2": raw, "atomic": beef.to_binary_atomic(last.txid())})
    for form, raw in made.items():
        if form == "v1" and not accepts(lambda: run(Transaction.from_beef(raw), tracker)):
            continue
        ours = court("beef", hex=raw.hex())
        # Its second form has the transactions in any order that puts parents first.
        good = ours.get("subject") == last.txid() or form == "v2"
        court.check(good and "error" not in ours and all(root in expected for root in ours["roots"]),
                    f"{form} of bsv-sdk", (ours.get("message"), raw.hex()))
        court.foreign += 1


def second(raw, txid, tracker):
    beef = new_beef_from_bytes(raw)
    transaction = beef.find_transaction_for_signing(txid).tx_obj
    return asyncio.run(beef.verify(tracker)) and run(transaction, tracker)


def changed(court, form, raw, read, roots):
    """One bit of a BEEF is changed: we refuse it, or the chain does."""
    at = court.random.randrange(len(raw))
    other = court.flipped(raw, at)
    ours = court("beef", hex=other.hex())
    good = "error" not in ours and all(tuple(root) in roots for root in ours["roots"])
    # A leaf of a path may be marked as the client's own or not: nothing depends on it.
    neutral = good and {raw[at], other[at]} == {0, 2} and ours["txids"] == read["txids"]
    court.check(not good or neutral, f"{form}, byte {at} changed", other.hex())


PARTS = [keys, messages, transactions, payments, foreign, bumps, beefs]
