// Peers by name: adding, listing, forgetting, and what is done with them.
import Bytes
import Documents
import Files
import Network
import Service

/// What is known of a peer, for reports.
public struct PeerReport: Sendable {
    /// The peer.
    public let peer: Peer
    /// Devices that may sign for it.
    public let devices: Int
    /// Receipts that are kept.
    public let receipts: Int
    /// Promises that may not have arrived.
    public let unsent: Int

    /// The members of a row.
    public static let fields = [
        "name", "url", "domain", "key", "ca", "devices", "receipts", "unsent",
    ]

    /// The peer as a row.
    public var row: ReportRow {
        ReportRow([
            "name": .text(peer.name), "url": .text(peer.url.description),
            "domain": .text(peer.domain), "key": .text(peer.key.text),
            "ca": peer.authorities.map { .text($0) }, "devices": .number(devices),
            "receipts": .number(receipts), "unsent": .number(unsent),
        ])
    }
}

extension Wallet {
    /// The peers, by name.
    /// - Throws: `ConfigurationError`; `WalletError.invalidName` for an entry that cannot be read.
    public func knownPeers() throws -> [Peer] { try configuration.peers() }

    /// The peer called `name`; nil where there is none.
    /// - Throws: as `knownPeers`.
    public func knownPeer(_ name: String) throws -> Peer? {
        try knownPeers().first { $0.name == name }
    }

    /// The peer called `name`.
    /// - Throws: `WalletError.unknown`; as `knownPeers`.
    public func peer(_ name: String) throws -> Peer {
        let peers = try knownPeers()
        guard let peer = peers.first(where: { $0.name == name }) else {
            throw WalletError.unknown(what: "peer", name: name, suggestions: peers.map(\.name))
        }
        return peer
    }

    /// What is known of a peer.
    /// - Throws: as `knownPeers`; `FileError`.
    public func report(on peer: Peer) throws -> PeerReport {
        let records = try records(peer.key)
        return PeerReport(
            peer: peer, devices: try records.certificates().count,
            receipts: try records.receiptCount(), unsent: try records.unsent().count)
    }

    private func directory(_ key: VerifierKey) -> PeerDirectory {
        PeerDirectory(
            peers: directory + "/" + PeerDirectory.peersName, origin: key.name.bytes)
    }

    func records(_ key: VerifierKey) throws -> PeerRecords {
        PeerRecords(
            directory(key), waitSeconds: try configuration.integer(Settings.coreWait),
            onWait: surroundings.onWait)
    }

    /// Deals with a peer over `sender`.
    /// - Throws: `ConfigurationError`.
    public func session(
        with peer: Peer, over sender: any HTTPSender
    ) throws -> PeerSession {
        PeerSession(
            peer: peer, client: DomainClient(peer.url, over: sender),
            records: try records(peer.key), own: Set(book.own.map(\.address)),
            patienceSeconds: try configuration.integer(Settings.coreWait))
    }

    // MARK: - Names

    /// Asks a processor who it is, and calls it `name` from now on. Its key is pinned.
    /// - Parameters:
    ///   - key: the domain's verifier key, where it is known; nil to take the one that is shown.
    ///   - authorities: the path of the certificates that TLS must lead to.
    /// - Throws: `WalletError.invalidName`, `.nameTaken`; `NetworkError.invalidURL`; `NoteError`;
    ///   `PeerError`; failures of storage.
    public func addPeer(
        _ name: String, url: String, key: String?, authorities: String?,
        over sender: any HTTPSender
    ) throws -> Peer {
        try Petname.check(name)
        let url = try WebURL(url)
        guard url.scheme != "ws", url.scheme != "wss", url.query == nil else {
            throw NetworkError.invalidURL(
                text: url.description, reason: "a peer is at https, http or unix, without query")
        }
        let pinned = try key.map { try VerifierKey($0) }
        let (shown, certificates) = try introduction(name, DomainClient(url, over: sender))
        if let pinned, pinned != shown {
            throw PeerError.keyChanged(peer: name, pinned: pinned.text, got: shown.text)
        }
        try checkKnown(name, shown)
        try records(shown).keep(certificates: certificates)
        let peer = Peer(name: name, url: url, key: shown, authorities: authorities)
        try edit { file in
            // What stands there now counts, not what was read before the lock.
            try checkKnown(name, shown)
            try peer.enter(into: &file)
        }
        return peer
    }

    /// Forgets a peer's name and address. Receipts and what else is kept of its domain stay.
    /// - Throws: `WalletError.unknown`; failures of storage.
    public func removePeer(_ name: String) throws -> Peer {
        try edit { file in
            let peer = try peer(name)
            _ = try file.removeSection(try ConfigurationSection(Peer.sectionName, name))
            return peer
        }
    }

    /// Whom the processor says to be: a key that is the domain's, and certificates under it.
    private func introduction(
        _ name: String, _ client: DomainClient
    ) throws -> (VerifierKey, certificates: [[UInt8]]) {
        let identity: DomainIdentity
        do throws(ClientError) { identity = try client.identity() } catch {
            throw PeerError.noAnswer(peer: name, error)
        }
        let key = try VerifierKey(identity.verifierKey)
        guard key.kind == .ed25519 else {
            throw NoteError.wrongKeyType(
                expected: VerifierKey.Kind.ed25519.rawValue, got: key.kind.rawValue)
        }
        guard key.name.bytes.elementsEqual(identity.domain.utf8) else {
            throw PeerError.domainChanged(
                peer: name, pinned: key.name.description, got: identity.domain)
        }
        let address = Address(of: key.publicKey)
        if let named = try? Address(text: identity.domain), named != address {
            throw PeerError.foreignKey(domain: identity.domain, address: address)
        }
        var devices = CertifiedDevices(peer: name, key: key)
        _ = try devices.enter(identity.certificates)
        return (key, devices.certificates)
    }

    /// One name is one domain, and one domain has one key, also where its log is witnessed.
    private func checkKnown(_ name: String, _ key: VerifierKey) throws {
        let peers = try knownPeers()
        if let other = peers.first(where: { $0.name == name }), other.key.name != key.name {
            throw WalletError.nameTaken(name: name, holder: other.domain)
        }
        let pinned =
            try peers.first { $0.key.name == key.name }?.key ?? directory(key).key()
        if let pinned, pinned != key {
            throw PeerError.keyChanged(peer: name, pinned: pinned.text, got: key.text)
        }
    }

    // MARK: - Promises

    /// Signs a promise that clears at a peer, in a unit that the peer knows.
    /// - Parameter isIssue: whether the unit's issuer gives, as in `issue`.
    /// - Throws: as `pay` and `issue`; `PeerError`.
    public func promise(
        _ promise: Promise, isIssue: Bool, at session: PeerSession
    ) throws -> SignedPromise {
        var promise = promise
        promise.domain = session.peer.domain
        let unit = try session.unit(named: promise.unit, book: book, isIssuer: isIssue)
        // The unit may be unknown here, and its issuer receive.
        if promise.target == promise.unit, book[promise.target] == nil {
            promise.target = unit.symbol.text
        }
        let resolver = try resolver()
        var source = unit.symbol
        if !isIssue {
            source = try promise.source.map { try resolver.address($0) } ?? defaultAddress().address
        }
        return try sign(promise, from: source, unit, resolver)
    }

    // MARK: - Balances

    /// The counters of `who`, or of all own addresses, at a peer, in `unit` or in all units; by
    /// name, then by unit. All are verified before the first is told.
    /// - Throws: `WalletError`, `PeerError`; failures of storage.
    public func balances(
        of who: String?, unit: String?, at session: PeerSession
    ) throws -> [PeerBalance] {
        let resolver = try resolver()
        let symbol = try unit.map {
            try session.unit(named: $0, book: book, isIssuer: false).symbol
        }
        let addresses = try who.map { [try resolver.address($0)] } ?? book.own.map(\.address)
        var views: [Address: UnitView] = [:]
        let counters = try addresses.flatMap { try session.counters(of: $0, symbol: symbol) }
        for counter in counters where views[counter.key.symbol] == nil {
            views[counter.key.symbol] = try session.unit(counter.key.symbol, book: book)
        }
        let labels = Dictionary(grouping: views.values, by: \.label)
        return addresses.flatMap { address in
            counters.filter { $0.key.address == address }.compactMap { counter in
                views[counter.key.symbol].map { view in
                    PeerBalance(
                        address: address, name: resolver.name(address),
                        unit: labels[view.label]?.count == 1 ? view : view.distinguished,
                        state: counter.state, block: counter.block, receipts: counter.receipts)
                }
            }.sorted { $0.unit.label < $1.unit.label }
        }
    }
}
