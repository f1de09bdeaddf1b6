// What an address has in another domain, and how far that is proved.
import Blockstack
import Bytes
import Documents
import Service

/// A counter in another domain, every part of it verified.
public struct PeerBalance: Sendable {
    /// Whose.
    public let address: Address
    /// What the owner is called.
    public let name: String
    /// The unit.
    public let unit: UnitView
    /// The balance and its limits.
    public let state: CounterState
    /// The block that it, or an earlier state of it, was proved at; nil where there is none, or
    /// where the counter was not there.
    public let block: BlockDocument.Statement?
    /// Transactions since then, whose receipts lead from there to the balance.
    public let receipts: Int

    /// For people: `block 12 + 3 receipts`.
    public var proved: String {
        let count = receipts == 1 ? "1 receipt" : "\(receipts) receipts"
        guard let block else { return count }
        return receipts == 0 ? "block \(block.height)" : "block \(block.height) + \(count)"
    }

    /// The limits where they are not those that every new counter has.
    public var limits: String {
        BalanceLine(address: address, name: name, unit: unit, state: state).limits
    }

    /// The members of a balance.
    public static let fields =
        BalanceLine.fields + ["proved", "height", "sealed", "receipts"]

    /// The balance as a row; amounts are plain and exact.
    public var row: ReportRow {
        ReportRow([
            "name": .text(name), "net": .text(state.net.text), "unit": .text(unit.label),
            "min": .text(state.min.text), "max": .text(state.max.text),
            "address": .text(address.text), "symbol": .text(unit.symbol.text),
            "proved": .text(proved), "height": block.map { .number($0.height) },
            "sealed": block.map { .text($0.sealed.text) }, "receipts": .number(receipts),
        ])
    }
}

/// A counter's state with its evidence.
struct ProvedCounter {
    let key: CounterKey
    let state: CounterState
    let block: BlockDocument.Statement?
    let receipts: Int
}

extension PeerSession {
    /// The counters of an address, all or that of one unit, by symbol. Of an own address none that
    /// was met before may be missing, and none may have gone back.
    /// - Throws: `PeerError`; what asking throws; failures of storage.
    func counters(of address: Address, symbol: Address?) throws -> [ProvedCounter] {
        let stated = try ask { client throws(ClientError) in
            try client.balances(of: address, symbol: symbol)
        }.sorted { $0.key < $1.key }
        if isOwn(address) {
            for known in try records.heads(of: address)
            where symbol == nil || known.key.symbol == symbol {
                guard stated.contains(where: { $0.key == known.key }) else {
                    throw forked(known)
                }
            }
        }
        return try stated.compactMap { counter in
            // A counter without an output is none.
            guard let pointer = counter.pointer else { return nil }
            guard symbol == nil || counter.key.symbol == symbol else { return nil }
            return try prove(counter.key, counter.state, pointer)
        }
    }

    private func prove(
        _ key: CounterKey, _ state: CounterState, _ pointer: Transaction.Pointer
    ) throws -> ProvedCounter {
        func unproved(_ reason: String) -> PeerError {
            .unproved(peer: peer.name, counter: key, reason: reason)
        }
        guard let head = try link(at: pointer, key) else {
            throw unproved("the transaction \(pointer.transaction) is not there")
        }
        guard head.output.state == state else {
            throw unproved("the transaction \(pointer.transaction) has another one")
        }
        let (block, sealed) = try proof(of: key)
        let known = isOwn(key.address) ? try records.head(key) : nil
        if let known, head.clock < known.clock { throw forked(known) }
        var here = head
        var receipts = 0
        var isProved = false
        var isKnown = known == nil
        for _ in 0...PeerLimits.historyTransactions {
            isProved = isProved || here.output.state == sealed
            isKnown = isKnown || here.pointer == known?.pointer
            if isProved, isKnown {
                if isOwn(key.address) { _ = try records.advance(from: known, to: head.head) }
                return ProvedCounter(
                    key: key, state: state, block: sealed == nil ? nil : block,
                    receipts: receipts)
            }
            if !isProved { receipts += 1 }
            guard let before = try source(of: here) else {
                if let known, !isKnown { throw forked(known) }
                guard sealed == nil else {
                    throw unproved("its receipts do not begin at the state that is sealed")
                }
                if isOwn(key.address) { _ = try records.advance(from: known, to: head.head) }
                return ProvedCounter(key: key, state: state, block: nil, receipts: receipts)
            }
            if let known, !isKnown, before.clock < known.clock { throw forked(known) }
            here = before
        }
        throw unproved(
            "there are more than \(PeerLimits.historyTransactions) transactions since then")
    }

    /// The last block and the state of a counter at it; nil for either where there is none.
    private func proof(
        of key: CounterKey
    ) throws -> (block: BlockDocument.Statement?, state: CounterState?) {
        let line = try ask { client throws(ClientError) in try client.balanceProof(of: key) }
        guard let line else { return (nil, nil) }
        do throws(Refusal) {
            let verified = try ProofVerification(line: line)
            guard case .balance(let evidence) = verified.proof.claim,
                evidence.address == key.address, evidence.symbol == key.symbol
            else { throw Refusal(.proofInvalid, "the proof is of something else") }
            guard verified.seal.block.key == peer.key else {
                throw Refusal(.notTrusted, "the block is not signed by the key that is pinned")
            }
            let statement = verified.seal.block.statement
            guard case .balance(let state) = verified.finding else { return (statement, nil) }
            return (statement, state)
        } catch {
            throw PeerError.unproved(peer: peer.name, counter: key, reason: error.message)
        }
    }
}
