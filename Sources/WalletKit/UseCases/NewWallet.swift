// Making a wallet: all of it in a directory beside its place, which then takes the place at once.
import Bytes
import Cryptography
import Documents
import Files
import Hashtable

/// What `init` and `restore` make.
public struct NewWallet {
    /// The directory that will hold `.wallet`.
    public var parent: String
    /// What the wallet is called for people.
    public var name: String?
    /// The clearing domain; nil for the address of its domain key.
    public var domain: String?
    /// The words that all keys come from.
    public var mnemonic: Mnemonic
    /// How the keys' files are protected.
    public var protection: KeyProtection

    /// A wallet without options.
    public init(parent: String, mnemonic: Mnemonic, protection: KeyProtection) {
        self.parent = parent
        self.mnemonic = mnemonic
        self.protection = protection
    }

    /// A wallet that has been made.
    public struct Made: Sendable {
        /// The path of `.wallet`.
        public let directory: String
        /// Its clearing domain.
        public let domain: String
        /// Its first address.
        public let address: OwnAddress
    }

    /// Makes the wallet: after a crash it is there, whole, or not at all.
    /// - Throws: `WalletError.walletExists`; `KeyError`, `FileError`, `ConfigurationError`.
    public func make(_ surroundings: Surroundings) throws -> Made {
        let directory = (parent == "/" ? "" : parent) + "/" + WalletLocation.name
        guard try FileSystem.status(directory) == nil else {
            throw WalletError.walletExists(path: directory)
        }
        if let name { try Petname.check(name) }
        try checkDomain()
        let temporary = "\(directory).\(Hexadecimal.encode(try surroundings.random.bytes(8))).new"
        try FileSystem.makeDirectory(temporary)
        do {
            let made = try fill(temporary, directory, surroundings)
            try FileSystem.synchronizeDirectory(temporary)
            do {
                try FileSystem.rename(temporary, to: directory)
            } catch {
                if try FileSystem.status(directory) != nil {
                    throw WalletError.walletExists(path: directory)
                }
                throw error
            }
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
            return made
        } catch {
            try? FileSystem.removeTree(temporary)
            throw error
        }
    }

    private func checkDomain() throws {
        guard let domain else { return }
        // The domain's key is named after it, in notes where a plus ends a name.
        let isPlain = domain.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c && $0 != 0x2b
        }
        guard isPlain, (1...Limits.domainBytes).contains(domain.utf8.count) else {
            throw WalletError.invalidName(
                name: domain,
                reason: "a domain has 1 to \(Limits.domainBytes) visible ASCII characters, no plus")
        }
    }

    private func fill(
        _ path: String, _ directory: String, _ surroundings: Surroundings
    ) throws -> Made {
        let random = surroundings.random
        let seed = try SeedKeys(seed: try mnemonic.seed(passphrase: SecretBytes([])))
        let incarnation = try random.bytes(8)
        // The last 31 bits of the incarnation number its device key.
        let index = incarnation[4...].reduce(0) { $0 << 8 | Int($1) } & (SeedKeys.indexEnd - 1)
        let domainKey = try seed.domainKey()
        let deviceKey = try seed.deviceKey(incarnation: index)
        let keys = KeyStore(directory: path + "/" + Wallet.keysName)
        try keys.create()
        try keys.write(Wallet.KeyName.seed, .seed(seed), protection, random: random)
        try keys.write(
            Wallet.KeyName.domain, .key(domainKey, path: try KeyRole.domain.path), protection,
            random: random)
        try keys.write(
            Wallet.KeyName.device,
            .key(deviceKey, path: try KeyRole.device(incarnation: index).path), protection,
            random: random)

        let domainAddress = Address(of: domainKey.publicKey)
        let domain = domain ?? domainAddress.text
        try DocumentStore.create(
            directory: path + "/" + Ledger.documentsName,
            lines: [
                try certificate(
                    of: deviceKey, domain, domainKey, domainAddress, incarnation, surroundings)
            ])
        try FileSystem.makeDirectory(path + "/ids")
        var configuration = try ConfigurationFile([], path: path + "/" + Wallet.configurationName)
        if let name { try configuration.set(Settings.walletName.key, to: name) }
        try configuration.set(Settings.domainName.key, to: domain)
        let address = try Wallet.enter(
            Wallet.firstAddressName, try seed.addressKey(scheme: .ecdsaSecp256k1, index: 0),
            index: 0, &configuration)
        try configuration.write()
        return Made(directory: directory, domain: domain, address: address)
    }

    /// The first document of the log.
    private func certificate(
        of deviceKey: SigningKey, _ domain: String, _ domainKey: SigningKey,
        _ domainAddress: Address, _ incarnation: [UInt8], _ surroundings: Surroundings
    ) throws -> [UInt8] {
        let issued = surroundings.now()
        let unsigned = DeviceCertificate(
            address: Address(of: deviceKey.publicKey), domain: domain,
            incarnation: Hexadecimal.encode(incarnation), issued: issued)
        let signature = DocumentSignature(
            publicKey: domainKey.publicKey, scheme: domainKey.scheme, signer: domainAddress,
            signature: try domainKey.sign(unsigned.hash))
        return DeviceCertificate(
            address: unsigned.address, domain: domain, incarnation: unsigned.incarnation,
            issued: issued, Endorsements(signatures: [signature])
        ).document
    }
}
