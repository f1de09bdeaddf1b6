// What reports say of the logs that this wallet witnesses.
import Documents

/// A log that this wallet witnesses.
public struct WitnessedLog: Sendable {
    /// Its key, whose name is the origin.
    public let key: VerifierKey
    /// The last checkpoint cosigned; nil for none.
    public let seen: SeenCheckpoint?
    /// Proofs kept that it has told two stories.
    public let accusations: Int

    /// The log's origin.
    public var origin: String { key.name.description }

    /// The members of a row.
    public static let fields = ["origin", "size", "time", "accusations", "root", "key"]

    /// The log as a row.
    public var row: ReportRow {
        ReportRow([
            "origin": .text(origin), "size": .number(seen?.checkpoint.size ?? 0),
            "time": seen.map { .text($0.timestamp.text) }, "accusations": .number(accusations),
            "root": seen.map { .text($0.checkpoint.root.hexadecimal) }, "key": .text(key.text),
        ])
    }
}

extension CosignedCheckpoint {
    /// The answer as a row.
    public var row: ReportRow {
        let timestamp = Timestamp(milliseconds: Int64(clamping: time) * 1000) ?? .latest
        return ReportRow([
            "origin": .text(checkpoint.origin), "size": .number(checkpoint.size),
            "root": .text(checkpoint.root.hexadecimal), "time": .text(timestamp.text),
            "cosignature": .text(String(decoding: lines.dropLast(), as: UTF8.self)),
        ])
    }
}
