// Headers as other programs write them: hexadecimal digits, or the JSON of services.
import Bytes
import Documents

extension BlockHeader {
    /// The header of an object of HeaderSV, of the block headers service, of a node, or of our own
    /// reports; nil where it is none. Where the object tells the hash, it must be the header's.
    public init?(foreign object: ForeignJSON) {
        let fields = object["header"] ?? object
        if let text = fields.string ?? fields["raw"]?.string,
            let bytes = Hexadecimal.decode(text.lowercased()), let header = try? Self(bytes)
        {
            self = header
            return
        }
        guard let version = fields["version"]?.integer,
            let root = Self.digest(fields, ["merkleRoot"]),
            let time = Self.number(fields, ["creationTimestamp", "time", "timestamp"]),
            let bits = Self.bits(fields), let nonce = Self.number(fields, ["nonce"])
        else { return nil }
        // A node leaves it out of the first header of all.
        let previous =
            Self.digest(fields, ["prevBlockHash", "previousblockhash"]) ?? Self.noPrevious
        self.init(
            version: Int32(truncatingIfNeeded: version), previous: previous, merkleRoot: root,
            time: time, bits: bits, nonce: nonce)
        if let told = Self.digest(fields, ["hash"]), told != hash { return nil }
    }

    private static func digest(_ object: ForeignJSON, _ names: [String]) -> Digest256? {
        for name in names {
            if let text = object[name]?.string {
                return Digest256(displayed: text.lowercased())
            }
        }
        return nil
    }

    private static func number(_ object: ForeignJSON, _ names: [String]) -> UInt32? {
        for name in names {
            if let value = object[name]?.integer { return UInt32(exactly: value) }
        }
        return nil
    }

    private static func bits(_ object: ForeignJSON) -> UInt32? {
        if let bits = number(object, ["difficultyTarget", "bits"]) { return bits }
        return (object["bits"] ?? object["difficultyTarget"])?.string.flatMap {
            UInt32($0, radix: 16)
        }
    }

    /// The headers of a line: 160 hexadecimal digits for each, or JSON: an object or a string a
    /// header, or an array of them.
    /// - Throws: `HeaderError.malformedText`.
    public static func read(line: [UInt8], number: Int) throws(HeaderError) -> [BlockHeader] {
        let first = line.first { $0 > 0x20 }
        guard
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "\"")
        else {
            let digits = line.filter { $0 > 0x20 }.map {
                (0x41...0x46).contains($0) ? $0 | 0x20 : $0
            }
            guard digits.count % (2 * byteCount) == 0, let bytes = Hexadecimal.decode(digits) else {
                throw .malformedText(
                    line: number, reason: "no header has such hexadecimal digits")
            }
            var reader = ByteReader<HeaderError>(bytes[...])
            var headers: [BlockHeader] = []
            while !reader.rest.isEmpty { headers.append(try BlockHeader(&reader)) }
            return headers
        }
        let value: ForeignJSON
        do throws(JSONError) { value = try ForeignJSON(line) } catch {
            throw .malformedText(line: number, reason: error.reason)
        }
        var headers: [BlockHeader] = []
        for element in value.elements ?? [value] {
            guard let header = BlockHeader(foreign: element) else {
                throw .malformedText(line: number, reason: "this is no header, or not of its hash")
            }
            headers.append(header)
        }
        return headers
    }
}

/// Headers of a file that comes in pieces: 80 bytes each, or lines of text.
public struct HeaderStream: Sendable {
    private enum Form {
        case unknown
        case binary
        case text
    }

    private var form = Form.unknown
    private var pending: [UInt8] = []
    private var line = 0
    /// What is wrong with what came after the headers that were given: nothing more is read then.
    public private(set) var failure: HeaderError?

    /// Nothing has come yet.
    public init() {}

    /// Takes a piece, and gives the headers that are whole: 80 bytes each.
    public mutating func take(_ piece: [UInt8], isLast: Bool) -> [UInt8] {
        guard failure == nil else { return [] }
        pending += piece
        if form == .unknown {
            guard pending.count >= 4 || isLast else { return [] }
            // The first bytes of a version are no printable letters: a text begins with four.
            let isText = pending.prefix(4).allSatisfy { $0 >= 0x20 || $0 == 0x0a || $0 == 0x0d }
            form = isText && !pending.isEmpty ? .text : .binary
        }
        return form == .text ? text(isLast) : binary(isLast)
    }

    private mutating func binary(_ isLast: Bool) -> [UInt8] {
        let count = pending.count / BlockHeader.byteCount * BlockHeader.byteCount
        if isLast, count != pending.count { failure = .truncated(offset: pending.count) }
        let whole = Array(pending[..<count])
        pending.removeFirst(count)
        return whole
    }

    private mutating func text(_ isLast: Bool) -> [UInt8] {
        var headers: [UInt8] = []
        var start = 0
        while failure == nil, let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) {
            append(pending[start..<end], to: &headers)
            start = end + 1
        }
        pending.removeFirst(start)
        if isLast {
            append(pending[...], to: &headers)
            pending = []
        } else if failure == nil, pending.count > Limits.headerLineBytes {
            failure = .tooLarge(
                what: "line", limit: Limits.headerLineBytes, got: UInt64(pending.count))
        }
        return headers
    }

    private mutating func append(_ text: ArraySlice<UInt8>, to headers: inout [UInt8]) {
        line += 1
        guard failure == nil, text.contains(where: { $0 > 0x20 }) else { return }
        do throws(HeaderError) {
            for header in try BlockHeader.read(line: Array(text), number: line) {
                headers += header.bytes
            }
        } catch { failure = error }
    }
}
