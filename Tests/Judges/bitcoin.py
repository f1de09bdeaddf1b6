"""What Bitcoin's libraries say: bitcoinx about signatures, headers and TSC proofs, bsv-sdk about BUMPs."""
import asyncio, bitcoinx, copy, json
import bsv.chaintracker, bsv.merkle_path
import ledger, rfc6962
from maker import STACKS, WORK, address
from rfc6962 import demand


def shown(hash):
    return bitcoinx.hash_to_hex_str(hash)


def signatures(score, case):
    """Every signature in the log, those of inner documents too."""
    def verify(hash, signature):
        public = bytes.fromhex(signature["public"])
        string = bytes.fromhex(signature["string"])
        demand(signature["signer"] == address(bitcoinx.hash160(public)), "signer")
        if signature["scheme"] == "eddsa-ed25519":
            return rfc6962.ed25519(public, hash, string)
        key = bitcoinx.PublicKey.from_bytes(public)
        demand(key.verify_der_signature(string, hash, None), "signature")

    for name, data in case.segments:
        found = [(ledger.digest(one), signature) for document in map(json.loads, data.splitlines())
                 for one in [document, *ledger.instructions(document)] for signature in one["meta"]["signatures"]]
        score.accepts(f"signatures in {name}", lambda: [verify(*one) for one in found])
        score.refuses(f"signatures in {name} of other hashes", verify, (
            (case.flipped(hash), signature) for hash, signature in found))


def headers(score, case):
    data = case.wallet.read("stacks/headers")
    score.check(data.hex() == "".join(stack["header"] for stack in case.stacks), "the headers are those of the stacks")
    network = copy.copy(bitcoinx.BitcoinRegtest)
    network.name, network.genesis_header = "stacks", data[:80]
    network.required_bits = lambda _network, _chain, height, _time: int(WORK[height], 16)

    def connect(data):
        headers = bitcoinx.Headers(network)
        for at in range(0, len(data), 80):
            chain = headers.connect(data[at:at + 80], check_work=True)
            header = chain.tip()
            demand(chain.height == at // 80 and headers.chain_count() == 1, "another chain")
            demand(header.hash_value() <= header.target(), "work")
            demand(not at or header.timestamp > chain.median_time_past(chain.height - 1), "time")
        return headers.longest_chain()

    case.chain = chain = score.accepts("bitcoinx connects the headers", connect, data)
    last = len(data) - 80
    # Of the last header only what binds it to the chain: nothing above it betrays the rest.
    binding = [*range(last), *range(last + 4, last + 36), *range(last + 72, last + 76)]
    score.refuses("headers with any byte changed", connect, ((case.flipped(data, at),) for at in binding))
    score.refuses("headers left out, in another order, cut off", connect, [
        (data[:160] + data[240:],), (data[:80] + data[160:240] + data[80:160] + data[240:],), (data[:-40],)])

    def stacked(height, hashes):
        header = chain.header_at_height(height)
        demand(header.version == 0x20000000, "version")
        demand(bitcoinx.merkle_root(hashes) == header.merkle_root, "root")

    for stack in case.stacks:
        hashes = case.hashes[stack["first"]:stack["first"] + stack["count"]]
        score.accepts(f"root of stack {stack['height']}", stacked, stack["height"], hashes)
        others = [hashes[:-1] + [bytes(32)], hashes + [bytes(32)]]
        others += [hashes[:-1], hashes[::-1]] if len(hashes) > 1 else []
        score.refuses(f"stack {stack['height']} of other blocks", stacked, ((stack["height"], one) for one in others))


def proofs(case, form):
    """(stack, height, proof) of a document in every block of every stack."""
    places = [(stack, stack["first"] + i) for stack in case.stacks for i in range(stack["count"])]
    outputs = case.wallet.map(["prove", case.entries[case.blocks[height]["size"] - 1].hex(), "--format", form]
                              for _, height in places)
    return [(*place, output.decode().strip()) for place, output in zip(places, outputs)]


def bumps(score, case):
    class Tracker(bsv.chaintracker.ChainTracker):
        async def is_valid_root_for_height(self, root, height):
            return height <= case.chain.height and root == shown(case.chain.header_at_height(height).merkle_root)

        async def current_height(self):
            return case.chain.height

    def verify(text, hash):
        path = bsv.merkle_path.MerklePath.from_hex(text)
        demand(path.to_hex() == text, "not written as bsv-sdk writes it")
        demand(runner.run(path.verify(shown(hash), Tracker())), "another root")

    def alone(text, hash):
        # bsv-sdk for Python refuses the path of a single leaf, which its sisters in other languages take for the
        # root itself: one level, one leaf, offset 0, marked as the one that is proved.
        data = bytes.fromhex(text)
        demand(data[1:5] == bytes([1, 1, 0, 2]) and data[5:] == hash, "not one leaf")
        demand(runner.run(Tracker().is_valid_root_for_height(shown(data[5:]), data[0])), "another root")

    with asyncio.Runner() as runner:
        for stack, height, text in proofs(case, "bump"):
            judge, data, hash = alone if stack["count"] == 1 else verify, bytes.fromhex(text), case.hashes[height]
            score.accepts(f"BUMP of block {height}", judge, text, hash)
            score.refuses(f"BUMP of block {height} for others", judge, (
                (text, other) for i, other in enumerate(case.hashes)
                if (i - stack["first"]) ^ (height - stack["first"]) not in (0, 1)))
            score.refuses(f"BUMP of block {height} with any byte changed", judge, (
                (case.flipped(data, at, 0).hex(), hash) for at in range(len(data))))


def tscs(score, case):
    heads = {case.chain.header_hash_at_height(height) for height in range(len(STACKS))}

    def verify(text, block):
        proof = json.loads(text)
        demand(set(proof) == {"index", "nodes", "target", "targetType", "txOrId"}, "members")
        demand(proof["targetType"] == "header" and proof["txOrId"] == shown(block), "another block")
        hash, index = block, proof["index"]
        for node in proof["nodes"]:
            demand(node != "*" or index % 2 == 0, "a right node is paired with itself")
            other = hash if node == "*" else bitcoinx.hex_str_to_hash(node)
            hash = bitcoinx.double_sha256(other + hash if index % 2 else hash + other)
            index //= 2
        demand(index == 0, "index outside of the tree")
        header = bitcoinx.deserialized_header(bytes.fromhex(proof["target"]), 0)
        demand(hash == header.merkle_root and header.hash in heads, "another root or header")

    stars = 0
    for _, height, text in proofs(case, "tsc"):
        proof, block = json.loads(text), case.hashes[height]
        score.accepts(f"TSC proof of block {height}", verify, text, block)
        index, nodes, target = proof["index"], proof["nodes"], bytes.fromhex(proof["target"])
        stars += nodes.count("*")
        changes = [{"index": index ^ 1}, {"index": index + (1 << len(nodes))}, {"nodes": nodes + ["*"]},
                   {"txOrId": shown(case.hashes[height - 1])}]
        changes += [{"target": case.flipped(target, at).hex()} for at in range(80)]
        for at, node in enumerate(nodes):
            other = "00" * 32 if node == "*" else case.flipped(bytes.fromhex(node)).hex()
            changes += [{"nodes": nodes[:at] + nodes[at + 1:]}, {"nodes": nodes[:at] + [other] + nodes[at + 1:]}]
        score.refuses(f"TSC proof of block {height}, changed", verify, (
            (json.dumps({**proof, **change}), block) for change in changes))
    score.check(stars >= 4, "some nodes are paired with themselves")
