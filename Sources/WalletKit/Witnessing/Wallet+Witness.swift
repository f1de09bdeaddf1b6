// This wallet as a witness of other domains, and as a log that asks for witnesses.
import Blockstack
import Bytes
import Documents
import Files

extension Wallet {
    private var peers: String { directory + "/" + PeerDirectory.peersName }

    /// The key that this wallet cosigns with: what a policy names as a witness.
    /// - Throws: `KeyError`, `WitnessError.unusableName`, and what asking for the passphrase throws.
    public func witnessVerifierKey() throws -> VerifierKey { try witnessKey().verifier }

    private func witnessKey() throws -> WitnessKey {
        try WitnessKey(domain: try ownDomain(), signer: try seedKeys().witnessKey())
    }

    // MARK: - Which logs

    /// Witnesses the log of a verifier key from now on. If the log was witnessed before, it goes on
    /// from where it was.
    /// - Throws: `NoteError` for anything but a key of type 0x01 and a name of at most
    ///   `Limits.domainBytes`; `WitnessError.keyTaken`, `.foreignKey`, `.damaged`;
    ///   `WalletError.busy`; `FileError`.
    public func trustLog(_ text: String) throws -> WitnessedLog {
        let key = try VerifierKey(text)
        guard key.kind == .ed25519 else {
            throw NoteError.wrongKeyType(
                expected: VerifierKey.Kind.ed25519.rawValue, got: key.kind.rawValue)
        }
        let (origin, bytes) = (key.name.description, key.name.bytes.count)
        guard bytes <= Limits.domainBytes else {
            throw NoteError.tooLong(what: "the origin", bytes: bytes, limit: Limits.domainBytes)
        }
        let address = Address(of: key.publicKey)
        if let named = try? Address(text: origin), named != address {
            throw WitnessError.foreignKey(origin: origin, address: address)
        }
        let peer = PeerDirectory(peers: peers, origin: key.name.bytes)
        try peer.create()
        return try locked(peer) {
            if let known = try peer.key(), known != key {
                throw WitnessError.keyTaken(origin: origin)
            }
            let log = try log(key, peer)
            try peer.keep(key)
            return log
        }
    }

    /// Cosigns a log's checkpoints no more. What was seen of it is kept.
    /// - Throws: as `witnessedLog`; `WalletError.busy`.
    public func forgetLog(_ name: String) throws -> WitnessedLog {
        let log = try witnessedLog(name)
        let peer = PeerDirectory(peers: peers, origin: log.key.name.bytes)
        try locked(peer) { try peer.removeKey() }
        return log
    }

    /// The logs that this wallet witnesses, by origin.
    /// - Throws: `WitnessError.damaged`; `FileError`.
    public func witnessedLogs() throws -> [WitnessedLog] {
        guard try FileSystem.status(peers) != nil else { return [] }
        let logs = try FileSystem.list(peers).compactMap { name -> WitnessedLog? in
            let peer = PeerDirectory(path: peers + "/" + name)
            return try peer.key().map { try log($0, peer) }
        }
        return logs.sorted { $0.key.name.bytes.lexicographicallyPrecedes($1.key.name.bytes) }
    }

    /// The log of an origin, of a name in the address book, or whose origin alone begins so.
    /// - Throws: `WalletError.unknown`, `.ambiguous`; as `witnessedLogs`.
    public func witnessedLog(_ name: String) throws -> WitnessedLog {
        let logs = try witnessedLogs()
        let origin = (book[name]?.text ?? name).utf8
        if let log = logs.first(where: { $0.key.name.bytes.elementsEqual(origin) }) { return log }
        let found = name.isEmpty ? [] : logs.filter { $0.key.name.bytes.starts(with: name.utf8) }
        if found.count > 1 {
            throw WalletError.ambiguous(what: "log", name: name, candidates: found.map(\.origin))
        }
        guard let log = found.first else {
            throw WalletError.unknown(what: "log", name: name, suggestions: logs.map(\.origin))
        }
        return log
    }

    private func log(_ key: VerifierKey, _ peer: PeerDirectory) throws -> WitnessedLog {
        WitnessedLog(
            key: key, seen: try peer.seen(by: key), accusations: try peer.accusationCount())
    }

    private func locked<Result>(
        _ peer: PeerDirectory, _ body: () throws -> Result
    ) throws -> Result {
        try WriterLock.held(
            on: peer.path, seconds: try configuration.integer(Settings.coreWait),
            onWait: surroundings.onWait, body)
    }

    // MARK: - Requests

    /// Cosigns a checkpoint of another domain if it continues what has been cosigned before. What is
    /// returned is durable: a crash before somebody reads it costs a repeated request. The same
    /// checkpoint is cosigned again, with a time not before the last one's.
    /// - Parameter body: the body of a request (c2sp.org/tlog-witness, `add-checkpoint`).
    /// - Throws: `WitnessError`; `WalletError.busy`; `KeyError`, `FileError`.
    public func addCheckpoint(_ body: [UInt8]) throws -> CosignedCheckpoint {
        let judgement = try WitnessJudgement(body, peers: peers)
        // Nobody is asked for a passphrase, and nobody waits for one, where the answer is no.
        _ = try locked(judgement.peer) { try judgement.judge() }
        let key = try witnessKey()
        return try locked(judgement.peer) {
            let now = surroundings.now().milliseconds / 1000
            return try judgement.cosign(with: key, now: Int(now))
        }
    }

    /// What this wallet's domain asks of a witness: its last checkpoint, with the proof that it
    /// continues the one of `old` documents.
    /// - Parameter old: the size that the witness has cosigned last, 0 for none.
    /// - Throws: `WalletError.noBlocks`, `.notEarlier`; `NoteError`; failures of storage.
    public func witnessRequest(from old: Int) throws -> WitnessRequest {
        let proving = try proving()
        guard let block = try proving.ledger.lastBlock() else { throw WalletError.noBlocks }
        let size = block.statement.log.size
        guard old <= size else { throw WalletError.notEarlier(from: old, to: size) }
        let tree = LogTree(proving.stacks.tiles(size: size))
        return try WitnessRequest(
            old: old, proof: try tree.consistencyPath(from: old, to: size),
            note: try block.checkpointNote())
    }
}
