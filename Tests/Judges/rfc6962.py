"""Trees of RFC 6962 (paths verified as in RFC 9162 §2.1) and C2SP's signed-note, tlog-checkpoint, tlog-proof and
tlog-tiles, written from these texts alone. Whatever does not hold raises Refused."""
import base64, functools, hashlib, os, re
from Cryptodome.Signature import eddsa


class Refused(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Refused(what)


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves):
    """The root over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:split]), root(leaves[split:]))


def inclusion(hash, index, size, path, expected):
    demand(0 <= index < size, "index outside of the tree")
    last = size - 1
    for sibling in path:
        demand(last > 0, "path too long")
        if index & 1 or index == last:
            hash = node(sibling, hash)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash = node(hash, sibling)
        index, last = index >> 1, last >> 1
    demand(last == 0, "path too short")
    demand(hash == expected, "another root")


def consistency(size1, root1, size2, root2, path):
    demand(0 < size1 <= size2, "sizes in the wrong order")
    if size1 == size2:
        return demand(not path and root1 == root2, "another root at the same size")
    demand(path, "no path")
    path = [root1, *path] if size1 & (size1 - 1) == 0 else path
    index, last = size1 - 1, size2 - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = path[0]
    for hash in path[1:]:
        demand(last > 0, "path too long")
        if index & 1 or index == last:
            old, new = node(hash, old), node(hash, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, hash)
        index, last = index >> 1, last >> 1
    demand(last == 0, "path too short")
    demand((old, new) == (root1, root2), "another root")


def decode64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(f"not base64: {text!r}")
    demand(base64.b64encode(data).decode() == text, f"not the only base64: {text!r}")
    return data


@functools.lru_cache(None)
def ed25519(key, message, signature):
    try:
        eddsa.new(eddsa.import_public_key(key), "rfc8032").verify(message, signature)
    except ValueError as error:
        raise Refused(f"signature: {error}")


def text_of(data):
    try:
        text = data.decode()
    except ValueError:
        raise Refused("not UTF-8")
    demand(not re.search("[\0-\x09\x0b-\x1f]", text), "control characters")
    return text


def note(data, vkey):
    """The text of a note that the verifier key has signed."""
    name, stated, key = vkey.split("+", 2)
    key = decode64(key)
    identity = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    demand(len(key) == 33 and key[0] == 1 and identity.hex() == stated, "no verifier key of Ed25519")
    text, blank, lines = text_of(data).rpartition("\n\n")
    demand(blank and lines.endswith("\n"), "no signatures")
    good = 0
    for line in lines[:-1].split("\n"):
        match = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        demand(match, f"no line of a signature: {line!r}")
        signature = decode64(match[2])
        if match[1] == name and signature[:4] == identity:
            ed25519(key[1:], (text + "\n").encode(), signature[4:])
            good += 1
    demand(good, "no signature of the key")
    return text + "\n"


def number(text):
    demand(re.fullmatch("0|[1-9][0-9]*", text, re.ASCII), f"no decimal: {text!r}")
    return int(text)


def checkpoint(data, vkey):
    """(origin, size, root) of a signed checkpoint; lines of extension are refused."""
    lines = note(data, vkey).split("\n")
    demand(len(lines) == 4 and lines[0] and lines[3] == "", "not three lines")
    head = decode64(lines[2])
    demand(len(head) == 32, "no root")
    return lines[0], number(lines[1]), head


def proof(data, vkey, entry):
    """(extra, index, size) of a tlog-proof that `entry` stands in the log."""
    head, blank, signed = data.partition(b"\n\n")
    lines = text_of(head).split("\n")
    demand(blank and lines.pop(0) == "c2sp.org/tlog-proof@v1", "no tlog-proof")
    extra = decode64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    demand(lines and lines[0].startswith("index "), "no index")
    index, path = number(lines[0][6:]), [decode64(line) for line in lines[1:]]
    demand(len(path) <= 63 and all(len(hash) == 32 for hash in path), "no hashes")
    _, size, head = checkpoint(signed, vkey)
    inclusion(leaf(entry), index, size, path, head)
    return extra, index, size


def tile(folder, level, index, width):
    """(bytes, how many items stand in them): of the partial tile where it is there, else of the full one."""
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    path = os.path.join(folder, "tile", str(level), *("x" + group for group in groups[:-1]), groups[-1])
    for name, items in ((f"{path}.p/{width}", width), (path, 256)):
        if os.path.exists(name):
            with open(name, "rb") as file:
                return file.read(), items
    raise Refused(f"no tile {path} for {width} items")


def tiles(folder, size):
    """The leaf hashes of a log of `size`; every level is compared with the one below."""
    level, below, leaves = 0, [], []
    while count := size >> 8 * level:
        hashes = []
        for index in range(0, count, 256):
            width = min(256, count - index)
            data, items = tile(folder, level, index // 256, width)
            demand(len(data) == 32 * items, "length of a tile")
            hashes += [data[i:i + 32] for i in range(0, 32 * width, 32)]
        demand(not level or hashes == [root(below[i * 256:i * 256 + 256]) for i in range(count)],
               f"level {level} of the tiles is not what is below")
        level, below, leaves = level + 1, hashes, leaves or hashes
    return leaves


def entries(folder, size):
    """The entries of a log of `size`, from its bundles."""
    found = []
    for index in range(0, size, 256):
        width = min(256, size - index)
        data, items = tile(folder, "entries", index // 256, width)
        bundle = []
        while data:
            length = int.from_bytes(data[:2], "big")
            demand(len(data) >= 2 + length, "a bundle is cut off")
            bundle.append(data[2:2 + length])
            data = data[2 + length:]
        demand(len(bundle) == items, "entries of a bundle")
        found += bundle[:width]
    return found
