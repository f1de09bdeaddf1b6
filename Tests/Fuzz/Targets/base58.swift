// Base58, addresses, hexadecimal and pointers to keys in text.

import Bytes
import Cryptography
import Documents

/// One run of libFuzzer.
func fuzzBase58(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let decoded = Base58.decode(bytes) {
        promise(Array(Base58.encode(decoded).utf8) == bytes, "base58 has one spelling")
    }
    if bytes.count <= 80 {
        promise(Base58.decode(Array(Base58.encode(bytes).utf8)) == bytes, "bytes come back")
    }
    if let address = try? Address(bytes) {
        promise(address.textBytes == bytes, "an address has one spelling")
    }
    if let decoded = Hexadecimal.decode(bytes) {
        promise(Hexadecimal.encodedBytes(decoded) == bytes, "hexadecimal has one spelling")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    _ = Base58Check.decode(text)
    return 0
}
