// The name of a key that signs notes.

/// A key's name as a note carries it: UTF-8, not empty, without spaces of Unicode, plus signs and
/// control characters. Equal where its bytes are: equivalent spellings are different names.
public struct KeyName: Hashable, Sendable {
    /// The UTF-8 of the name.
    public let bytes: [UInt8]

    /// - Throws: `invalidKeyName`.
    public init(_ bytes: some Collection<UInt8>) throws(NoteError) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.isEmpty,
            !text.unicodeScalars.contains(where: { Self.isForbidden($0) })
        else { throw .invalidKeyName(String(decoding: bytes, as: UTF8.self)) }
        self.bytes = Array(bytes)
    }

    /// - Throws: `invalidKeyName`.
    public init(_ text: String) throws(NoteError) {
        try self.init(text.utf8)
    }

    /// The control characters, the plus and Unicode's White_Space, written out so that a name does
    /// not depend on the version of Unicode.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x2b, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
            0x3000:
            true
        default: false
        }
    }
}

extension KeyName: CustomStringConvertible {
    /// The name.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
