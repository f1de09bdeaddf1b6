// A file for whoever knows a passphrase: scrypt in the age format.

/// A passphrase to write or to read a file with.
public struct AgePassphrase: Sendable {
    private let passphrase: SecretBytes
    private let workFactor: Int

    /// What stock programs write: 256 MiB, about a second.
    public static let standardWorkFactor = 18
    static let saltBytes = 16

    /// A passphrase.
    /// - Parameter workFactor: the binary logarithm of scrypt's cost, for files that are written; a
    ///   file that is read says its own, up to `AgeLimits.workFactor`.
    /// - Throws: `invalidPassphrase`, `invalidWorkFactor`.
    public init(
        _ passphrase: SecretBytes, workFactor: Int = AgePassphrase.standardWorkFactor
    ) throws(AgeError) {
        guard (1...AgeLimits.passphraseBytes).contains(passphrase.count) else {
            throw .invalidPassphrase(bytes: passphrase.count)
        }
        guard (1...AgeLimits.workFactor).contains(workFactor) else {
            throw .invalidWorkFactor(got: workFactor, limit: AgeLimits.workFactor)
        }
        self.passphrase = passphrase
        self.workFactor = workFactor
    }

    /// A stanza that gives the file key to whoever knows the passphrase.
    func stanza(
        for fileKey: SecretBytes, from random: some RandomSource
    ) throws(AgeError) -> AgeStanza {
        try AgeError.lifting { () throws(CryptographyError) in
            let salt = try random.bytes(Self.saltBytes)
            let key = try wrappingKey(salt: salt, workFactor: workFactor)
            return .scrypt(
                salt: salt, workFactor: workFactor, body: try AgeStanza.wrap(fileKey, key))
        }
    }

    /// The file key in a stanza; nil where the passphrase is another.
    func unwrap(
        salt: [UInt8], workFactor: Int, body: [UInt8]
    ) throws(AgeError) -> SecretBytes? {
        guard workFactor <= AgeLimits.workFactor else {
            throw .workFactorExceeded(got: workFactor, limit: AgeLimits.workFactor)
        }
        let key = try AgeError.lifting { () throws(CryptographyError) in
            try wrappingKey(salt: salt, workFactor: workFactor)
        }
        return AgeStanza.unwrap(body, key)
    }

    private func wrappingKey(
        salt: [UInt8], workFactor: Int
    ) throws(CryptographyError) -> SecretBytes {
        // 128 · r · (n + p + 2) bytes; the bound of the factor is the bound of the memory.
        try Scrypt.derive(
            passphrase: passphrase, salt: Array("age-encryption.org/v1/scrypt".utf8) + salt,
            n: 1 << workFactor, r: 8, p: 1, count: 32,
            memoryMaximumBytes: 1_024 * (1 << AgeLimits.workFactor + 3))
    }
}

extension AgePassphrase: CustomStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the passphrase is.
    public var description: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
