// Signatures: strict DER has one spelling, and nothing that comes from outside verifies by accident.

import Bytes
@testable import Cryptography

private let key = Hexadecimal.decode(
    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
private let digest = Hash.sha256([])

/// BIP66's spelling of two numbers of 32 bytes.
private func encode(_ compact: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    for number in [compact[..<32], compact[32...]] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        body += [0x02, UInt8(digits.count)] + digits
    }
    return [0x30, UInt8(body.count)] + body
}

/// One run of libFuzzer.
func fuzzDer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    var compact = [UInt8](repeating: 0, count: 64)
    let isStrict = bytes.withUnsafeBytes { signature in
        compact.withUnsafeMutableBytes { StrictDER.decode(signature, into: $0) }
    }
    if isStrict { promise(encode(compact) == bytes, "strict DER has one spelling") }
    let isValid = Secp256k1.verify(signature: bytes, digest: digest, publicKey: key ?? [])
    promise(!isValid || isStrict, "only strict DER verifies")
    _ = Secp256k1.PublicKey(bytes)
    _ = Secp256k1.verify(signature: bytes, digest: digest, publicKey: bytes)
    _ = Ed25519.verify(
        signature: Array(bytes.prefix(64)), message: digest.bytes,
        publicKey: Array(bytes.suffix(32)))
    return 0
}
