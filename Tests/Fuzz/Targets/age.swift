// Files and keys of the age format: read in bounds or refused, nothing unverified comes out, keys have one spelling.

import Bytes
@testable import Cryptography

private let identity = try? AgeIdentity(secret: SecretBytes([UInt8](repeating: 7, count: 32)))

/// All plaintext of a file, fed in pieces; nil where it is refused.
private func read(_ file: [UInt8], _ size: Int) -> (plaintext: [UInt8], isWhole: Bool) {
    var decryptor = AgeDecryptor(identities: identity.map { [$0] } ?? [])
    var plaintext: [UInt8] = []
    do {
        for start in stride(from: 0, to: file.count, by: size) {
            plaintext += try decryptor.update(Array(file[start..<min(start + size, file.count)]))
        }
        plaintext += try decryptor.finish()
        return (plaintext, true)
    } catch {
        return (plaintext, false)
    }
}

/// A header with a right MAC behind what the fuzzer made, so that it comes past the MAC.
private func signed(_ lines: [UInt8]) -> [UInt8] {
    let fileKey = SecretBytes([UInt8](repeating: 5, count: 16))
    guard let identity,
        let own = try? identity.recipient.stanza(for: fileKey, from: SeededRandom(seed: [1]))
    else { return [] }
    let header = AgeHeader.bytes([own], fileKey)
    guard let end = header.firstIndex(of: 0x0a), let mac = header.lastIndex(of: 0x20) else {
        return []
    }
    let text: [UInt8] = Array(header[...end]) + lines + Array(header[(end + 1)..<mac])
    return text + [0x20] + UnpaddedBase64.encode(AgeHeader.mac(of: text, fileKey)) + [0x0a]
}

/// One run of libFuzzer.
func fuzzAge(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    let (whole, pieces) = (read(bytes, 65_536), read(bytes, 7))
    promise(whole == pieces, "pieces do not matter")
    // Whoever makes a header has the file key, but not the key of a chunk that it does not seal.
    let behind = read(signed(bytes) + [UInt8](repeating: 1, count: 48), 64)
    promise(behind.plaintext.isEmpty && !behind.isWhole, "no chunk opens by accident")
    let after = read(signed([]) + bytes, 64)
    promise(after.plaintext.isEmpty && !after.isWhole, "no chunk opens by accident")

    var armor = AgeArmorReader()
    var binary: [UInt8] = []
    if bytes.withUnsafeBytes({ (try? armor.take($0, into: &binary)) != nil }),
        (try? armor.finish(into: &binary)) != nil
    {
        var writer = AgeArmorWriter()
        let text = writer.take(binary) + writer.finish()
        let kept = bytes.filter { $0 > 0x20 }
        promise(text.filter { $0 > 0x20 } == kept, "armor has one spelling, save white space")
    }
    if let word = String(validating: bytes, as: UTF8.self), let key = try? AgeRecipient(word) {
        promise(key.text == word, "a recipient has one spelling")
    }
    if let key = try? AgeIdentity(SecretBytes(bytes)) {
        promise(key.text == SecretBytes(bytes), "an identity has one spelling")
    }
    _ = try? AgeIdentity.identities(keyFile: SecretBytes(bytes))
    if let decoded = UnpaddedBase64.decode(bytes[...]) {
        promise(UnpaddedBase64.encode(decoded) == bytes, "base64 has one spelling")
    }
    return 0
}
