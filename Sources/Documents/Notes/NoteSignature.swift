// One signature of a note.

import Bytes

/// `— <key name> <base64>`: who signed (the name, and a key id of four bytes), and the signature in
/// whatever form the key's type has (c2sp.org/signed-note, "Format").
public struct NoteSignature: Hashable, Sendable {
    /// The key's name.
    public let name: KeyName
    /// The first four bytes of the key's hash.
    public let keyID: UInt32
    /// What follows the key id: at least a byte.
    public let signature: [UInt8]

    /// Em dash (U+2014) and space.
    private static let prefix: [UInt8] = [0xe2, 0x80, 0x94, NoteText.space]

    /// A signature that was made.
    /// - Throws: `malformedSignature`, `tooLong`.
    public init(name: KeyName, keyID: UInt32, signature: [UInt8]) throws(NoteError) {
        guard !signature.isEmpty else { throw .malformedSignature(line: 1, .tooShort) }
        guard signature.count < Limits.noteBytes else {
            throw .tooLong(
                what: "the signature", bytes: signature.count, limit: Limits.noteBytes)
        }
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// The signature of key `name` whose key id and bytes are in `base64`, as a block document
    /// carries them.
    /// - Throws: `malformedSignature`, `tooLong`.
    public init(name: KeyName, base64: String) throws(NoteError) {
        try self.init(name: name, base64: Array(base64.utf8)[...], line: 1)
    }

    /// Reads a line, its newline left out.
    /// - Throws: `malformedSignature`, `tooLong`.
    public init(line: ArraySlice<UInt8>) throws(NoteError) {
        try self.init(line: line, number: 1)
    }

    init(line: ArraySlice<UInt8>, number: Int) throws(NoteError) {
        let fields = line.dropFirst(Self.prefix.count)
        guard line.starts(with: Self.prefix), let end = fields.firstIndex(of: NoteText.space)
        else { throw .malformedSignature(line: number, .shape) }
        guard let name = try? KeyName(fields[..<end]) else {
            throw .malformedSignature(line: number, .keyName)
        }
        try self.init(name: name, base64: fields[(end + 1)...], line: number)
    }

    private init(name: KeyName, base64: ArraySlice<UInt8>, line: Int) throws(NoteError) {
        guard base64.count <= Limits.noteBytes else {
            throw .tooLong(
                what: "the signature", bytes: base64.count, limit: Limits.noteBytes)
        }
        guard let bytes = Base64.decode(base64) else {
            throw .malformedSignature(line: line, .base64)
        }
        guard bytes.count > 4 else { throw .malformedSignature(line: line, .tooShort) }
        self.name = name
        keyID = UInt32(bigEndian: bytes[...])
        signature = Array(bytes[4...])
    }

    /// Reads lines of signatures, each with its newline: a witness's answer. At least one.
    /// - Throws: `tooLong`, `notUTF8`, `controlCharacter`, `unterminated`, `malformedSignature`,
    ///   `tooMany`.
    public static func lines(_ bytes: [UInt8]) throws(NoteError) -> [NoteSignature] {
        try NoteText.check(bytes[...], "the list of signatures", limit: Limits.noteBytes)
        return try lines(bytes[...], after: 0)
    }

    /// Lines whose bytes are checked; the first has the number after `number`.
    static func lines(
        _ bytes: ArraySlice<UInt8>, after number: Int
    ) throws(NoteError) -> [NoteSignature] {
        var signatures: [NoteSignature] = []
        var lines = NoteLines(bytes, after: number)
        while let line = lines.next() {
            guard signatures.count < Limits.noteSignatures else {
                throw .tooMany(what: "signatures", limit: Limits.noteSignatures)
            }
            signatures.append(try NoteSignature(line: line, number: lines.number))
        }
        return signatures
    }

    /// The key id and the signature in base64, as a block document carries them.
    public var base64: String { Base64.encode(keyID.bigEndianBytes + signature) }

    /// The line, with its newline.
    public var line: [UInt8] {
        Self.prefix + name.bytes + [NoteText.space] + Array(base64.utf8) + [NoteText.newline]
    }
}
