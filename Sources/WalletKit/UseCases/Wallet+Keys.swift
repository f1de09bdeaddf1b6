// From an own address to the key that signs.
import Bytes
import Cryptography
import Documents

extension Wallet {
    /// Names of the keys' files that every wallet has.
    enum KeyName {
        static let seed = "seed"
        static let device = "device"
        static let domain = "domain"
        /// An imported key's file is called after its address: names change, addresses do not.
        static func imported(_ address: Address) -> String { address.text }
    }

    /// The seed's keys.
    /// - Throws: `KeyError`, and what asking for the passphrase throws.
    func seedKeys() throws -> SeedKeys {
        guard case .seed(let seed) = try keys.open(KeyName.seed, opener) else {
            throw KeyError.missing(name: KeyName.seed)
        }
        return seed
    }

    private func key(_ name: String) throws -> SigningKey {
        guard case .key(let key, _) = try keys.open(name, opener) else {
            throw KeyError.missing(name: name)
        }
        return key
    }

    /// The key of a single own address.
    /// - Throws: `KeyError`; `WalletError.noKey` for a puzzle.
    func signingKey(_ own: OwnAddress) throws -> SigningKey {
        let key: SigningKey
        switch own.key {
        case .derived(let scheme, let index, _):
            key = try seedKeys().addressKey(scheme: scheme, index: index)
        case .file: key = try self.key(KeyName.imported(own.address))
        case .puzzle: throw WalletError.noKey(address: own.address)
        }
        guard Address(of: key.publicKey) == own.address else {
            throw WalletError.noKey(address: own.address)
        }
        return key
    }

    /// The key that signs receipts.
    func deviceKey() throws -> SigningKey { try key(KeyName.device) }

    /// The address of the key that signs receipts; needs no passphrase.
    func deviceAddress() throws -> Address {
        guard case .key(_, let publicKey, _) = try keys.read(KeyName.device).publicPart else {
            throw KeyError.missing(name: KeyName.device)
        }
        return Address(of: publicKey)
    }

    /// Takes a private key in, as WIF or hexadecimal.
    /// - Throws: `KeyError`, `WalletError`.
    public func importKey(
        _ text: SecretBytes, name: String, scheme: SignatureScheme
    ) throws -> OwnAddress {
        let key = try SigningKey(scheme: scheme, text: text)
        let address = Address(of: key.publicKey)
        return try edit { file in
            if let known = book.own(address) {
                guard known.name == name else {
                    throw WalletError.nameTaken(name: address.text, holder: known.name)
                }
                return known
            }
            try checkFree(name)
            let fileName = KeyName.imported(address)
            if try !keys.contains(fileName) {
                try keys.write(
                    fileName, .key(key, path: nil), try protection(), random: surroundings.random)
            }
            return try Self.enter(name, key, index: nil, &file)
        }
    }

    /// New keys are protected as the seed is.
    private func protection() throws -> KeyProtection {
        try keys.read(KeyName.seed).isEncrypted ? .passphrase(opener) : .none
    }

    /// The private key of an own address as text.
    /// - Throws: `KeyError`, `WalletError`.
    public func exportKey(_ who: String, _ format: SigningKey.TextFormat) throws -> SecretBytes {
        guard let own = book.own.first(where: { $0.name == who || $0.address.text == who }) else {
            throw WalletError.unknown(
                what: "own address", name: who, suggestions: book.own.map(\.name))
        }
        return try signingKey(own).text(format)
    }

    /// Protects keys anew.
    /// - Parameter who: an imported address, `seed`, `device` or `domain`; nil for all.
    /// - Throws: `KeyError`, `WalletError`.
    public func changePassphrase(of who: String?, to protection: KeyProtection) throws {
        var names: [String]?
        if let who {
            let address = book.own.first { $0.name == who }.map(\.address.text)
            names = [address ?? who]
        }
        try edit { _ in
            try keys.changePassphrase(
                of: names, from: opener, to: protection, random: surroundings.random)
        }
    }
}
