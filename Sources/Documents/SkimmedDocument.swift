// What sealing needs of a line of the log, without a tree of all that stands in it.
import Bytes
import Cryptography
import Glibc

/// The identity of a document and of the instructions that its data names. The hash is computed
/// from the data, so a line that was skimmed wrongly does not pass.
///
/// *Measured:* a fifth of the time of `Envelope` and `check()`, most of it the hash.
public struct SkimmedDocument: Sendable {
    /// The identity.
    public let hash: Digest256
    /// The hashes of a transaction's instructions, in their order.
    public let inputs: [Digest256]
    /// Whether it is a stack.
    public let isStack: Bool

    private static let begin = Array(#"{"data":{"#.utf8)
    private static let seam = Array(
        #"},"hash":{"steps":"stringify:data","types":"sha256:sha256","value":""#.utf8)
    private static let inputsName = Array(#","inputs":[{"hash":""#.utf8)
    private static let inputSeam = Array(#""},{"hash":""#.utf8)
    private static let inputsEnd = Array(#""}]"#.utf8)
    private static let stackEnd = Array(#","kind":"stack"}"#.utf8)

    /// Skims a line in the form that documents are written in; nil for any other, and where the
    /// hash is not that of the data: `Envelope` says what is wrong.
    public init?(line: [UInt8]) {
        let found = line.withUnsafeBytes { bytes -> (Digest256, Range<Int>)? in
            guard Self.stands(Self.begin, in: bytes, at: 0),
                let seam = Self.find(Self.seam, in: bytes, from: Self.begin.count)
            else { return nil }
            let value = seam + Self.seam.count
            // The data is the object from its bracket to the one that the seam begins with.
            let data = Self.begin.count - 1..<seam + 1
            guard value + 64 <= bytes.count,
                (Limits.documentDataMinimumBytes...Limits.documentDataMaximumBytes)
                    .contains(data.count),
                let stated = Self.digest(bytes, at: value),
                Hash.sha256d(UnsafeRawBufferPointer(rebasing: bytes[data])) == stated
            else { return nil }
            return (stated, data)
        }
        guard let (hash, data) = found else { return nil }
        self.hash = hash
        isStack = line[data].suffix(Self.stackEnd.count).elementsEqual(Self.stackEnd)
        guard let inputs = Self.inputs(line, data) else { return nil }
        self.inputs = inputs
    }

    /// The hashes of `"inputs":[{"hash":"…"},…]`; empty where there is no such member.
    private static func inputs(_ line: [UInt8], _ data: Range<Int>) -> [Digest256]? {
        line.withUnsafeBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[data])
            guard let begin = find(inputsName, in: bytes, from: 0) else { return [] }
            var inputs: [Digest256] = []
            var offset = begin + inputsName.count
            while offset + 64 <= bytes.count,
                let hash = digest(bytes, at: offset)
            {
                inputs.append(hash)
                offset += 64
                guard stands(inputSeam, in: bytes, at: offset) else {
                    return stands(inputsEnd, in: bytes, at: offset) ? inputs : nil
                }
                offset += inputSeam.count
            }
            return nil
        }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Digest256? {
        Digest256(hexadecimal: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 64]))
    }

    /// Whether `pattern` stands at `offset`.
    private static func stands(
        _ pattern: [UInt8], in bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> Bool {
        guard let base = bytes.baseAddress, offset + pattern.count <= bytes.count else {
            return false
        }
        return pattern.withUnsafeBytes { pattern in
            pattern.baseAddress.map { memcmp(base + offset, $0, pattern.count) == 0 } ?? true
        }
    }

    /// The first place of `pattern` in `bytes`, from `start` on.
    private static func find(
        _ pattern: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        let last = bytes.count - pattern.count
        var offset = start
        while offset <= last {
            if bytes[offset] == pattern[0], bytes[offset + 1] == pattern[1],
                stands(pattern, in: bytes, at: offset)
            {
                return offset
            }
            offset += 1
        }
        return nil
    }
}
