// A key's file as text, both ways.
import Bytes
import Cryptography
import Documents

extension KeyFile {
    /// Everything above the lines `ciphertext` and `secret`.
    var head: [UInt8] {
        var text = "wallet-key: \(Self.version)\n"
        switch publicPart {
        case .seed(let fingerprint):
            let digits = Hexadecimal.encode(
                (0..<4).map { UInt8(truncatingIfNeeded: fingerprint >> (24 - 8 * UInt32($0))) })
            text += "kind: seed\nfingerprint: \(digits)\n"
        case .key(let scheme, let publicKey, let path):
            text += "kind: key\nscheme: \(scheme.rawValue)\n"
            text += "public: \(Hexadecimal.encode(publicKey))\n"
            if let path { text += "path: \(path)\n" }
        }
        switch content {
        case .plain: text += "encryption: none\n"
        case .sealed(let stretching, let nonce, _):
            let cost = stretching.cost
            text += "encryption: scrypt-aes256gcm\nn: \(cost.n)\nr: \(cost.r)\np: \(cost.p)\n"
            text += "salt: \(Hexadecimal.encode(stretching.salt))\n"
            text += "nonce: \(Hexadecimal.encode(nonce))\n"
        }
        return Array(text.utf8)
    }

    /// The file. It holds the secret where it is not encrypted: zero it after use.
    func serialized() -> [UInt8] {
        var bytes = head
        // So that a growing array leaves no copy of a secret behind.
        bytes.reserveCapacity(1_024)
        switch content {
        case .plain(let secret):
            bytes += Array("secret: ".utf8)
            var digits = secret.withUnsafeBytes { Hexadecimal.encodedBytes($0) }
            SecretBytes(zeroing: &digits).withUnsafeBytes { bytes += $0 }
        case .sealed(_, _, let ciphertext):
            bytes += Array("ciphertext: ".utf8)
            bytes += Hexadecimal.encodedBytes(ciphertext)
        }
        bytes.append(0x0a)
        let checksum = Hexadecimal.encodedBytes(Self.checksum(bytes[...]))
        bytes += Array("checksum: ".utf8) + checksum
        bytes.append(0x0a)
        return bytes
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(Hash.sha256(bytes).bytes.prefix(checksumBytes))
    }

    /// Reads a file's bytes.
    /// - Parameter name: the file, for errors.
    /// - Throws: `malformed`, `limitExceeded`, `damaged`.
    public init(_ bytes: [UInt8], name: String) throws(KeyError) {
        var reader = KeyFileReader(bytes, name: name)
        let publicPart = try reader.publicPart()
        let content = try reader.content(of: publicPart)
        try reader.checksum()
        self.init(publicPart, content)
    }
}
