// Making addresses: from the seed, from a key of their own, from several people's keys.
import Bytes
import Cryptography
import Documents

extension Wallet {
    /// Derives a new address.
    /// - Parameter name: nil for `address-<n>`.
    /// - Throws: `WalletError.invalidName`, `.nameTaken`; key failures.
    public func newAddress(name: String?, scheme: SignatureScheme) throws -> OwnAddress {
        if let name { try checkFree(name) }
        let seed = try seedKeys()
        return try edit { file in
            let used = book.own.compactMap { own -> Int? in
                guard case .derived(scheme, let index, _) = own.key else { return nil }
                return index
            }
            let index = (used.max() ?? -1) + 1
            let name = name ?? freeName(index)
            try checkFree(name)
            let key = try seed.addressKey(scheme: scheme, index: index)
            return try Self.enter(name, key, index: index, &file)
        }
    }

    private func freeName(_ index: Int) -> String {
        var number = index
        while book["address-\(number)"] != nil { number += 1 }
        return "address-\(number)"
    }

    /// Writes an own address into the configuration.
    static func enter(
        _ name: String, _ key: SigningKey, index: Int?, _ file: inout ConfigurationFile
    ) throws -> OwnAddress {
        let address = Address(of: key.publicKey)
        let section = try ConfigurationSection("address", name)
        try file.set(try ConfigurationKey(section, "address"), to: address.text)
        try file.set(try ConfigurationKey(section, "scheme"), to: key.scheme.rawValue)
        try file.set(
            try ConfigurationKey(section, "public"), to: Hexadecimal.encode(key.publicKey))
        if let index { try file.set(try ConfigurationKey(section, "index"), to: String(index)) }
        return OwnAddress(
            name: name, address: address,
            key: index.map {
                .derived(scheme: key.scheme, index: $0, publicKey: key.publicKey)
            } ?? .file(scheme: key.scheme, publicKey: key.publicKey))
    }

    /// Makes an address that several keys share.
    /// - Parameter keys: own names, or public keys in hexadecimal, each with an optional `:weight`.
    /// - Throws: `WalletError`; `Refusal` for a puzzle that cannot be.
    public func newPuzzle(name: String, threshold: Int, keys: [String]) throws -> OwnAddress {
        let identities = try keys.map { try identity($0) }
        let puzzle: Puzzle
        do {
            puzzle = try Puzzle(threshold: threshold, identities: identities)
        } catch {
            throw WalletError.invalidArgument(
                what: "puzzle", value: keys.joined(separator: " "), reason: error.message)
        }
        return try edit { file in
            if let known = book.own(puzzle.address), known.name == name { return known }
            try checkFree(name)
            let section = try ConfigurationSection("address", name)
            try file.set(try ConfigurationKey(section, "address"), to: puzzle.address.text)
            try file.set(
                try ConfigurationKey(section, "puzzle"),
                to: String(decoding: puzzle.document, as: UTF8.self))
            return OwnAddress(name: name, address: puzzle.address, key: .puzzle(puzzle))
        }
    }

    private func identity(_ text: String) throws -> Puzzle.Identity {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let word = String(parts[0])
        var weight: Int?
        if parts.count == 2 {
            guard let value = Int(parts[1]), (1...Limits.puzzleWeight).contains(value) else {
                throw WalletError.invalidArgument(
                    what: "weight", value: String(parts[1]),
                    reason: "a whole number from 1 to \(Limits.puzzleWeight) is needed")
            }
            weight = value
        }
        if let own = book.own.first(where: { $0.name == word || $0.address.text == word }),
            let publicKey = own.publicKey, let scheme = own.scheme
        {
            return Puzzle.Identity(
                publicKey: publicKey, scheme: scheme.rawValue, weight: weight)
        }
        guard let bytes = Hexadecimal.decode(word.lowercased()), let scheme = Self.scheme(of: bytes)
        else {
            throw WalletError.invalidArgument(
                what: "key", value: word,
                reason: "the name of an own address, or a public key of 33 bytes (secp256k1) or "
                    + "32 bytes (Ed25519) in hexadecimal, is needed")
        }
        return Puzzle.Identity(publicKey: bytes, scheme: scheme.rawValue, weight: weight)
    }

    /// The scheme that a public key of so many bytes can only belong to.
    private static func scheme(of publicKey: [UInt8]) -> SignatureScheme? {
        switch publicKey.count {
        case 32: .eddsaEd25519
        case 33: Secp256k1.PublicKey(publicKey) == nil ? nil : .ecdsaSecp256k1
        default: nil
        }
    }
}
