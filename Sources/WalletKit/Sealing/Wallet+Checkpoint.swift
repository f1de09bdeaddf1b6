// Checkpoints: what witnesses and auditors keep of a log.
import Blockstack
import Bytes
import Documents

/// A checkpoint of this wallet's domain.
public struct CheckpointReport: Sendable {
    /// The block that it belongs to.
    public let height: Int
    /// Origin, size and root.
    public let checkpoint: Checkpoint
    /// The signed note, with what witnesses have added.
    public let note: [UInt8]
    /// The domain's key.
    public let key: VerifierKey

    /// The report's members.
    public var row: ReportRow {
        ReportRow([
            "height": .number(height), "origin": .text(checkpoint.origin),
            "size": .number(checkpoint.size), "root": .text(checkpoint.root.hexadecimal),
            "key": .text(key.text), "note": .text(String(decoding: note, as: UTF8.self)),
        ])
    }
}

extension Wallet {
    /// The checkpoint of a block, the last one where none is named.
    /// - Throws: `WalletError`; failures of storage.
    public func checkpoint(_ name: String?) throws -> CheckpointReport {
        let ledger = try reader()
        let height = try name.map { try blockHeight($0) } ?? ledger.blockCount - 1
        guard height >= 0 else { throw WalletError.noBlocks }
        let block = try ledger.block(at: height).block
        return CheckpointReport(
            height: height, checkpoint: try block.statement.checkpoint,
            note: try stacks.cosigned(height) ?? block.checkpointNote().bytes,
            key: try block.verifierKey())
    }

    /// Adds cosignatures to the checkpoint of a block, and publishes it if it is the last.
    /// - Parameter lines: signature lines, or a whole note of the same checkpoint.
    /// - Parameter policy: knows the witnesses; without one, nobody's cosignature is verified here.
    /// - Returns: how many were new.
    /// - Throws: `WalletError`, `NoteError`; failures of storage.
    public func addCosignatures(
        _ lines: [UInt8], to name: String?, _ policy: TrustPolicy?
    ) throws -> Int {
        let stacks = stacks
        let writer = try writer()
        let known = try checkpoint(name)
        let signatures = try signatures(lines, of: known.checkpoint)
        return try writer.write {
            let note = try SignedNote(try checkpoint(String(known.height)).note)
            let fresh = signatures.filter { !note.signatures.contains($0) }
            guard !fresh.isEmpty else { return 0 }
            let cosigned = try note.adding(fresh)
            if let policy { _ = try policy.evaluate(cosigned, logs: [known.key]) }
            try stacks.create()
            try stacks.keep(cosigned: cosigned.bytes, known.height)
            if known.height == writer.blockCount - 1 {
                try stacks.publish(checkpoint: cosigned.bytes)
            }
            return fresh.count
        }
    }

    private func signatures(
        _ bytes: [UInt8], of checkpoint: Checkpoint
    ) throws -> [NoteSignature] {
        guard let note = try? SignedNote(bytes) else { return try NoteSignature.lines(bytes) }
        guard try Checkpoint(note: note) == checkpoint else {
            throw WalletError.foreignCheckpoint(
                origin: checkpoint.origin, size: try Checkpoint(note: note).size)
        }
        return note.signatures
    }
}
