// Who holds what.
import Bytes
import Documents
import Graphstore

/// One counter for people.
public struct BalanceLine: Sendable {
    /// Whose.
    public let address: Address
    /// What the owner is called.
    public let name: String
    /// The unit.
    public let unit: UnitView
    /// The balance and its limits.
    public let state: CounterState
}

extension Wallet {
    /// The counters of `who`, or of all own addresses, in `unit` or in all units; by name, then by
    /// unit.
    /// - Parameter at: the beginning of a transaction's hash: the balances right after it.
    /// - Throws: `WalletError`; failures of storage.
    public func balance(
        who: String?, unit: String?, at: String?, _ body: (BalanceLine) throws -> Void
    ) throws {
        let ledger = try reader()
        let resolver = try resolver()
        let symbol = try unit.map { try resolver.symbol($0) }
        let limit = try at.map { try transactionPlace($0, ledger) }
        func visit(_ address: Address) throws {
            var lines: [BalanceLine] = []
            func emit() throws {
                for line in lines.sorted(by: { $0.unit.label < $1.unit.label }) { try body(line) }
            }
            let name = resolver.name(address)
            try ledger.graph.forEachCounter(address: address, symbol: symbol) { key, counter in
                guard let state = try ledger.state(counter, atOrBefore: limit) else { return }
                lines.append(
                    BalanceLine(
                        address: address, name: name, unit: try resolver.view(key.symbol),
                        state: state))
            }
            try emit()
        }
        if let who { return try visit(try resolver.address(who)) }
        for own in book.own { try visit(own.address) }
    }

    private func transactionPlace(_ prefix: String, _ ledger: Ledger) throws -> Int64 {
        switch try ledger.find(prefix: prefix) {
        case .stored(let stored): try ledger.transaction(stored.hash).place
        case .instruction(_, let document):
            try ledger.transaction(document.transaction.hash).place
        }
    }
}

extension Ledger {
    /// The state of a counter after the line at `limit`; nil where it did not exist then.
    func state(_ counter: Counter, atOrBefore limit: Int64?) throws -> CounterState? {
        guard let limit else { return counter.head == nil ? nil : counter.state }
        var pointer = counter.head
        while let here = pointer {
            let (document, place) = try transaction(here.transaction)
            let output = try output(here, of: document)
            if place <= limit { return output.state }
            pointer = output.source
        }
        return nil
    }

    /// The output that a pointer names.
    /// - Throws: `WalletError.corruptLog` where it has none of that index.
    func output(
        _ pointer: Transaction.Pointer, of document: TransactionDocument
    ) throws -> Transaction.Output {
        guard document.transaction.outputs.indices.contains(pointer.index) else {
            throw WalletError.corruptLog(
                path: directory, offset: 0, reason: "\(pointer.text) names no output")
        }
        return document.transaction.outputs[pointer.index]
    }
}
