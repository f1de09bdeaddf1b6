// A second look at everything that is kept: what is derived must follow from what is not.
import Bitcoin
import Bytes
import Headers
import SQLite

extension CoinStore {
    /// What is wrong with the store, a sentence each; none where all is well.
    /// - Parameter chain: the headers; nil: paths are followed to their roots alone.
    /// - Throws: failures of storage.
    public func problems(_ chain: (any HeaderLookup)?) throws -> [String] {
        var problems = try database.integrityProblems()
        for record in try records(where: "1 = 1") {
            let id = record.transaction.id
            func report(_ text: String) {
                problems.append("transaction '\(id.displayed)': \(text)")
            }
            if try self.record(id)?.place != record.place { report("it has another name") }
            if try coins(of: id) != ownOutputs(of: record.transaction) {
                report("its coins are not its outputs")
            }
            if try spent(by: record.place) != Set(record.transaction.inputs.map(\.outpoint)) {
                report("what it spends is not what its bytes say")
            }
            if record.state == .mined, let problem = try proofProblem(record, chain) {
                report(problem)
            }
        }
        return problems
    }

    private func proofProblem(
        _ record: CoinRecord, _ chain: (any HeaderLookup)?
    ) throws -> String? {
        guard let binary = record.path, let block = record.block else {
            return "it is called mined, and has no path"
        }
        do {
            let path = try BUMP(binary: binary)
            let root = try path.root(of: record.transaction.id)
            guard let chain else { return nil }
            guard try chain.confirmed(root, at: path.height).hash == block else {
                return "its path leads to another block"
            }
            return nil
        } catch let error as HeaderError {
            return "its path is false: \(error.message)"
        } catch let refusal as ChainRefusal {
            return refusal.message
        }
    }

    private func ownOutputs(of transaction: BitcoinTransaction) throws -> [Int: UInt64] {
        var own: [Int: UInt64] = [:]
        for (number, output) in transaction.outputs.enumerated()
        where try address(of: output.script) != nil {
            own[number] = output.satoshis
        }
        return own
    }

    private func coins(of id: Digest256) throws -> [Int: UInt64] {
        let query = try database.prepare("SELECT number, satoshis FROM coins WHERE txid = ?1")
        defer { query.reset() }
        try query.bind(1, id.bytes)
        var coins: [Int: UInt64] = [:]
        while try query.step() {
            coins[Int(query.int64(0))] = UInt64(bitPattern: query.int64(1))
        }
        return coins
    }

    private func spent(by place: Int64) throws -> Set<Outpoint> {
        let query = try database.prepare("SELECT txid, number FROM inputs WHERE place = ?1")
        defer { query.reset() }
        try query.bind(1, place)
        var spent: Set<Outpoint> = []
        while try query.step() {
            guard let id = Digest256(query.blob(0)) else { continue }
            spent.insert(Outpoint(transaction: id, index: UInt32(query.int64(1))))
        }
        return spent
    }
}

/// What the database itself says of a failure.
public struct CoinStorageFault: Sendable {
    /// The database's words.
    public let reason: String
    /// Whether another process was writing for too long.
    public let isBusy: Bool
    /// Whether the disk can only be read.
    public let isReadOnly: Bool

    /// Nil for other failures.
    public init?(_ error: any Error) {
        guard let error = error as? DatabaseError else { return nil }
        reason = error.message
        isBusy = error.isBusy
        isReadOnly = error.isReadOnly || error.isCannotOpen
    }
}
