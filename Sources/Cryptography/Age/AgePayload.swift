// The payload: chunks of 64 KiB, each with its tag, its number and whether it is the last.

/// The key of a payload and the number of the next chunk (STREAM).
struct AgeChunks {
    /// Bytes of a chunk, save the last.
    static let plaintextBytes = 65_536
    /// The same when sealed.
    static let sealedBytes = plaintextBytes + ChaCha20Poly1305.tagBytes

    private let key: SecretBytes
    /// The number of the next chunk: 88 bits in the format, 64 here, which no file reaches.
    private(set) var number: UInt64 = 0

    init(fileKey: SecretBytes, nonce: [UInt8]) {
        precondition(nonce.count == AgeHeader.nonceBytes)
        key = HKDF.derive(fileKey, salt: nonce, info: "payload")
    }

    private func nonce(isLast: Bool) -> [UInt8] {
        let counter = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        return [0, 0, 0] + counter + [isLast ? 1 : 0]
    }

    /// Appends the sealed chunk to `output`.
    mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8]
    ) throws(CryptographyError) {
        let start = output.count
        let count = plaintext.count + ChaCha20Poly1305.tagBytes
        output += [UInt8](repeating: 0, count: count)
        var bytes = output.mutableSpan
        try bytes.withUnsafeMutableBytes { output throws(CryptographyError) in
            try ChaCha20Poly1305.seal(
                plaintext, key: key, nonce: nonce(isLast: isLast),
                into: .init(rebasing: output[start...]))
        }
        number += 1
    }

    /// Appends the plaintext of the chunk to `output`; false where its tag does not fit, and then
    /// nothing has been appended.
    mutating func open(
        _ sealed: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8]
    ) -> Bool {
        let start = output.count
        let count = sealed.count - ChaCha20Poly1305.tagBytes
        guard count >= 0 else { return false }
        output += [UInt8](repeating: 0, count: count)
        let isOpen = output.withUnsafeMutableBytes { output in
            ChaCha20Poly1305.open(
                sealed, key: key, nonce: nonce(isLast: isLast),
                into: .init(rebasing: output[start...]))
        }
        if isOpen { number += 1 } else { output.removeLast(count) }
        return isOpen
    }
}

/// Reads a payload as its bytes arrive.
struct AgePayloadReader {
    private let fileKey: SecretBytes
    private var nonce: [UInt8] = []
    private var chunks: AgeChunks?
    /// Sealed bytes of the chunk that is not complete.
    private var held: [UInt8] = []
    private var isComplete = false

    init(fileKey: SecretBytes) {
        self.fileKey = fileKey
    }

    /// Takes in the next bytes and appends the plaintext of every chunk that they complete.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(AgeError) {
        var rest = bytes[...]
        if chunks == nil {
            let piece = rest.prefix(AgeHeader.nonceBytes - nonce.count)
            nonce += piece
            rest = rest.dropFirst(piece.count)
            guard nonce.count == AgeHeader.nonceBytes else { return }
            chunks = AgeChunks(fileKey: fileKey, nonce: nonce)
        }
        while !rest.isEmpty {
            guard !isComplete else { throw malformed(.trailing) }
            let piece = rest.prefix(AgeChunks.sealedBytes - held.count)
            rest = rest.dropFirst(piece.count)
            if held.isEmpty, piece.count == AgeChunks.sealedBytes {
                try open(UnsafeRawBufferPointer(rebasing: piece), into: &output)
                continue
            }
            held.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece))
            if held.count == AgeChunks.sealedBytes {
                let sealed = held
                held.removeAll(keepingCapacity: true)
                try sealed.span.withUnsafeBytes { sealed throws(AgeError) in
                    try open(sealed, into: &output)
                }
            }
        }
    }

    /// A chunk of full length is one of many, or the last that happens to be full.
    private mutating func open(
        _ sealed: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(AgeError) {
        if chunks?.open(sealed, isLast: false, into: &output) == true { return }
        guard chunks?.open(sealed, isLast: true, into: &output) == true else {
            throw malformed(.authentication)
        }
        isComplete = true
    }

    /// The file has ended: appends what the last chunk holds.
    mutating func finish(into output: inout [UInt8]) throws(AgeError) {
        guard !isComplete else { return }
        guard let number = chunks?.number, !held.isEmpty else { throw malformed(.truncated) }
        let isEmptyFinal = number > 0 && held.count == ChaCha20Poly1305.tagBytes
        guard !isEmptyFinal else { throw malformed(.emptyFinal) }
        let isOpen = held.withUnsafeBytes {
            chunks?.open($0, isLast: true, into: &output)
        }
        guard isOpen == true else { throw malformed(.authentication) }
        isComplete = true
    }

    /// Whether the nonce, which counts as the header's end, has come.
    var hasNonce: Bool { chunks != nil }

    private func malformed(_ defect: AgeError.PayloadDefect) -> AgeError {
        .malformedPayload(chunk: Int(clamping: chunks?.number ?? 0), defect)
    }
}
