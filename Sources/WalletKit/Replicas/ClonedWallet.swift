// Making another replica of a wallet: a new device with a certificate of the same domain.
import Bytes
import Cryptography
import Documents
import Files
import Hashtable
import Sync

/// What `clone` makes.
public struct ClonedWallet {
    /// The directory that will hold `.wallet`.
    public var parent: String
    /// Where the other replica is, as it was named: kept for `wallet sync`.
    public var source: String
    /// Whether the keys come too.
    public var withKeys: Bool
    /// How this device's key is protected.
    public var protection: KeyProtection

    /// A clone.
    public init(parent: String, source: String, withKeys: Bool, protection: KeyProtection) {
        self.parent = parent
        self.source = source
        self.withKeys = withKeys
        self.protection = protection
    }

    /// Asks for a certificate, and makes the wallet: after a crash it is there, whole, or not at
    /// all. What it holds comes with the first sync.
    /// - Returns: the path of `.wallet`.
    /// - Throws: `WalletError.walletExists`, `ReplicaError`, what the transport throws; failures of
    ///   storage.
    public func make(
        _ transport: any SyncTransport, _ surroundings: Surroundings
    ) throws -> String {
        let directory = (parent == "/" ? "" : parent) + "/" + WalletLocation.name
        guard try FileSystem.status(directory) == nil else {
            throw WalletError.walletExists(path: directory)
        }
        let random = surroundings.random
        let key = try SigningKey(
            scheme: .ecdsaSecp256k1, secret: try SecretBytes.random(count: 32, from: random))
        let identity = withKeys ? try AgeIdentity.random(from: random) : nil
        let request = JoinRequest(
            device: Address(of: key.publicKey),
            incarnation: Hexadecimal.encode(try random.bytes(8)),
            recipient: identity?.recipient.text)
        let welcome = try Self.welcome(transport, request)
        let temporary = "\(directory).\(Hexadecimal.encode(try random.bytes(8))).new"
        try FileSystem.makeDirectory(temporary)
        do {
            try fill(temporary, welcome, key, identity, surroundings)
            try FileSystem.synchronizeDirectory(temporary)
            try FileSystem.rename(temporary, to: directory)
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
            return directory
        } catch {
            try? FileSystem.removeTree(temporary)
            throw error
        }
    }

    private static func welcome(
        _ transport: any SyncTransport, _ request: JoinRequest
    ) throws -> Welcome {
        guard let answer = try transport.exchange([request.frame]).first else {
            throw ReplicaError.disconnected(source: "the other replica")
        }
        guard answer.kind == .welcome else {
            let reason = SyncRefusal(answer)?.message ?? "it does not answer as a replica does"
            throw ReplicaError.notCertified(reason: reason)
        }
        let welcome = try Welcome(answer)
        do {
            let first = try DeviceCertificate(try Envelope(line: welcome.first))
            let own = try DeviceCertificate(try Envelope(line: welcome.certificate))
            guard let signer = first.endorsements.signatures.first?.signer,
                own.address == request.device, own.domain == first.domain,
                own.domain.utf8.elementsEqual(welcome.domain.utf8)
            else { throw Refusal(.signatureInvalid, "the certificates are of another domain") }
            try first.endorsements.check(first.hash, signedBy: signer)
            try own.endorsements.check(own.hash, signedBy: signer)
        } catch let refusal as Refusal {
            throw ReplicaError.notCertified(reason: refusal.message)
        }
        return welcome
    }

    private func fill(
        _ path: String, _ welcome: Welcome, _ key: SigningKey, _ identity: AgeIdentity?,
        _ surroundings: Surroundings
    ) throws {
        let keys = KeyStore(directory: path + "/" + Wallet.keysName)
        try keys.create()
        if let identity { try keys.importKeys(welcome.keys, identity) }
        try keys.write(
            Wallet.KeyName.device, .key(key, path: nil), protection, random: surroundings.random)
        try DocumentStore.create(
            directory: path + "/" + Ledger.documentsName,
            lines: [welcome.first, welcome.certificate])
        try FileSystem.makeDirectory(path + "/ids")
        try ReplicaDirectory(of: path).create()
        var configuration = try ConfigurationFile([], path: path + "/" + Wallet.configurationName)
        try configuration.set(Settings.domainName.key, to: welcome.domain)
        try configuration.set(
            try ConfigurationKey(
                try ConfigurationSection(Wallet.replicaSection, Wallet.originName), "url"),
            to: source)
        try configuration.write()
    }
}
