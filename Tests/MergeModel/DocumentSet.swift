// What the oracle writes: all that a replica has, in one line.
import Bytes
import Documents
import Graphstore
import Merge

/// Why a set cannot be read: the oracle and the model do not speak the same language.
struct SetError: Error {
    let reason: String
}

/// The state before the first block, the blocks, the records.
struct DocumentSet {
    /// A block with the cut above it.
    struct Block {
        let sealed: SealedBlock
        let cut: CutDocument.Statement
        let transactions: [TransactionDocument]
    }

    let id: String
    let domain: String
    let now: Timestamp
    let counters: [CounterKey: CounterState]
    let genesis: CutDocument.Statement
    let blocks: [Block]
    let records: [ClearingRecord]
    /// How many of the records were here before.
    let earlier: Int
    let revocations: [Revocation]
    let grants: [Allowance]
    let units: [UnitDefinition]

    init(line: [UInt8]) throws {
        let root = try JSONText(line).root
        id = try Self.text(root, "id")
        domain = try Self.text(root, "domain")
        guard let milliseconds = root["now"]?.integer,
            let now = Timestamp(milliseconds: Int64(milliseconds)),
            let earlier = root["earlier"]?.integer
        else { throw SetError(reason: "no time") }
        self.now = now
        self.earlier = earlier
        var counters: [CounterKey: CounterState] = [:]
        for value in try Self.list(root, "counters") {
            let parts = (value.elements ?? []).compactMap(\.string).map { Array($0.utf8) }
            guard parts.count == 5, let min = Bound(parts[3]), let max = Bound(parts[4]) else {
                throw SetError(reason: "no counter")
            }
            counters[CounterKey(try Address(parts[0]), try Address(parts[1]))] = CounterState(
                net: try Amount(parts[2], .signed), min: min, max: max)
        }
        self.counters = counters
        guard let genesis = root["genesis"] else { throw SetError(reason: "no first cut") }
        self.genesis = try CutDocument(Envelope(genesis)).statement
        blocks = try Self.list(root, "blocks").map(Self.block)
        records = try Self.list(root, "records").map {
            try ClearingRecord(TransactionDocument(Envelope($0)), signatures: nil)
        }
        revocations = try Self.list(root, "revocations").map { try Revocation(Envelope($0)) }
        grants = try Self.list(root, "grants").map { try Allowance(Envelope($0)) }
        units = try Self.list(root, "units").map { try UnitDefinition(Envelope($0)) }
    }

    private static func block(_ value: JSONValue) throws -> Block {
        guard let hash = Digest256(hexadecimal: try text(value, "hash")),
            let previous = Digest256(hexadecimal: try text(value, "previous")),
            let cut = value["cut"]
        else { throw SetError(reason: "no block") }
        let statement = try CutDocument(Envelope(cut)).statement
        return Block(
            sealed: SealedBlock(
                hash: hash, previous: previous, term: statement.term,
                isWhole: value["whole"]?.integer == 1),
            cut: statement,
            transactions: try list(value, "transactions").map {
                try TransactionDocument(Envelope($0))
            })
    }

    private static func text(_ value: JSONValue, _ name: StaticString) throws -> String {
        guard let text = value[name]?.string else { throw SetError(reason: "no \(name)") }
        return text
    }

    private static func list(_ value: JSONValue, _ name: StaticString) throws -> [JSONValue] {
        guard let list = value[name]?.elements else { throw SetError(reason: "no \(name)") }
        return list
    }
}
