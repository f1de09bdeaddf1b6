// The strict reader of a key's file: the lines of KeyFile.swift in their order, nothing else.
import Bytes
import Cryptography
import Documents

struct KeyFileReader {
    private let bytes: [UInt8]
    private let name: String
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    mutating func publicPart() throws(KeyError) -> KeyPublicPart {
        guard let version = value("wallet-key") else { throw failure(.notAKeyFile) }
        guard version.elementsEqual(String(KeyFile.version).utf8) else { throw failed(.version) }
        switch try word("kind") {
        case "seed":
            let bytes = try hexadecimal("fingerprint", 4...4)
            return .seed(fingerprint: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case "key":
            guard let scheme = SignatureScheme(rawValue: try word("scheme")) else {
                throw failed(.scheme)
            }
            let publicKey = try publicKey(scheme)
            guard let text = value("path") else {
                return .key(scheme: scheme, publicKey: publicKey, path: nil)
            }
            // Other spellings of a path would not survive being written again.
            guard let path = try? DerivationPath(String(decoding: text, as: UTF8.self)),
                path.description.utf8.elementsEqual(text)
            else { throw failed(.path) }
            return .key(scheme: scheme, publicKey: publicKey, path: path)
        default: throw failed(.kind)
        }
    }

    private mutating func publicKey(_ scheme: SignatureScheme) throws(KeyError) -> [UInt8] {
        switch scheme {
        case .ecdsaSecp256k1:
            let count = Secp256k1.compressedKeyBytes
            let bytes = try hexadecimal("public", count...count)
            if Secp256k1.PublicKey(bytes) == nil { throw failed(.publicKey) }
            return bytes
        case .eddsaEd25519:
            let count = Ed25519.publicKeyBytes
            return try hexadecimal("public", count...count)
        }
    }

    mutating func content(of publicPart: KeyPublicPart) throws(KeyError) -> KeyFile.Content {
        switch try word("encryption") {
        case "none":
            let count = publicPart.secretBytes
            var secret = try hexadecimal("secret", count...count)
            return .plain(SecretBytes(zeroing: &secret))
        case "scrypt-aes256gcm":
            let cost = StretchingCost(n: try number("n"), r: try number("r"), p: try number("p"))
            if let excess = cost.excess {
                throw .limitExceeded(
                    file: name, name: excess.name, value: excess.value, limit: excess.limit)
            }
            let salt = try hexadecimal("salt", 8...64)
            let nonce = try hexadecimal("nonce", AES256GCM.nonceBytes...AES256GCM.nonceBytes)
            let count = publicPart.secretBytes + AES256GCM.tagBytes
            let ciphertext = try hexadecimal("ciphertext", count...count)
            return .sealed(
                KeyStretching(cost: cost, salt: salt), nonce: nonce, ciphertext: ciphertext)
        default: throw failed(.encryption)
        }
    }

    mutating func checksum() throws(KeyError) {
        let above = bytes[..<position]
        let count = KeyFile.checksumBytes
        let checksum = try hexadecimal("checksum", count...count)
        guard position == bytes.count else { throw failure(.trailing) }
        guard checksum == KeyFile.checksum(above) else { throw .damaged(file: name) }
    }

    /// The value of the next line if that has this name; nil, with nothing read, where it has not.
    private mutating func value(_ name: String) -> ArraySlice<UInt8>? {
        let rest = bytes[position...]
        guard let end = rest.firstIndex(of: 0x0a) else { return nil }
        let prefix = Array("\(name): ".utf8)
        guard rest[..<end].starts(with: prefix) else { return nil }
        position = end + 1
        line += 1
        return rest[(rest.startIndex + prefix.count)..<end]
    }

    private mutating func needed(_ name: String) throws(KeyError) -> ArraySlice<UInt8> {
        guard let value = value(name) else { throw failure(.order) }
        return value
    }

    private mutating func word(_ name: String) throws(KeyError) -> String {
        String(decoding: try needed(name), as: UTF8.self)
    }

    private mutating func hexadecimal(
        _ name: String, _ counts: ClosedRange<Int>
    ) throws(KeyError) -> [UInt8] {
        let digits = try needed(name)
        guard counts.contains(digits.count / 2), let bytes = Hexadecimal.decode(digits) else {
            throw failed(.hexadecimal)
        }
        return bytes
    }

    private mutating func number(_ name: String) throws(KeyError) -> Int {
        let digits = try needed(name)
        // Ten digits hold every number that is within its limit.
        guard (1...10).contains(digits.count), digits.count == 1 || digits.first != 0x30,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw failed(.number) }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// A fault in the line that comes next.
    private func failure(_ reason: KeyError.SyntaxReason) -> KeyError {
        .malformed(file: name, line: line, reason: reason)
    }

    /// A fault in the line that was read last.
    private func failed(_ reason: KeyError.SyntaxReason) -> KeyError {
        .malformed(file: name, line: line - 1, reason: reason)
    }
}
