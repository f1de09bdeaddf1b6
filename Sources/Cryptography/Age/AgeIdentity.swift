// Who can read a file: a secret key of X25519, its text, and files with such texts.

/// An identity, `AGE-SECRET-KEY-1…`: 32 secret bytes of X25519 in Bech32.
public struct AgeIdentity: Sendable {
    /// The recipient that this identity reads for.
    public let recipient: AgeRecipient

    let secret: SecretBytes

    static let prefix = "AGE-SECRET-KEY-"

    /// The identity of 32 secret bytes, whatever they are: random, or derived from a seed for this
    /// use alone.
    /// - Throws: `cryptography(wrongLength)`, `cryptography(libraryFailure)`.
    public init(secret: SecretBytes) throws(AgeError) {
        guard secret.count == X25519.keyBytes else {
            throw .cryptography(
                .wrongLength(
                    what: "X25519 key", expected: X25519.keyBytes, got: secret.count))
        }
        self.secret = secret
        recipient = try AgeError.lifting { () throws(CryptographyError) in
            AgeRecipient(publicKey: try X25519.publicKey(of: secret))
        }
    }

    /// Reads the text; its one spelling is in upper case.
    /// - Throws: `invalidIdentity`, with nothing of the text.
    public init(_ text: SecretBytes) throws(AgeError) {
        let secret: SecretBytes
        do {
            secret = try text.withUnsafeBytes { bytes throws(AgeError.KeyTextDefect) in
                try Bech32.decode(bytes, prefix: Self.prefix, count: X25519.keyBytes)
            }
        } catch {
            throw .invalidIdentity(error)
        }
        try self.init(secret: secret)
    }

    /// Reads the text of a string, as above.
    public init(_ text: String) throws(AgeError) {
        try self.init(SecretBytes(Array(text.utf8)))
    }

    /// A fresh identity.
    public static func random(
        from source: some RandomSource = SystemRandom()
    ) throws(AgeError) -> AgeIdentity {
        try AgeIdentity(
            secret: AgeError.lifting { () throws(CryptographyError) in
                try .random(count: X25519.keyBytes, from: source)
            })
    }

    /// The text as ASCII bytes: whoever has it has the key.
    public var text: SecretBytes {
        secret.withUnsafeBytes { Bech32.encode(prefix: Self.prefix, $0) }
    }

    /// A key file as `age-keygen` writes it: the recipient in a comment, the identity below.
    public var keyFile: SecretBytes {
        let comment = Array("# public key: \(recipient.text)\n".utf8)
        return text.withUnsafeBytes { text in
            SecretBytes(count: comment.count + text.count + 1) { file in
                file.copyBytes(from: comment)
                UnsafeMutableRawBufferPointer(rebasing: file[comment.count...])
                    .copyMemory(from: text)
                file[file.count - 1] = UInt8(ascii: "\n")
            }
        }
    }

    /// The identities of a key file, in its order: one a line; empty lines and lines that begin
    /// with `#` are passed over.
    /// - Throws: `invalidKeyFileLine`, with nothing of the line; `limitExceeded`.
    public static func identities(keyFile: SecretBytes) throws(AgeError) -> [AgeIdentity] {
        guard keyFile.count <= AgeLimits.keyFileBytes else {
            throw .limitExceeded(
                what: "key file bytes", got: keyFile.count, limit: AgeLimits.keyFileBytes)
        }
        return try keyFile.withUnsafeBytes { file throws(AgeError) in
            var identities: [AgeIdentity] = []
            var number = 0
            var start = 0
            while start < file.count {
                let end = file[start...].firstIndex(of: UInt8(ascii: "\n")) ?? file.count
                var line = file[start..<end]
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                start = end + 1
                number += 1
                if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
                identities.append(try identity(line, number))
            }
            let limit = AgeLimits.identities
            guard identities.count <= limit else {
                throw .limitExceeded(what: "identities", got: identities.count, limit: limit)
            }
            return identities
        }
    }

    private static func identity(
        _ line: Slice<UnsafeRawBufferPointer>, _ number: Int
    ) throws(AgeError) -> AgeIdentity {
        do {
            return try AgeIdentity(SecretBytes(UnsafeRawBufferPointer(rebasing: line)))
        } catch .invalidIdentity(let defect) {
            throw .invalidKeyFileLine(number, defect)
        }
    }

    /// The file key in a stanza; nil where it is for somebody else.
    /// - Throws: `smallOrder`, where the share is one that gives every identity the same secret.
    func unwrap(
        share: [UInt8], body: [UInt8]
    ) throws(AgeError.HeaderDefect) -> SecretBytes? {
        guard let shared = X25519.sharedSecret(secret, share) else { throw .smallOrder }
        let key = AgeRecipient.wrappingKey(shared, share: share, publicKey: recipient.publicKey)
        return AgeStanza.unwrap(body, key)
    }
}

extension AgeIdentity: Equatable {
    /// Equality of the secrets in constant time.
    public static func == (left: AgeIdentity, right: AgeIdentity) -> Bool {
        left.secret == right.secret
    }
}

extension AgeIdentity: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the key is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
