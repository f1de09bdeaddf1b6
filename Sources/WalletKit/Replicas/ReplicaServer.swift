// Answering another replica of this domain.
import Bytes
import Cryptography
import Documents
import Sync

/// The side that answers: the session's frames, and a new device that asks to be certified.
public final class ReplicaServer {
    private let replica: LocalReplica
    private let responder: SyncResponder
    private let certifies: Bool
    private let onFailure: (any Error) -> Void

    /// - Parameters:
    ///   - certifies: whether whoever asks is the wallet's owner, as over a pipe.
    ///   - onFailure: told what went wrong here; the peer learns only that it did.
    init(
        _ replica: LocalReplica, certifies: Bool, isReadOnly: Bool = false,
        onFailure: @escaping (any Error) -> Void
    ) {
        self.replica = replica
        self.certifies = certifies
        self.onFailure = onFailure
        responder = SyncResponder(replica, isReadOnly: isReadOnly, onFailure: onFailure)
    }

    /// The answers to frames, in their order.
    public func answer(_ frames: [Frame]) -> [Frame] {
        guard frames.count == 1, frames[0].kind == .join else { return session(frames) }
        guard certifies else {
            return [
                SyncRefusal(code: "not-certified", message: "devices are certified over a pipe")
                    .frame
            ]
        }
        do {
            return [try replica.certify(try JoinRequest(frames[0])).frame]
        } catch {
            onFailure(error)
            return [
                SyncRefusal(code: "not-certified", message: "the new device was not certified")
                    .frame
            ]
        }
    }

    /// Names travel with the documents: what was changed here is stated before others are told, and
    /// done here when all has come.
    private func session(_ frames: [Frame]) -> [Frame] {
        do {
            if frames.contains(where: { $0.kind == .hello }) { try replica.gatherPreferences() }
            let answers = responder.answer(frames)
            if frames.contains(where: { $0.kind == .done }) {
                try replica.applyPreferences()
                replica.ledger.finish()
                try replica.wallet.clearQueued()
            }
            return answers
        } catch {
            onFailure(error)
            return frames.map { _ in
                SyncRefusal(code: "failed", message: "the replica cannot answer").frame
            }
        }
    }

    /// Whether a device may ask here.
    func isCertified(_ device: Address) throws -> Bool {
        try replica.ledger.write {
            let entries = try replica.ledger.graph.devices()
            return entries.contains { $0.address == device }
                && !entries.contains { $0.address == device && $0.revoked != nil }
        }
    }

    /// What has come of merges since the beginning.
    public var report: MergeReport { replica.report }

    /// Serves a pipe until it ends.
    /// - Parameters:
    ///   - read: the next bytes; empty at the end.
    ///   - write: takes an answer.
    /// - Throws: `SyncError` where what comes is no frame; what `read` and `write` throw.
    public func serve(
        read: () throws -> [UInt8], write: ([UInt8]) throws -> Void
    ) throws {
        var reader = FrameReader()
        while true {
            while let frame = try reader.next() {
                for answer in answer([frame]) { try write(answer.bytes) }
            }
            let piece = try read()
            guard !piece.isEmpty else { return }
            reader.append(piece)
        }
    }
}

extension LocalReplica {
    /// Certifies a new device: its certificate is a document of the open block.
    /// - Throws: `KeyError`, failures of storage.
    func certify(_ request: JoinRequest) throws -> Welcome {
        let key = try wallet.domainKey(ledger)
        // Certificates stand in the log in the order of their times: the first stays the first, also
        // where a clock has gone back.
        let latest = try ledger.write { try ledger.latestCertificate() }
        let issued = max(now, latest.adding(milliseconds: 1) ?? latest)
        let unsigned = DeviceCertificate(
            address: request.device, domain: domain, incarnation: request.incarnation,
            issued: issued)
        let certificate = DeviceCertificate(
            address: request.device, domain: domain, incarnation: request.incarnation,
            issued: issued, Endorsements(signatures: [try key.signature(of: unsigned.hash)]))
        try enter(certificate)
        let first = try ledger.write { try ledger.document(at: 0) }
        return Welcome(
            domain: domain, first: Array(first.envelope.bytes), certificate: certificate.document,
            keys: try request.recipient.map { try wallet.exportKeys(to: $0) } ?? [])
    }

    func enter(_ certificate: DeviceCertificate) throws {
        try ledger.enter(
            note: .device(certificate, try Envelope(line: certificate.document)),
            line: certificate.document)
        forget()
    }
}

extension Ledger {
    /// When the last device was certified. Only inside `write`.
    func latestCertificate() throws -> Timestamp {
        var latest = Timestamp.earliest
        for entry in try graph.devices() where entry.revoked == nil {
            if case .device(let device, _) = try document(at: entry.place) {
                latest = max(latest, device.issued)
            }
        }
        return latest
    }

    /// Enters a document of the open block that changes no counter.
    /// - Throws: `FileError`, `WalletError.busy`.
    func enter(note: StoredDocument, line: [UInt8]) throws {
        try write {
            try commit([line + [UInt8(ascii: "\n")]], asOne: false) { _, place in
                graph.record(note: note, at: place)
            }
        }
        finish()
    }
}
