// Somebody whose key this wallet holds, and what he may pay.
import Bytes
import Cryptography
import Documents

/// A custodial user: an own address of this wallet, a token, and an allowance a unit.
///
/// Kept in the syntax of the configuration, one file a user:
///
/// ```
/// [user]
///     name = bob
///     address = wYo64qc65hnTag7m7P5kL8DiSxS4Dc1nM5
///     scheme = ecdsa-secp256k1
///     index = 1
///     token = <SHA-256 of the token>
/// [allowance "wSWNkrgS65q8cHdAhSiS4ucpicVgWkTph8"]
///     daily = 25
/// ```
public struct User: Sendable, Hashable {
    /// What the user is called.
    public let name: String
    /// The user's address.
    public let address: Address
    /// How the user's key signs.
    let scheme: SignatureScheme
    /// The number of the user's key among those of the seed.
    let index: Int
    /// What the user may pay a day, by symbol; nothing in any other unit.
    public internal(set) var allowances: [Allowance]
    /// SHA-256 of the token; nil where there is none any more.
    var tokenDigest: Digest256?

    /// What may be paid a day of UTC in one unit.
    public struct Allowance: Sendable, Hashable {
        /// The unit.
        public let symbol: Address
        /// How much, above 0; nil for no bound.
        public let daily: Amount?
    }

    /// What stands for no bound.
    static let unlimited = "unlimited"

    /// Whether a text is this user's token. What is compared are hashes, so that its duration tells
    /// nothing that could be used to guess; in constant time all the same.
    func isOpened(by token: String) -> Bool {
        guard let tokenDigest else { return false }
        return ConstantTime.equal(tokenDigest.bytes, Hash.sha256(Array(token.utf8)).bytes)
    }

    /// The allowance in a unit; nil where nothing may be paid.
    func allowance(_ symbol: Address) -> Allowance? {
        allowances.first { $0.symbol == symbol }
    }

    /// Sets what may be paid a day; nothing with an amount of 0.
    mutating func allow(_ allowance: Allowance) {
        allowances.removeAll { $0.symbol == allowance.symbol }
        guard allowance.daily != .zero else { return }
        allowances.append(allowance)
        allowances.sort { $0.symbol < $1.symbol }
    }
}

// MARK: - The file

extension User {
    /// Reads a user.
    /// - Throws: `ConfigurationError.invalidValue` with the line.
    init(_ file: ConfigurationFile) throws(ConfigurationError) {
        let reader = UserReader(file)
        let user = ConfigurationSection(folded: "user", subsection: nil)
        name = try reader.value(user, "name", "a name") { $0 }
        address = try reader.value(user, "address", "an address") { try? Address(text: $0) }
        scheme = try reader.value(user, "scheme", "a scheme") { SignatureScheme(rawValue: $0) }
        index = try reader.value(user, "index", "a whole number") { text in
            Int(text).flatMap { (0..<SeedKeys.indexEnd).contains($0) ? $0 : nil }
        }
        let token = ConfigurationKey(section: user, folded: "token")
        if reader.entries[token] == nil {
            tokenDigest = nil
        } else {
            tokenDigest = try reader.value(user, "token", "64 hexadecimal digits") {
                Digest256(hexadecimal: $0)
            }
        }
        allowances = []
        for key in reader.entries.keys where key.section.name == "allowance" {
            let expected = "the amount of a unit, or \(Self.unlimited)"
            allowances.append(
                try reader.value(key.section, "daily", expected) {
                    Allowance(key.section.subsection ?? "", $0)
                })
        }
        allowances.sort { $0.symbol < $1.symbol }
    }

    /// The file's bytes.
    func contents(path: String) throws(ConfigurationError) -> [UInt8] {
        var file = try ConfigurationFile([], path: path)
        let user = ConfigurationSection(folded: "user", subsection: nil)
        func set(_ name: String, _ value: String) throws(ConfigurationError) {
            try file.set(ConfigurationKey(section: user, folded: name), to: value)
        }
        try set("name", name)
        try set("address", address.text)
        try set("scheme", scheme.rawValue)
        try set("index", String(index))
        if let tokenDigest { try set("token", tokenDigest.hexadecimal) }
        for allowance in allowances {
            let section = ConfigurationSection(
                folded: "allowance", subsection: allowance.symbol.text)
            try file.set(
                ConfigurationKey(section: section, folded: "daily"),
                to: allowance.daily?.text ?? Self.unlimited)
        }
        return file.bytes
    }
}

extension User.Allowance {
    /// An allowance as it is kept; nil for what is none.
    fileprivate init?(_ symbol: String, _ daily: String) {
        guard let symbol = try? Address(text: symbol) else { return nil }
        if daily == User.unlimited {
            self.init(symbol: symbol, daily: nil)
            return
        }
        guard let daily = try? Amount(Array(daily.utf8)), daily > .zero else { return nil }
        self.init(symbol: symbol, daily: daily)
    }
}

/// The values of a user's file.
private struct UserReader {
    let path: String
    let entries: [ConfigurationKey: ConfigurationEntry]

    init(_ file: ConfigurationFile) {
        path = file.path
        entries = Dictionary(file.entries.map { ($0.key, $0) }) { _, last in last }
    }

    /// - Throws: `ConfigurationError.invalidValue` with the line.
    func value<Value>(
        _ section: ConfigurationSection, _ name: String, _ expected: String,
        _ convert: (String) -> Value?
    ) throws(ConfigurationError) -> Value {
        let key = ConfigurationKey(section: section, folded: name)
        let entry = entries[key]
        if let value = entry?.value.flatMap(convert) { return value }
        throw .invalidValue(
            key: key, value: entry?.value, expected: expected,
            origin: .file(path: path, line: entry?.line ?? 1))
    }
}
