// Reading the bodies of control frames: canonical JSON, no member unknown, everything in bounds.
import Bytes
import Documents

/// An object whose members' names are known; every other name is refused.
struct ControlReader {
    private let object: JSONValue
    private let what: StaticString

    init(_ object: JSONValue, _ what: StaticString, _ names: [StaticString]) throws(SyncError) {
        guard object.kind == .object else {
            throw SyncError(.malformedMessage, "\(what) must be an object")
        }
        if let stranger = object.stranger(to: names) {
            throw SyncError(
                .malformedMessage, "\(what) has an unknown member at byte \(stranger.offset)")
        }
        self.object = object
        self.what = what
    }

    /// A frame's whole body.
    init(
        _ body: some Collection<UInt8>, _ what: StaticString, _ names: [StaticString]
    ) throws(SyncError) {
        guard body.count <= SyncLimits.controlBytes else {
            throw SyncError(
                .limitExceeded,
                "\(what) of \(body.count) bytes, \(SyncLimits.controlBytes) are allowed"
            )
        }
        let text: JSONText
        do {
            text = try JSONText(Array(body))
        } catch {
            throw SyncError(
                .malformedMessage, "\(what): \(error.reason), at byte \(error.offset)")
        }
        if let offset = text.root.departure {
            throw SyncError(.malformedMessage, "\(what) is not canonical at byte \(offset)")
        }
        guard text.root.bytes.count == body.count else {
            throw SyncError(.malformedMessage, "blanks around \(what)")
        }
        try self.init(text.root, what, names)
    }

    func has(_ name: StaticString) -> Bool { object[name] != nil }

    private func failure(_ name: StaticString, _ reason: String) -> SyncError {
        SyncError(.malformedMessage, "'\(name)' of \(what) \(reason)")
    }

    private func required(_ name: StaticString) throws(SyncError) -> JSONValue {
        guard let value = object[name] else { throw failure(name, "is missing") }
        return value
    }

    func object(
        _ name: StaticString, _ names: [StaticString]
    ) throws(SyncError) -> ControlReader {
        try ControlReader(try required(name), name, names)
    }

    func objects(
        _ name: StaticString, _ limit: Int, _ names: [StaticString]
    ) throws(SyncError) -> [ControlReader] {
        var readers: [ControlReader] = []
        for value in try elements(name, 0...limit) {
            readers.append(try ControlReader(value, name, names))
        }
        return readers
    }

    func elements(
        _ name: StaticString, _ count: ClosedRange<Int>
    ) throws(SyncError) -> [JSONValue] {
        guard let elements = try required(name).elements else {
            throw failure(name, "must be an array")
        }
        guard count.contains(elements.count) else {
            throw SyncError(
                .limitExceeded,
                "'\(name)' of \(what) has \(elements.count) elements, \(count.lowerBound) to "
                    + "\(count.upperBound) are allowed")
        }
        return elements
    }

    func integer(_ name: StaticString, _ range: ClosedRange<Int>) throws(SyncError) -> Int {
        guard let value = try required(name).integer, range.contains(value) else {
            throw failure(
                name, "must be an integer of \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func boolean(_ name: StaticString) throws(SyncError) -> Bool {
        let value = try required(name)
        if value.kind == .literal, value.bytes.elementsEqual("true".utf8) { return true }
        if value.kind == .literal, value.bytes.elementsEqual("false".utf8) { return false }
        throw failure(name, "must be true or false")
    }

    func digest(_ name: StaticString) throws(SyncError) -> Digest256 {
        guard let text = try required(name).plainString, let digest = Digest256(hexadecimal: text)
        else { throw failure(name, "must be 64 lower-case hexadecimal digits") }
        return digest
    }

    func hexadecimal(
        _ name: StaticString, _ bytes: ClosedRange<Int>
    ) throws(SyncError) -> [UInt8] {
        guard let text = try required(name).plainString, bytes.contains(text.count / 2),
            let decoded = Hexadecimal.decode(text)
        else {
            throw failure(
                name, "must be \(bytes.lowerBound) to \(bytes.upperBound) bytes in hexadecimal")
        }
        return decoded
    }

    func timestamp(_ name: StaticString) throws(SyncError) -> Timestamp {
        guard let text = try required(name).plainString, let time = Timestamp(text) else {
            throw failure(name, "must be a time as 2030-01-01T00:00:00.000Z")
        }
        return time
    }

    func address(_ name: StaticString) throws(SyncError) -> Address {
        guard let text = try required(name).plainString, text.count == Address.textBytes,
            let address = try? Address(text)
        else { throw failure(name, "must be an address") }
        return address
    }

    /// A text without control characters: it may be shown.
    func text(_ name: StaticString, _ bytes: ClosedRange<Int>) throws(SyncError) -> String {
        guard let text = try required(name).string, bytes.contains(text.utf8.count),
            !text.unicodeScalars.contains(where: \.isControl)
        else {
            throw failure(
                name,
                "must be a text of \(bytes.lowerBound) to \(bytes.upperBound) bytes without "
                    + "control characters")
        }
        return text
    }

    /// Lower-case letters, digits and hyphens.
    func code(_ name: StaticString) throws(SyncError) -> String {
        let text = try text(name, 1...SyncLimits.nameBytes)
        guard text.utf8.allSatisfy(\.isCodeByte) else {
            throw failure(name, "must be lower-case letters, digits and hyphens")
        }
        return text
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1: what a terminal might obey.
    fileprivate var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}

extension UInt8 {
    fileprivate var isCodeByte: Bool {
        (0x61...0x7a).contains(self) || (0x30...0x39).contains(self) || self == 0x2d
    }
}

extension CanonicalWriter {
    mutating func member(_ name: StaticString, _ digest: Digest256) {
        self.name(name)
        plain(Hexadecimal.encodedBytes(digest.bytes))
    }

    mutating func member(_ name: StaticString, hexadecimal bytes: [UInt8]) {
        self.name(name)
        plain(Hexadecimal.encodedBytes(bytes))
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    mutating func member(_ name: StaticString, _ address: Address) {
        self.name(name)
        plain(address.textBytes)
    }

    mutating func member(_ name: StaticString, _ time: Timestamp) {
        self.name(name)
        plain(time.text.utf8)
    }

    /// A text that `ControlReader.text` reads: shortened, and without control characters.
    mutating func member(_ name: StaticString, _ text: String, limit: Int) {
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            let shown = scalar.isControl ? " " : scalar
            count += UTF8.width(shown)
            guard count <= limit else { break }
            scalars.append(shown)
        }
        self.name(name)
        string(String(scalars))
    }

    /// A code that `ControlReader.code` reads; `other` where `text` is none.
    mutating func member(_ name: StaticString, code text: String) {
        let isCode =
            (1...SyncLimits.nameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy(\.isCodeByte)
        self.name(name)
        string(isCode ? text : "other")
    }
}
