// Who we are and whom we know: the sections `address` and `contact` of the configuration.
import Bytes
import Documents

/// An address that this wallet holds the key of, or a key of.
public struct OwnAddress: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The address.
    public let address: Address
    /// Where the key is.
    public let key: KeyOrigin

    /// Where the key of an own address is.
    public enum KeyOrigin: Sendable, Hashable {
        /// Derived from the seed.
        case derived(scheme: SignatureScheme, index: Int, publicKey: [UInt8])
        /// A file of its own.
        case file(scheme: SignatureScheme, publicKey: [UInt8])
        /// Shared: whoever holds keys of the puzzle signs.
        case puzzle(Puzzle)
    }

    /// The scheme of a single key; nil for a puzzle.
    public var scheme: SignatureScheme? {
        switch key {
        case .derived(let scheme, _, _), .file(let scheme, _): scheme
        case .puzzle: nil
        }
    }

    /// The public key of a single key; nil for a puzzle.
    public var publicKey: [UInt8]? {
        switch key {
        case .derived(_, _, let publicKey), .file(_, let publicKey): publicKey
        case .puzzle: nil
        }
    }

    /// The puzzle of a shared address.
    public var puzzle: Puzzle? { if case .puzzle(let puzzle) = key { puzzle } else { nil } }
}

/// A name for somebody else's address.
public struct Contact: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The address.
    public let address: Address
}

/// The names of a wallet. No two addresses share one, no address of ours has two.
public struct AddressBook: Sendable {
    /// Own addresses by name.
    public let own: [OwnAddress]
    /// Contacts by name.
    public let contacts: [Contact]
    private let byName: [String: Address]
    private let names: [Address: String]

    /// Reads the names from a configuration.
    /// - Throws: `ConfigurationError`; `WalletError.invalidName` where an entry cannot be read.
    public init(_ configuration: Configuration) throws {
        var own: [OwnAddress] = []
        for name in configuration.subsections(of: "address") {
            let section = try ConfigurationSection("address", name)
            own.append(try Self.own(name, configuration.values(in: section)))
        }
        var contacts: [Contact] = []
        for name in configuration.subsections(of: "contact") {
            let section = try ConfigurationSection("contact", name)
            guard let text = configuration.values(in: section)["address"],
                let address = try? Address(text: text)
            else { throw WalletError.invalidName(name: name, reason: "the contact has no address") }
            contacts.append(Contact(name: name, address: address))
        }
        self.own = own.sorted { $0.name < $1.name }
        self.contacts = contacts.sorted { $0.name < $1.name }
        var byName: [String: Address] = [:]
        var names: [Address: String] = [:]
        for contact in contacts {
            (byName[contact.name], names[contact.address]) = (contact.address, contact.name)
        }
        for address in own {
            (byName[address.name], names[address.address]) = (address.address, address.name)
        }
        self.byName = byName
        self.names = names
    }

    private static func own(_ name: String, _ values: [String: String]) throws -> OwnAddress {
        func refuse(_ reason: String) -> WalletError { .invalidName(name: name, reason: reason) }
        guard let text = values["address"], let address = try? Address(text: text) else {
            throw refuse("the entry has no address")
        }
        if let json = values["puzzle"] {
            let envelope = try Envelope(line: Array(json.utf8))
            let puzzle = try Puzzle(envelope)
            guard puzzle.address == address else { throw refuse("the puzzle has another address") }
            return OwnAddress(name: name, address: address, key: .puzzle(puzzle))
        }
        guard let scheme = values["scheme"].flatMap({ SignatureScheme(rawValue: $0) }),
            let publicKey = values["public"].flatMap({ Hexadecimal.decode($0) }),
            Address(of: publicKey) == address
        else { throw refuse("the entry's key does not fit its address") }
        if let text = values["index"] {
            guard let index = Int(text), (0...Int(Int32.max)).contains(index) else {
                throw refuse("the entry's index is no number")
            }
            return OwnAddress(
                name: name, address: address,
                key: .derived(scheme: scheme, index: index, publicKey: publicKey))
        }
        return OwnAddress(
            name: name, address: address, key: .file(scheme: scheme, publicKey: publicKey))
    }

    /// The address called `name`.
    public subscript(name: String) -> Address? { byName[name] }

    /// The name of an address; nil for a stranger's.
    public func name(of address: Address) -> String? { names[address] }

    /// Our entry for an address; nil for somebody else's.
    public func own(_ address: Address) -> OwnAddress? { own.first { $0.address == address } }

    /// All names.
    public var allNames: [String] { own.map(\.name) + contacts.map(\.name) }
}
