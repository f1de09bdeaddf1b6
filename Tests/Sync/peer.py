"""A peer that says whatever it likes: frames of wsync/1, documents, signatures. Nothing here is fast or secret."""
import base64, hashlib, json, os

HELLO, BLOCKS, RECORDS, RECONCILE, WANT, PACK, DONE, ACK, ERROR, AUTH, END, JOIN, WELCOME = range(1, 14)


def varint(number):
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def frame(kind, body=b""):
    return varint(len(body) + 1) + bytes([kind]) + body


def frames(data):
    """The whole frames at the beginning of `data`: (kind, body) each, and the rest."""
    found, place = [], 0
    while True:
        at, length = place, 0
        while at < len(data):
            length = length << 7 | data[at] & 0x7F
            at += 1
            if not data[at - 1] & 0x80:
                break
        else:
            return found, data[place:]
        if len(data) < at + length:
            return found, data[place:]
        found.append((data[at], data[at + 1:at + length]))
        place = at + length


def read(file):
    """One frame of a stream; None at its end."""
    data = b""
    while True:
        byte = file.read(1)
        if not byte:
            return None
        data += byte
        if not byte[0] & 0x80:
            break
    length = 0
    for byte in data:
        length = length << 7 | byte & 0x7F
    body = file.read(length)
    return (body[0], body[1:]) if len(body) == length else None


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pack(kind, lines, **members):
    header = {"count": len(lines), "kind": kind, "more": False, **members}
    if kind in ("notes", "entries"):
        header.setdefault("taken", 0)
    return frame(PACK, canonical(header) + b"\n" + b"".join(line + b"\n" for line in lines))


def sha256(data):
    return hashlib.sha256(data).digest()


def identity(data):
    return sha256(sha256(canonical(data)))


def document(data, *keys, **meta):
    """One line: data, its hash, signatures by keys."""
    digest = identity(data)
    signatures = [{"public": key.public.hex(), "scheme": key.scheme, "signer": key.address,
                   "string": key.sign(digest).hex()} for key in keys]
    return canonical({"data": data, "hash": {"steps": "stringify:data", "types": "sha256:sha256",
                                             "value": digest.hex()}, "meta": {**meta, "signatures": signatures}})


class Secp256k1:
    """ECDSA over a digest, DER, low s."""
    scheme = "ecdsa-secp256k1"
    P, N = 2**256 - 2**32 - 977, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
         0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)

    def __init__(self, secret, public, address):
        self.secret, self.public, self.address = int.from_bytes(secret, "big"), public, address

    @classmethod
    def add(cls, a, b):
        if a is None or b is None:
            return a or b
        if a[0] == b[0] and (a[1] + b[1]) % cls.P == 0:
            return None
        slope = (3 * a[0] * a[0] * pow(2 * a[1], -1, cls.P) if a == b
                 else (b[1] - a[1]) * pow(b[0] - a[0], -1, cls.P)) % cls.P
        x = (slope * slope - a[0] - b[0]) % cls.P
        return x, (slope * (a[0] - x) - a[1]) % cls.P

    def sign(self, digest):
        k, point, step, bits = int.from_bytes(os.urandom(31), "big") + 1, None, self.G, 0
        bits = k
        while bits:
            point = self.add(point, step) if bits & 1 else point
            step, bits = self.add(step, step), bits >> 1
        r = point[0] % self.N
        s = pow(k, -1, self.N) * (int.from_bytes(digest, "big") + r * self.secret) % self.N
        s = min(s, self.N - s)

        def integer(number):
            data = number.to_bytes(number.bit_length() // 8 + 1, "big")
            return bytes([2, len(data)]) + data
        inner = integer(r) + integer(s)
        return bytes([0x30, len(inner)]) + inner


class Ed25519:
    """RFC 8032, 5.1.6."""
    scheme = "eddsa-ed25519"
    P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    D = -121665 * pow(121666, -1, P) % P
    BASE_Y = 4 * pow(5, -1, P) % P

    def __init__(self, secret, public, address):
        self.secret, self.public, self.address = secret, public, address
        square = (self.BASE_Y**2 - 1) * pow(self.D * self.BASE_Y**2 + 1, -1, self.P) % self.P
        x = pow(square, (self.P + 3) // 8, self.P)
        if (x * x - square) % self.P:
            x = x * pow(2, (self.P - 1) // 4, self.P) % self.P
        self.base = (self.P - x if x & 1 else x, self.BASE_Y)

    def add(self, a, b):
        cross = self.D * a[0] * b[0] * a[1] * b[1] % self.P
        return ((a[0] * b[1] + b[0] * a[1]) * pow(1 + cross, -1, self.P) % self.P,
                (a[1] * b[1] + a[0] * b[0]) * pow(1 - cross, -1, self.P) % self.P)

    def encoded(self, scalar):
        point, step = (0, 1), self.base
        while scalar:
            point = self.add(point, step) if scalar & 1 else point
            step, scalar = self.add(step, step), scalar >> 1
        return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")

    def sign(self, message):
        wide = hashlib.sha512(self.secret).digest()
        scalar = int.from_bytes(wide[:32], "little") & (1 << 254) - 8 | 1 << 254
        r = int.from_bytes(hashlib.sha512(wide[32:] + message).digest(), "little") % self.L
        point = self.encoded(r)
        h = int.from_bytes(hashlib.sha512(point + self.public + message).digest(), "little")
        return point + ((r + h * scalar) % self.L).to_bytes(32, "little")


def key(directory, name, address):
    """A key of a wallet that has no passphrase."""
    with open(os.path.join(directory, ".wallet/keys", name + ".key")) as file:
        fields = dict(line.split(": ", 1) for line in file.read().splitlines() if ": " in line)
    kind = Ed25519 if fields["scheme"] == Ed25519.scheme else Secp256k1
    return kind(bytes.fromhex(fields["secret"]), bytes.fromhex(fields["public"]), address)


def asked(signer, domain, body, time, nonce=None, digest_domain=None):
    """The body of a request over HTTP: AUTH before the frames."""
    nonce = nonce or os.urandom(16)
    digest = sha256(canonical({"body": sha256(body).hex(), "device": signer.address, "domain": digest_domain or domain,
                               "nonce": nonce.hex(), "protocol": "wsync/1", "time": time}))
    return frame(AUTH, canonical({"device": signer.address, "nonce": nonce.hex(), "public": signer.public.hex(),
                                  "scheme": signer.scheme, "signature": signer.sign(digest).hex(),
                                  "time": time})) + body


def tree(leaves):
    """RFC 6962, 2.1, over documents' hashes."""
    def root(row):
        if len(row) == 1:
            return sha256(b"\0" + row[0])
        half = 1 << (len(row) - 1).bit_length() - 1
        return sha256(b"\1" + root(row[:half]) + root(row[half:]))
    return {"root": (root(leaves) if leaves else sha256(b"")).hex(), "size": len(leaves)}


def sealed(lines, block, signer, note_signer=None):
    """The block document of the first segment that would seal these lines, in the place of `block`."""
    documents = [json.loads(line) for line in lines]
    hashes = [bytes.fromhex(one["hash"]["value"]) for one in documents]
    inner = [bytes.fromhex(entry["hash"]) for one in documents for entry in one["data"].get("inputs", [])]
    log = tree(hashes)
    data = {**block["data"], "count": len(lines), "journal": sha256(b"".join(line + b"\n" for line in lines)).hex(),
            "contents": tree(sorted(set(hashes + inner))), **log}
    domain = data["domain"]
    note = f"{domain}\n{log['size']}\n{base64.b64encode(bytes.fromhex(log['root'])).decode()}\n".encode()
    witness = note_signer or signer
    name = sha256(domain.encode() + b"\n\1" + witness.public)[:4]
    return document(data, signer, checkpoint=base64.b64encode(name + witness.sign(note)).decode())
