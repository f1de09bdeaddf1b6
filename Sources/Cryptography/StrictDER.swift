// The strict reading of an ECDSA signature: one spelling each, or none.

/// DER signatures as BIP66 takes them (without the byte of the signature hash type):
/// 30 length 02 length R 02 length S, with the shortest positive R and S and nothing around them.
enum StrictDER {
    /// The shortest: two numbers of one byte.
    private static let minimumBytes = 8
    /// The longest: two numbers of 33 bytes.
    private static let maximumBytes = 72
    private static let numberBytes = 32

    /// Writes R and S, 32 bytes each, big-endian, to the 64 bytes of `compact`; false where the
    /// signature breaks a rule. That R and S are below the order is for the caller to see.
    static func decode(
        _ signature: UnsafeRawBufferPointer, into compact: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard
            (minimumBytes...maximumBytes).contains(signature.count),
            signature[0] == 0x30, Int(signature[1]) == signature.count - 2
        else { return false }
        var offset = 2
        for number in 0..<2 {
            let output = UnsafeMutableRawBufferPointer(
                rebasing: compact[(number * numberBytes)..<((number + 1) * numberBytes)])
            guard let next = decodeNumber(signature, at: offset, into: output) else { return false }
            offset = next
        }
        return offset == signature.count
    }

    /// Reads one positive integer; returns the offset after it.
    private static func decodeNumber(
        _ signature: UnsafeRawBufferPointer, at offset: Int,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard offset + 2 < signature.count, signature[offset] == 0x02 else { return nil }
        let count = Int(signature[offset + 1])
        var start = offset + 2
        let end = start + count
        guard count > 0, end <= signature.count else { return nil }
        // The first bit is the sign; a zero byte in front is right only to keep it off.
        guard signature[start] & 0x80 == 0 else { return nil }
        if signature[start] == 0 && count > 1 {
            guard signature[start + 1] & 0x80 != 0 else { return nil }
            start += 1
        }
        let padding = numberBytes - (end - start)
        guard padding >= 0 else { return nil }
        for index in 0..<padding { output[index] = 0 }
        for index in start..<end { output[padding + index - start] = signature[index] }
        return end
    }
}
