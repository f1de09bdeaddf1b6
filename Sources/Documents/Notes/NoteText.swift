// What all these formats share: lines, decimals, hashes, one spelling each.

import Bytes

/// Pieces of text formats that are strict to the byte.
enum NoteText {
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let plus = UInt8(ascii: "+")

    /// - Throws: `tooLong`, `notUTF8`, `controlCharacter`, `unterminated`.
    static func check(
        _ bytes: ArraySlice<UInt8>, _ what: String, limit: Int
    ) throws(NoteError) {
        guard bytes.count <= limit else {
            throw .tooLong(what: what, bytes: bytes.count, limit: limit)
        }
        for index in bytes.indices where bytes[index] < 0x20 && bytes[index] != newline {
            throw .controlCharacter(bytes[index], offset: index)
        }
        if let offset = invalidUTF8(bytes) { throw .notUTF8(offset: offset) }
        guard bytes.last == newline else { throw .unterminated(what: what) }
    }

    /// Where bytes begin that are not UTF-8; nil where all are.
    private static func invalidUTF8(_ bytes: ArraySlice<UInt8>) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return bytes.startIndex + error.byteOffsets.lowerBound
        }
    }

    /// A decimal without sign and leading zeros, at most `limit`; nil for anything else.
    static func decimal(_ text: ArraySlice<UInt8>, limit: Int) -> Int? {
        guard let first = text.first, first != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var value = 0
        for character in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character) else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(Int(character & 15))
            guard !isTooLarge, !overflows, sum <= limit else { return nil }
            value = sum
        }
        return value
    }

    /// A hash of 32 bytes in base64; nil for anything else.
    static func digest(_ text: ArraySlice<UInt8>) -> Digest256? {
        guard text.count == 44 else { return nil }
        return Base64.decode(text).flatMap { Digest256($0) }
    }

    /// What follows `word` and a space; nil where the line begins otherwise.
    static func value(of word: StaticString, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let head = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        let rest = line.dropFirst(head.count)
        guard line.starts(with: head), rest.first == space else { return nil }
        return rest.dropFirst()
    }

    /// A word and its value as a line.
    static func line(_ word: String, _ value: String) -> [UInt8] {
        Array("\(word) \(value)\n".utf8)
    }

    /// Hashes as lines of base64.
    static func lines(_ hashes: [Digest256]) -> [UInt8] {
        var bytes: [UInt8] = []
        for hash in hashes {
            bytes += Base64.encodedBytes(hash.bytes)
            bytes.append(newline)
        }
        return bytes
    }
}

/// Lines one after the other, each without its newline, and their numbers.
struct NoteLines {
    /// What has not been read yet.
    private(set) var rest: ArraySlice<UInt8>
    /// The number of the line that was asked for last, whether it is there or not.
    private(set) var number: Int

    init(_ bytes: ArraySlice<UInt8>, after number: Int = 0) {
        rest = bytes
        self.number = number
    }

    /// The next line; nil at the end, or where what is left has no newline.
    mutating func next() -> ArraySlice<UInt8>? {
        number += 1
        guard let end = rest.firstIndex(of: NoteText.newline) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        return line
    }

    /// The hashes up to the empty line, which is read too.
    /// - Throws: `tooMany`, `malformedLine`.
    mutating func hashes(of what: String) throws(NoteError) -> [Digest256] {
        var hashes: [Digest256] = []
        while let line = next() {
            if line.isEmpty { return hashes }
            guard hashes.count < Limits.treeLevels else {
                throw .tooMany(what: "hashes", limit: Limits.treeLevels)
            }
            guard let hash = NoteText.digest(line) else {
                throw .malformedLine(
                    what: what, line: number, expected: "a hash of 32 bytes in base64")
            }
            hashes.append(hash)
        }
        throw .malformedLine(what: what, line: number, expected: "a blank line")
    }
}

extension UInt32 {
    /// Four bytes, the most significant first.
    var bigEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(24 - 8 * $0)) }
    }

    /// The number of the first four of `bytes`, the most significant first.
    init(bigEndian bytes: ArraySlice<UInt8>) {
        self = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
