// Files with keys: what is read is written again byte for byte. Inputs are tried as they are and with a right checksum.

import Bytes
@testable import WalletKit

/// One run of libFuzzer.
func fuzzKeyfile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let checksum = Array("checksum: ".utf8) + Hexadecimal.encodedBytes(KeyFile.checksum(bytes[...]))
    for text in [bytes, bytes + checksum + [0x0a]] {
        guard let file = try? KeyFile(text, name: "fuzz") else { continue }
        promise(file.serialized() == text, "a key's file has one spelling")
    }
    return 0
}
