// Reading the members of an object, with the reason and the byte offset of everything that is not
// as it must be.
import Bytes

/// An object whose members' names are known; every other name is refused.
struct MemberReader {
    let object: JSONValue
    private let what: StaticString

    /// - Throws: `malformed-document` where `object` is none or has a member that is not in
    ///   `names`.
    init(_ object: JSONValue, _ what: StaticString, _ names: [StaticString]) throws(Refusal) {
        guard object.kind == .object else {
            throw Refusal.malformed("\(what) must be an object", at: object.offset)
        }
        if let stranger = object.stranger(to: names) {
            throw Refusal.malformed(
                "unknown member '\(stranger.name)' of \(what)", at: stranger.offset)
        }
        self.object = object
        self.what = what
    }

    func failure(_ name: StaticString, _ reason: String) -> Refusal {
        Refusal.malformed("'\(name)' \(reason)", at: (object[name] ?? object).offset)
    }

    private func required(_ name: StaticString) throws(Refusal) -> JSONValue {
        guard let value = object[name] else { throw failure(name, "is missing from \(what)") }
        return value
    }

    func object(_ name: StaticString) throws(Refusal) -> JSONValue {
        let value = try required(name)
        guard value.kind == .object else { throw failure(name, "must be an object") }
        return value
    }

    func array(_ name: StaticString, _ count: ClosedRange<Int>) throws(Refusal) -> [JSONValue] {
        guard let elements = try required(name).elements else {
            throw failure(name, "must be an array")
        }
        guard count.contains(elements.count) else {
            throw failure(
                name,
                "has \(elements.count) elements, \(count.lowerBound) to "
                    + "\(count.upperBound) are allowed")
        }
        return elements
    }

    /// A string of `bytes` bytes of UTF-8.
    func string(_ name: StaticString, _ bytes: ClosedRange<Int>) throws(Refusal) -> String {
        guard let text = try required(name).string else { throw failure(name, "must be a string") }
        guard bytes.contains(text.utf8.count) else {
            throw failure(
                name,
                "has \(text.utf8.count) bytes, \(bytes.lowerBound) to \(bytes.upperBound) "
                    + "are allowed")
        }
        return text
    }

    func optionalString(
        _ name: StaticString, _ bytes: ClosedRange<Int>
    ) throws(Refusal) -> String? {
        object[name] == nil ? nil : try string(name, bytes)
    }

    func constant(_ name: StaticString, _ expected: StaticString) throws(Refusal) {
        let value = try required(name)
        guard let text = value.plainString,
            text.elementsEqual(
                UnsafeBufferPointer(
                    start: expected.utf8Start, count: expected.utf8CodeUnitCount))
        else { throw failure(name, "must be '\(expected)'") }
    }

    func integer(_ name: StaticString, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
        guard let value = try required(name).integer else {
            throw failure(name, "must be an integer")
        }
        guard range.contains(value) else {
            throw failure(
                name, "is \(value), \(range.lowerBound) to \(range.upperBound) are allowed")
        }
        return value
    }

    func digest(_ name: StaticString) throws(Refusal) -> Digest256 {
        guard let text = try required(name).plainString, let digest = Digest256(hexadecimal: text)
        else { throw failure(name, "must be 64 lower-case hexadecimal digits") }
        return digest
    }

    func hexadecimal(
        _ name: StaticString, _ bytes: ClosedRange<Int>
    ) throws(Refusal) -> [UInt8] {
        guard let text = try required(name).plainString, bytes.contains(text.count / 2),
            let decoded = Hexadecimal.decode(text)
        else {
            throw failure(
                name,
                "must be \(bytes.lowerBound) to \(bytes.upperBound) bytes in lower-case "
                    + "hexadecimal")
        }
        return decoded
    }

    /// The text of an address; whether it is one is rule 4, after the hash.
    func addressText(_ name: StaticString) throws(Refusal) -> ArraySlice<UInt8> {
        guard let text = try required(name).plainString, (1...64).contains(text.count) else {
            throw failure(name, "must be an address")
        }
        return text
    }

    func amount(_ name: StaticString, _ form: Amount.Form) throws(Refusal) -> Amount {
        guard let text = try required(name).plainString else {
            throw failure(name, "must be a decimal in a string")
        }
        do {
            return try Amount(text, form)
        } catch {
            switch error {
            case .notDecimal: throw failure(name, "is no decimal")
            case .notCanonical: throw failure(name, "is not in its shortest form")
            case .tooManyDecimals:
                throw failure(name, "has more than \(Limits.amountDecimals) decimals")
            case .tooLarge:
                throw Refusal(
                    .amountOverflow,
                    "'\(name)' has more than \(Limits.amountDigits - Limits.amountDecimals) "
                        + "digits before the point")
            }
        }
    }

    func bound(_ name: StaticString) throws(Refusal) -> Bound {
        guard let text = object[name]?.plainString, let bound = Bound(text) else {
            throw failure(name, "must be a limit")
        }
        return bound
    }

    func timestamp(_ name: StaticString) throws(Refusal) -> Timestamp {
        guard let text = try required(name).plainString, let time = Timestamp(text) else {
            throw failure(name, "must be a time as 2030-01-01T00:00:00.000Z")
        }
        return time
    }

    func optionalTimestamp(_ name: StaticString) throws(Refusal) -> Timestamp? {
        object[name] == nil ? nil : try timestamp(name)
    }
}
