# What JSON Schema cannot say of an address: its checksum (base58check, version 0x87).
import hashlib

import schemathesis
from hypothesis import strategies

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def address(payload: bytes) -> str:
    versioned = b"\x87" + payload
    checksum = hashlib.sha256(hashlib.sha256(versioned).digest()).digest()[:4]
    number, text = int.from_bytes(versioned + checksum, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return text


schemathesis.openapi.format(
    "wallet-address", strategies.binary(min_size=20, max_size=20).map(address)
)
