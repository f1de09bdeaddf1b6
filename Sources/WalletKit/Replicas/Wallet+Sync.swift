// A wallet that meets its other replicas.
import Bytes
import Cryptography
import Documents
import Files
import Network
import Programs
import Sync

/// What came of one meeting.
public struct SyncReport: Sendable {
    /// With whom.
    public var name: String
    /// What went and came.
    public var summary: SyncSummary
    /// What that has changed here.
    public var merge: MergeReport
    /// Instructions that have cleared now and had not before.
    public var retried = 0
}

/// How this program reaches others.
public struct SyncReach {
    /// Sends requests to servers.
    public var sender: () throws -> any HTTPSender
    /// `ssh` with these words.
    public var ssh: ([String]) throws -> Program
    /// Opens the wallet in a directory of this machine.
    public var open: (_ directory: String) throws -> Wallet
    /// The name and version of the program.
    public var program: String
    /// Told how far it has come.
    public var onProgress: (SyncProgress) -> Void
    /// Told what went wrong on the side that answers, where that is this program too.
    public var onFailure: (any Error) -> Void

    /// All of it.
    public init(
        sender: @escaping () throws -> any HTTPSender,
        ssh: @escaping ([String]) throws -> Program,
        open: @escaping (String) throws -> Wallet, program: String,
        onProgress: @escaping (SyncProgress) -> Void, onFailure: @escaping (any Error) -> Void
    ) {
        self.sender = sender
        self.ssh = ssh
        self.open = open
        self.program = program
        self.onProgress = onProgress
        self.onFailure = onFailure
    }
}

extension Wallet {
    static let replicaSection = "replica"
    static let originName = "origin"

    /// The replicas that are known by name, and where they are.
    /// - Throws: `ConfigurationError`.
    public func replicas() throws -> [(name: String, url: String)] {
        try configuration.subsections(of: Self.replicaSection).compactMap { name in
            let section = try ConfigurationSection(Self.replicaSection, name)
            return configuration.values(in: section)["url"].map { (name, $0) }
        }.sorted { $0.name < $1.name }
    }

    /// The side that answers.
    /// - Parameter certifies: whether whoever asks is the wallet's owner.
    /// - Throws: failures of storage.
    public func replicaServer(
        program: String, certifies: Bool, isReadOnly: Bool = false,
        onFailure: @escaping (any Error) -> Void
    ) throws -> ReplicaServer {
        ReplicaServer(
            try LocalReplica(self, program: program), certifies: certifies,
            isReadOnly: isReadOnly, onFailure: onFailure)
    }

    /// The way to a source that answers.
    /// - Throws: `ReplicaError.noSource` for a file; `ProgramError`; failures of storage.
    public static func transport(
        to source: SyncSource, _ reach: SyncReach, as wallet: Wallet?
    ) throws -> any SyncTransport {
        switch source {
        case .directory(let path):
            return DirectTransport(
                server: try reach.open(path).replicaServer(
                    program: reach.program, certifies: true, onFailure: reach.onFailure))
        case .host(let place):
            return try PipeTransport(
                try reach.ssh(place.arguments(["sync-serve"])), name: place.description)
        case .server(let url):
            guard let wallet else {
                throw ReplicaError.noSource(
                    text: url.description,
                    reason: "a new device is certified over a path or ssh, or by a bundle")
            }
            return ServerTransport(
                url: url, sender: try reach.sender(), sign: try wallet.requestSigner())
        case .file(let path):
            throw ReplicaError.noSource(text: path, reason: "a bundle does not answer")
        }
    }

    /// Signs requests to servers with this device's key.
    func requestSigner() throws -> ([UInt8]) throws -> [UInt8] {
        let key = try deviceKey()
        let domain = try ownDomain()
        let surroundings = surroundings
        return { frames in
            try SignedRequest.body(
                frames, domain: domain, time: surroundings.now(),
                nonce: try surroundings.random.bytes(SyncLimits.nonceBytes),
                publicKey: key.publicKey, scheme: key.scheme
            ) { try key.sign($0) }
        }
    }

    /// Meets another replica.
    /// - Throws: `SyncError`, `ReplicaError`, failures of network and storage.
    public func sync(
        with source: SyncSource, name: String, _ options: SyncOptions, _ reach: SyncReach
    ) throws -> SyncReport {
        let replica = try LocalReplica(self, program: reach.program)
        if !options.isDryRun { try replica.gatherPreferences() }
        if case .file(let path) = source {
            return try apply(bundle: path, name: name, replica, isDryRun: options.isDryRun)
        }
        let transport = try Self.transport(to: source, reach, as: self)
        var initiator = SyncInitiator(replica, options: options, onProgress: reach.onProgress)
        var step = SyncStep.send(try initiator.start())
        while case .send(let frames) = step {
            step = try initiator.receive(try transport.exchange(frames))
        }
        guard case .finished(let summary) = step else {
            throw ReplicaError.disconnected(source: name)
        }
        return try conclude(replica, name, summary, isDryRun: options.isDryRun)
    }

    private func conclude(
        _ replica: LocalReplica, _ name: String, _ summary: SyncSummary, isDryRun: Bool
    ) throws -> SyncReport {
        var report = SyncReport(name: name, summary: summary, merge: replica.report)
        guard !isDryRun else { return report }
        try replica.applyPreferences()
        replica.ledger.finish()
        report.retried = try retry(nil).cleared
        let row: KeyValuePairs<String, ReportRow.Value?> = [
            "bounced": .number(report.merge.demotions.count), "name": .text(name),
            "received": .number(summary.incoming.total), "sent": .number(summary.outgoing.total),
        ]
        // What has been merged has been, whether or not somebody can be told.
        do {
            try hooks.announce(
                HookEvent(
                    .postSync, key: "\(name) \(surroundings.now())", time: surroundings.now(),
                    documents: [], details: row))
        } catch is HookError {}
        return report
    }

    /// Takes in a bundle, once all of it has been seen to be whole.
    private func apply(
        bundle path: String, name: String, _ replica: LocalReplica, isDryRun: Bool
    ) throws -> SyncReport {
        let file = try File(path, .read)
        var reader = BundleReader(domain: try ownDomain())
        try forEachPiece(of: file) { try reader.inspect($0) }
        let contents = try reader.inspected()
        if isDryRun {
            let summary = SyncSummary(of: contents)
            return SyncReport(name: name, summary: summary, merge: MergeReport())
        }
        try forEachPiece(of: file) { try reader.apply($0, to: replica) }
        return try conclude(
            replica, name, try reader.applied(to: replica), isDryRun: false)
    }

    private func forEachPiece(of file: File, _ body: ([UInt8]) throws -> Void) throws {
        var offset = 0
        while true {
            let piece = try file.read(at: offset, count: Limits.readBytes)
            if piece.isEmpty { return }
            try body(piece)
            offset += piece.count
        }
    }

    /// Writes all that this replica holds.
    /// - Throws: failures of storage; what `sink` throws.
    public func writeBundle(
        program: String, to sink: ([UInt8]) throws -> Void
    ) throws -> BundleContents {
        let replica = try LocalReplica(self, program: program)
        try replica.gatherPreferences()
        return try BundleWriter.write(replica, to: sink)
    }
}
