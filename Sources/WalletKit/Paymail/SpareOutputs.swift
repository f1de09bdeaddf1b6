// Outputs that were promised, and that nobody has paid in time: they are promised again.
import Bitcoin
import Documents
import Paymail

/// Strangers may ask for outputs without end, and pay none. Were each of them a fresh key, files
/// would pile up, and a wallet that is restored from its words would stop looking before it has
/// come to the paid ones: it looks for a few unused keys in a row.
struct SpareOutputs: Sendable {
    /// An output to be promised again, and the promise that it was of.
    struct Spare: Sendable {
        let reference: String
        let script: Script
    }

    private var found: [Spare] = []
    private var looked: Timestamp?

    // limit: how long after its time a promise is not touched
    private static let graceMilliseconds: Int64 = 86_400_000
    // limit: between two looks
    private static let pauseMilliseconds: Int64 = 3_600_000
    // limit: spares that are remembered
    private static let limit = 1_000

    /// The next spare; nil where there is none.
    mutating func next(_ store: ReferenceStore, _ now: Timestamp) throws -> Spare? {
        let isDue = looked.map { now.milliseconds - $0.milliseconds >= Self.pauseMilliseconds }
        if found.isEmpty, isDue ?? true {
            looked = now
            found = try Self.look(store, now)
        }
        while let spare = found.popLast() {
            // Another process may have promised it meanwhile.
            if try store.reference(spare.reference) != nil, try store.isUnpaid(spare.reference) {
                return spare
            }
        }
        return nil
    }

    private static func look(_ store: ReferenceStore, _ now: Timestamp) throws -> [Spare] {
        var spares: [Spare] = []
        for name in try store.references() where spares.count < limit {
            guard let reference = try store.reference(name), try store.isUnpaid(name),
                now.milliseconds - reference.expires.milliseconds >= graceMilliseconds,
                let output = reference.destination.outputs.first
            else { continue }
            spares.append(Spare(reference: name, script: output.script))
        }
        return spares
    }
}
