// Writes an age file, piece by piece.

/// Encrypts a file for recipients or a passphrase (age-encryption.org/v1, C2SP `age`). Fed with
/// pieces of any size; it holds one chunk, 64 KiB. It cannot be copied: a copy that went on with
/// other bytes would use a key and a nonce twice.
public struct AgeEncryptor: ~Copyable, @unchecked Sendable {  // Safe: `held` has one owner.
    private var chunks: AgeChunks
    private var armor: AgeArmorWriter?
    /// The header and the nonce, until the first bytes go out.
    private var header: [UInt8]
    /// Plaintext of the chunk that is not complete; zeroed when let go.
    private let held: UnsafeMutableRawBufferPointer
    private var heldCount = 0
    private var isFinished = false

    /// A file for the recipients: any one of their identities reads it.
    /// - Parameter armored: as text between two lines, a third longer.
    /// - Throws: `noRecipients`, `limitExceeded`, `invalidRecipient` for a point of small order,
    ///   `cryptography(randomnessUnavailable)`.
    public init(
        to recipients: [AgeRecipient], armored: Bool = false,
        from random: some RandomSource = SystemRandom()
    ) throws(AgeError) {
        guard !recipients.isEmpty else { throw .noRecipients }
        guard recipients.count <= AgeLimits.recipients else {
            throw .limitExceeded(
                what: "recipients", got: recipients.count, limit: AgeLimits.recipients)
        }
        try self.init(armored: armored, from: random) { fileKey throws(AgeError) in
            var stanzas: [AgeStanza] = []
            for recipient in recipients {
                stanzas.append(try recipient.stanza(for: fileKey, from: random))
            }
            return stanzas
        }
    }

    /// A file for whoever knows the passphrase; the format allows no recipients beside it.
    /// - Throws: `cryptography(randomnessUnavailable)`, `cryptography(libraryFailure)`.
    public init(
        to passphrase: AgePassphrase, armored: Bool = false,
        from random: some RandomSource = SystemRandom()
    ) throws(AgeError) {
        try self.init(armored: armored, from: random) { fileKey throws(AgeError) in
            [try passphrase.stanza(for: fileKey, from: random)]
        }
    }

    private init(
        armored: Bool, from random: some RandomSource,
        _ stanzas: (SecretBytes) throws(AgeError) -> [AgeStanza]
    ) throws(AgeError) {
        let (fileKey, nonce) = try AgeError.lifting { () throws(CryptographyError) in
            (
                try SecretBytes.random(count: AgeStanza.fileKeyBytes, from: random),
                try random.bytes(AgeHeader.nonceBytes)
            )
        }
        header = AgeHeader.bytes(try stanzas(fileKey), fileKey) + nonce
        chunks = AgeChunks(fileKey: fileKey, nonce: nonce)
        armor = armored ? AgeArmorWriter() : nil
        held = .allocate(byteCount: AgeChunks.plaintextBytes, alignment: 16)
    }

    deinit {
        OpenSSL.cleanse(held)
        held.deallocate()
    }

    /// Takes in the next plaintext; the bytes of the file that are ready, often none.
    /// - Throws: `cryptography(libraryFailure)`.
    public mutating func update(_ plaintext: UnsafeRawBufferPointer) throws(AgeError) -> [UInt8] {
        precondition(!isFinished, "the file is finished")
        var output = takeHeader()
        output.reserveCapacity(
            output.count
                + (heldCount + plaintext.count) / AgeChunks.plaintextBytes * AgeChunks.sealedBytes)
        var rest = plaintext[...]
        while !rest.isEmpty {
            // Only when more follows it is clear that a full chunk is not the last.
            if heldCount == AgeChunks.plaintextBytes { try seal(isLast: false, into: &output) }
            let piece = rest.prefix(AgeChunks.plaintextBytes - heldCount)
            UnsafeMutableRawBufferPointer(rebasing: held[heldCount...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
            heldCount += piece.count
            rest = rest.dropFirst(piece.count)
        }
        return armor?.take(output) ?? output
    }

    /// Takes in the next plaintext, as above.
    public mutating func update(_ plaintext: [UInt8]) throws(AgeError) -> [UInt8] {
        try plaintext.span.withUnsafeBytes { bytes throws(AgeError) in try update(bytes) }
    }

    /// Ends the file; its last bytes. Nothing may follow.
    /// - Throws: `cryptography(libraryFailure)`.
    public mutating func finish() throws(AgeError) -> [UInt8] {
        precondition(!isFinished, "the file is finished")
        isFinished = true
        var output = takeHeader()
        try seal(isLast: true, into: &output)
        guard var armor else { return output }
        return armor.take(output) + armor.finish()
    }

    private mutating func takeHeader() -> [UInt8] {
        defer { header = [] }
        return header
    }

    private mutating func seal(isLast: Bool, into output: inout [UInt8]) throws(AgeError) {
        do {
            try chunks.seal(
                UnsafeRawBufferPointer(rebasing: held[..<heldCount]), isLast: isLast, into: &output)
        } catch {
            throw .cryptography(error)
        }
        heldCount = 0
    }
}
