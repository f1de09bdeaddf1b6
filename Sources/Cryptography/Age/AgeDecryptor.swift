// Reads an age file, piece by piece.

/// Decrypts a file (age-encryption.org/v1, C2SP `age`), binary or armored. Fed with pieces of any
/// size; it holds one chunk, 64 KiB, and never gives out plaintext whose tag has not been verified.
///
/// What has come out is what was written, from its beginning; only when `finish` has returned is it
/// all of it. A fault does not take back the chunks before it: where a piece holds good chunks and a
/// fault, `update` gives out the chunks, and the fault is thrown by the next call.
public struct AgeDecryptor: ~Copyable, Sendable {
    private let identities: [AgeIdentity]
    private let passphrases: [AgePassphrase]
    private var hasBegun = false
    private var armor: AgeArmorReader?
    private var header = AgeHeaderReader()
    private var payload: AgePayloadReader?
    private var failure: AgeError?
    private var isFinished = false

    /// A reader with the identities and passphrases that are tried, in this order.
    public init(identities: [AgeIdentity] = [], passphrases: [AgePassphrase] = []) {
        self.identities = identities
        self.passphrases = passphrases
    }

    /// Takes in the next bytes of the file; the plaintext that they complete, often none.
    /// - Throws: any `AgeError` of reading; once thrown, every later call throws it again.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) throws(AgeError) -> [UInt8] {
        precondition(!isFinished, "the file is finished")
        if let failure { throw failure }
        var plaintext: [UInt8] = []
        plaintext.reserveCapacity(bytes.count)
        do {
            try take(bytes, into: &plaintext)
        } catch {
            failure = error
            if plaintext.isEmpty { throw error }
        }
        return plaintext
    }

    /// Takes in the next bytes, as above.
    public mutating func update(_ bytes: [UInt8]) throws(AgeError) -> [UInt8] {
        try bytes.span.withUnsafeBytes { bytes throws(AgeError) in try update(bytes) }
    }

    /// The file has ended; the plaintext of its last chunk.
    /// - Throws: what `update` throws, and where the file has been cut off.
    public mutating func finish() throws(AgeError) -> [UInt8] {
        precondition(!isFinished, "the file is finished")
        if let failure { throw failure }
        isFinished = true
        guard hasBegun else { throw .notAge }
        var plaintext: [UInt8] = []
        if armor != nil {
            var last: [UInt8] = []
            try armor?.finish(into: &last)
            try last.span.withUnsafeBytes { last throws(AgeError) in
                try takeBinary(last, into: &plaintext)
            }
        }
        guard payload?.hasNonce == true else {
            throw .malformedHeader(line: header.number, .truncated)
        }
        try payload?.finish(into: &plaintext)
        return plaintext
    }

    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, into plaintext: inout [UInt8]
    ) throws(AgeError) {
        guard let first = bytes.first else { return }
        if !hasBegun {
            hasBegun = true
            try begin(first)
        }
        guard armor != nil else { return try takeBinary(bytes, into: &plaintext) }
        var binary: [UInt8] = []
        var fault: AgeError?
        do {
            try armor?.take(bytes, into: &binary)
        } catch {
            fault = error
        }
        // The lines before the fault come first: their own faults, and what they complete.
        try binary.span.withUnsafeBytes { binary throws(AgeError) in
            try takeBinary(binary, into: &plaintext)
        }
        if let fault { throw fault }
    }

    /// The first byte says which form it is.
    private mutating func begin(_ first: UInt8) throws(AgeError) {
        switch first {
        case UInt8(ascii: "a"): break
        case UInt8(ascii: "-"), 0x20, 0x09...0x0d: armor = AgeArmorReader()
        default: throw .notAge
        }
    }

    private mutating func takeBinary(
        _ bytes: UnsafeRawBufferPointer, into plaintext: inout [UInt8]
    ) throws(AgeError) {
        var taken = 0
        if payload == nil {
            taken = try header.take(bytes)
            guard header.mac != nil else { return }
            payload = AgePayloadReader(fileKey: try header.fileKey(identities, passphrases))
        }
        try payload?.take(
            UnsafeRawBufferPointer(rebasing: bytes[taken...]), into: &plaintext)
    }
}
