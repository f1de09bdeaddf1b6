// How a parameter is spelled: what is documented is what is enforced, because both come from here.
import Bytes
import Documents

/// The spelling of a parameter.
enum Syntax: Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    case digest
    /// An address with a right checksum.
    case address
    /// A decimal without sign and leading zeros.
    case integer(ClosedRange<Int>)
    /// A height or a hash.
    case place
    /// A tile's path behind `tile/` (c2sp.org/tlog-tiles).
    case tile

    /// The value of `text`.
    /// - Throws: 400.
    func value(_ text: String, of name: String) throws(ServiceError) -> ParameterValue {
        switch self {
        case .digest:
            if let digest = Digest256(hexadecimal: text) { return .digest(digest) }
        case .address:
            do {
                return .address(try Address(text: text))
            } catch {
                throw ServiceError(error)
            }
        case .integer(let range):
            if let number = Self.decimal(text), range.contains(number) { return .integer(number) }
        case .place:
            if let digest = Digest256(hexadecimal: text) { return .digest(digest) }
            if let height = Self.decimal(text), Self.heights.contains(height) {
                return .integer(height)
            }
        case .tile:
            if TileName.isTile(text) { return .text(text) }
        }
        throw ServiceError(
            400, "invalid-parameter", "'\(name)' must be \(expectation)",
            ["expected": expectation, "parameter": name])
    }

    /// Heights of blocks and stacks.
    static let heights = 0...Limits.blocks - 1
    /// Places in the log.
    static let positions = 0...Limits.logDocuments

    private var expectation: String {
        switch self {
        case .digest: "64 lower-case hexadecimal digits"
        case .address: "an address"
        case .integer(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .place: "a height or 64 lower-case hexadecimal digits"
        case .tile: "a tile's path, as 0/000"
        }
    }

    /// A decimal of at most 15 digits without sign and leading zeros.
    static func decimal(_ text: String) -> Int? {
        let digits = text.utf8
        guard (1...15).contains(digits.count),
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30
        else { return nil }
        return Int(text)
    }

    /// JSON Schema (2020-12).
    var schema: JSONTree {
        switch self {
        case .digest: ["type": "string", "pattern": .text(Pattern.digest)]
        case .address:
            [
                "type": "string", "pattern": .text(Pattern.address), "format": "wallet-address",
                "minLength": 34, "maxLength": 34,
            ]
        case .integer(let range):
            [
                "type": "integer", "minimum": .integer(range.lowerBound),
                "maximum": .integer(range.upperBound),
            ]
        case .place: ["type": "string", "pattern": .text(Pattern.place)]
        case .tile: ["type": "string", "pattern": .text(Pattern.tile)]
        }
    }
}

/// A parameter that has been read.
enum ParameterValue: Sendable {
    case digest(Digest256)
    case address(Address)
    case integer(Int)
    case text(String)
}

/// Regular expressions of the schemas (ECMA 262).
enum Pattern {
    static let digest = "^[0-9a-f]{64}$"
    static let address = "^w[1-9A-HJ-NP-Za-km-z]{33}$"
    static let place = "^(?:0|[1-9][0-9]{0,7}|[0-9a-f]{64})$"
    static let tile =
        "^(?:[0-9]|[1-5][0-9]|6[0-3]|entries)/"
        + "(?:x(?:[1-9][0-9]{2}|0[1-9][0-9]|00[1-9])/(?:x[0-9]{3}/){0,4})?"
        + "[0-9]{3}(?:\\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$"
    static let typedAmount = "^(?:0|[1-9][0-9]{0,19})(?:\\.[0-9]{1,18})?$"
    private static let positive =
        "(?:[1-9][0-9]{0,19}(?:\\.[0-9]{0,17}[1-9])?|0\\.[0-9]{0,17}[1-9])"
    /// 0 or more.
    static let amount = "^(?:0|\(positive))$"
    /// 0 or less.
    static let debt = "^(?:0|-\(positive))$"
    /// Less than 0.
    static let credit = "^-\(positive)$"
    /// All of them.
    static let signedAmount = "^(?:0|-?\(positive))$"
    static let pointer = "^[0-9a-f]{64}::(?:[0-9]|[1-9][0-9]{1,2})$"
    /// A time of the calendar: days that no month has are none.
    static let time =
        "^(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
        + "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|(?:\(leapYear))-02-29)"
        + "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$"
    private static let leapYear =
        "[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00"
}
