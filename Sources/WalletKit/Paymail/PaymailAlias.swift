// A name of our own, for others to pay to.
import Bytes
import Cryptography
import Documents
import Paymail

/// An alias of this wallet. Its domain is the server's.
public struct PaymailAlias: Sendable, Hashable {
    /// What stands before the at sign.
    public let alias: String
    /// Where IOUs go.
    public let address: Address
    /// The key that the alias is known by, compressed: of one of this wallet's addresses.
    public let publicKey: [UInt8]
    /// A name for people; empty for none.
    public let name: String
    /// Where a picture is; empty for none.
    public let avatar: String
    /// Since when.
    public let created: Timestamp

    /// The members of a row.
    public static let fields = ["alias", "address", "name", "avatar", "key", "created"]

    /// The alias as a row.
    public var row: ReportRow {
        ReportRow([
            "alias": .text(alias), "address": .text(address.text), "name": .text(name),
            "avatar": .text(avatar), "key": .text(Hexadecimal.encode(publicKey)),
            "created": .text(created.text),
        ])
    }

    var json: ForeignJSON {
        [
            "alias": .string(alias), "address": .string(address.text),
            "key": .string(Hexadecimal.encode(publicKey)), "name": .string(name),
            "avatar": .string(avatar), "created": .string(created.text),
        ]
    }

    init(
        alias: String, address: Address, publicKey: [UInt8], name: String, avatar: String,
        created: Timestamp
    ) {
        self.alias = alias
        self.address = address
        self.publicKey = publicKey
        self.name = name
        self.avatar = avatar
        self.created = created
    }

    /// Reads what `json` has written; nil for anything else.
    init?(_ bytes: [UInt8]) {
        guard let value = try? ForeignJSON(bytes), let alias = value["alias"]?.string,
            let address = value["address"]?.string.flatMap({ try? Address(text: $0) }),
            let key = value["key"]?.string.flatMap({ Hexadecimal.decode($0) }),
            Secp256k1.PublicKey(key) != nil,
            let created = value["created"]?.string.flatMap({ Timestamp(internet: $0) })
        else { return nil }
        self.init(
            alias: alias, address: address, publicKey: key, name: value["name"]?.string ?? "",
            avatar: value["avatar"]?.string ?? "", created: created)
    }
}

/// What a new alias is to be.
public struct AliasOrder: Sendable {
    /// The alias.
    public var alias: String
    /// Which own address receives IOUs; nil for the default one.
    public var address: String?
    /// Which own address's key it is known by; nil for the address's own, or the first that can.
    public var key: String?
    /// A name for people; nil for that of the wallet.
    public var name: String?
    /// Where a picture is.
    public var avatar: String?

    /// An order without options.
    public init(alias: String) { self.alias = alias }
}

extension Wallet {
    private static let aliasesName = "aliases/"

    /// The own aliases, in their order.
    /// - Throws: `WalletError.invalidName` for a file that cannot be read; `FileError`.
    public func aliases() throws -> [PaymailAlias] {
        try paymailDirectory().names("aliases").map { name in
            guard let alias = try alias(name) else {
                throw WalletError.invalidName(name: name, reason: "the alias's file cannot be read")
            }
            return alias
        }
    }

    /// An own alias; nil where there is none.
    /// - Throws: `FileError`.
    func alias(_ name: String) throws -> PaymailAlias? {
        guard PaymailHandle.fault(alias: name) == nil,
            let bytes = try paymailDirectory().read(Self.aliasesName + name),
            let alias = PaymailAlias(bytes), alias.alias == name
        else { return nil }
        return alias
    }

    /// Makes an alias.
    /// - Throws: `WalletError`; `FileError`.
    public func addAlias(_ order: AliasOrder) throws -> PaymailAlias {
        func invalid(_ what: String, _ value: String, _ reason: String) -> WalletError {
            .invalidArgument(what: what, value: String(value.prefix(80)), reason: reason)
        }
        let word = order.alias.lowercased()
        if let fault = PaymailHandle.fault(alias: word) { throw invalid("alias", word, fault) }
        let own = try order.address.map { try aliasAddress($0) } ?? defaultAddress()
        let key = try order.key.map { try aliasAddress($0) } ?? aliasKey(own)
        guard key.scheme == .ecdsaSecp256k1, let publicKey = key.publicKey else {
            throw invalid("key", key.name, "an alias is known by a key of secp256k1")
        }
        let name = try order.name ?? configuration.text(Settings.walletName) ?? ""
        guard name.count <= PaymailLimits.nameCharacters else {
            throw invalid(
                "name", name, "at most \(PaymailLimits.nameCharacters) characters are allowed")
        }
        let avatar = order.avatar ?? ""
        guard avatar.isEmpty || avatar.hasPrefix("https://"),
            avatar.utf8.count <= PaymailLimits.avatarBytes
        else { throw invalid("avatar", avatar, "a picture is at 'https://…'") }
        let made = PaymailAlias(
            alias: word, address: own.address, publicKey: publicKey, name: name, avatar: avatar,
            created: surroundings.now())
        let directory = try paymailDirectory()
        return try directory.held {
            if let holder = try alias(word) {
                throw WalletError.nameTaken(name: word, holder: holder.address.text)
            }
            try directory.write(Self.aliasesName + word, made.json.bytes)
            return made
        }
    }

    /// Takes an alias away. What was promised under it is still taken when it is added again.
    /// - Throws: `WalletError.unknown`; `FileError`.
    public func removeAlias(_ name: String) throws {
        let directory = try paymailDirectory()
        try directory.held {
            guard try alias(name) != nil else {
                throw WalletError.unknown(
                    what: "alias", name: name, suggestions: try aliases().map(\.alias))
            }
            try directory.remove(Self.aliasesName + name)
        }
    }

    private func aliasAddress(_ name: String) throws -> OwnAddress {
        let address = try resolver().address(name)
        guard let own = book.own(address) else { throw WalletError.noKey(address: address) }
        return own
    }

    /// The address whose key an alias is known by.
    private func aliasKey(_ own: OwnAddress) throws -> OwnAddress {
        if own.scheme == .ecdsaSecp256k1 { return own }
        guard let other = book.own.first(where: { $0.scheme == .ecdsaSecp256k1 }) else {
            throw WalletError.invalidArgument(
                what: "key", value: own.name, reason: "an alias is known by a key of secp256k1")
        }
        return other
    }
}
