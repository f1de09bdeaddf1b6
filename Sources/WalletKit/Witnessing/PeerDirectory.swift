// The directory of one log that this wallet witnesses.
import Bytes
import Cryptography
import Documents
import Files

/// `.wallet/peers/<name>`: what is known of another domain.
///
/// ```
/// key                      the log's verifier key, whose name is the origin; trusted while it is there
/// checkpoint               the last checkpoint cosigned, with our cosignature
/// accusations/<hash>.json  proofs that the log has told two stories
/// ```
struct PeerDirectory: Sendable {
    /// The directory's path.
    let path: String

    /// The name of the directory of all peers in a wallet's.
    static let peersName = "peers"
    private static let suffix = ".json"

    private var keyPath: String { path + "/key" }
    private var checkpointPath: String { path + "/checkpoint" }
    private var accusationsPath: String { path + "/accusations" }

    /// The directory at a path.
    init(path: String) { self.path = path }

    /// The directory of the log `origin` below that of all peers.
    init(peers: String, origin: some Collection<UInt8>) {
        path = peers + "/" + Self.name(of: origin)
    }

    /// The origin itself where it is plain: letters, digits, `.`, `_`, `-`, no dot at the beginning,
    /// at most `Limits.domainBytes`, and no hash itself. Otherwise the SHA-256 of it.
    static func name(of origin: some Collection<UInt8>) -> String {
        let isPlain = origin.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2e, 0x5f, 0x2d: true
            default: false
            }
        }
        let text = String(decoding: origin, as: UTF8.self)
        let isSafe =
            isPlain && (1...Limits.domainBytes).contains(origin.count) && !text.hasPrefix(".")
            && Digest256(hexadecimal: text) == nil
        return isSafe ? text : Hash.sha256(Array(origin)).hexadecimal
    }

    /// Makes the directory, durable.
    /// - Throws: `FileError`.
    func create() throws(FileError) {
        let peers = FileSystem.parent(of: path)
        for directory in [peers, path] {
            do {
                try FileSystem.makeDirectory(directory)
            } catch  where error.code == FileError.alreadyThere {}
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
        }
    }

    // MARK: - The key

    /// The log's key; nil where none is trusted.
    /// - Throws: `WitnessError.damaged`; `FileError`.
    func key() throws -> VerifierKey? {
        guard let bytes = try read(keyPath, limit: Limits.verifierKeyBytes + 1) else { return nil }
        guard bytes.last == UInt8(ascii: "\n"),
            let text = String(validating: bytes.dropLast(), as: UTF8.self),
            let key = try? VerifierKey(text), key.kind == .ed25519,
            path.hasSuffix("/" + Self.name(of: key.name.bytes))
        else {
            throw WitnessError.damaged(path: keyPath, reason: "no key of a log of this name")
        }
        return key
    }

    /// Trusts a key, durable.
    /// - Throws: `FileError`.
    func keep(_ key: VerifierKey) throws(FileError) {
        try FileSystem.replace(keyPath, with: Array((key.text + "\n").utf8))
    }

    /// Trusts no key any more, durable. What has been seen stays, so that whoever trusts the log
    /// again does not let it begin anew.
    /// - Throws: `FileError`.
    func removeKey() throws(FileError) {
        try FileSystem.remove(keyPath)
        try FileSystem.synchronizeDirectory(path)
    }

    // MARK: - The last checkpoint

    /// The last checkpoint cosigned; nil where there was none.
    /// - Throws: `WitnessError.damaged` where it cannot be read, or where the signature of `key` is
    ///   false; `FileError`.
    func seen(by key: VerifierKey) throws -> SeenCheckpoint? {
        guard let bytes = try read(checkpointPath, limit: Limits.noteBytes) else { return nil }
        let seen: SeenCheckpoint
        do {
            seen = try SeenCheckpoint(try SignedNote(bytes))
        } catch { throw damage("\(error)") }
        // A former key's signature is not known here; our own cosignature is verified before the
        // next one is made.
        if case .failed = seen.note.check(key) { throw damage("the log's signature is false") }
        guard seen.checkpoint.isOf(key.name.bytes) else { throw damage("it is of another log") }
        return seen
    }

    /// Remembers a checkpoint, durable.
    /// - Throws: `FileError`.
    func keep(_ seen: SeenCheckpoint) throws(FileError) {
        try FileSystem.replace(checkpointPath, with: seen.note.bytes)
    }

    /// What is wrong with the last checkpoint.
    func damage(_ reason: String) -> WitnessError {
        .damaged(path: checkpointPath, reason: reason)
    }

    // MARK: - Accusations

    /// Keeps an accusation, durable; not where there are `Limits.accusations` others.
    /// - Throws: `FileError`.
    func keep(_ accusation: Accusation) throws(FileError) {
        let file = "\(accusationsPath)/\(accusation.hash.hexadecimal)\(Self.suffix)"
        if try FileSystem.status(file) == nil {
            guard try accusationCount() < Limits.accusations else { return }
            do {
                try FileSystem.makeDirectory(accusationsPath)
            } catch  where error.code == FileError.alreadyThere {}
            try FileSystem.synchronizeDirectory(path)
        }
        try FileSystem.replace(file, with: accusation.document + [UInt8(ascii: "\n")])
    }

    /// How many accusations are kept.
    /// - Throws: `FileError`.
    func accusationCount() throws(FileError) -> Int {
        guard try FileSystem.status(accusationsPath) != nil else { return 0 }
        return try FileSystem.list(accusationsPath).count { $0.hasSuffix(Self.suffix) }
    }

    private func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        do {
            return try FileSystem.read(path, limit: limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }
}
