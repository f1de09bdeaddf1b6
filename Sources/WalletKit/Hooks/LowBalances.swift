// When a balance of ours falls under the bound that its owner has set.
import Bytes
import Documents
import Graphstore

/// The bounds `hook.UNIT.low-balance` of the configuration, by unit.
struct LowBalances {
    private let bounds: [Address: (bound: Amount, unit: UnitView)]
    private let own: [Address: String]

    static let key = "low-balance"

    /// - Throws: `ConfigurationError`, `WalletError` and `Refusal` for bounds that are none.
    init(_ wallet: Wallet, _ graph: ClearingGraph) throws {
        let resolver = Resolver(book: wallet.book, graph: graph, handles: nil)
        var bounds: [Address: (bound: Amount, unit: UnitView)] = [:]
        for name in wallet.configuration.subsections(of: "hook") {
            let key = try ConfigurationKey(try ConfigurationSection("hook", name), Self.key)
            guard let text = wallet.configuration.entry(key)?.value else { continue }
            let symbol = try resolver.symbol(name)
            let unit = try resolver.view(symbol)
            bounds[symbol] = (try unit.amount(typed: text, "\(key)"), unit)
        }
        self.bounds = bounds
        own = Dictionary(
            wallet.book.own.map { ($0.address, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    /// The balances of ours that a transaction has taken from their bound or above to below it.
    /// - Throws: failures of storage.
    func events(
        _ document: TransactionDocument, _ line: [UInt8], _ ledger: Ledger, _ now: Timestamp
    ) throws -> [HookEvent] {
        var events: [HookEvent] = []
        for output in document.transaction.outputs {
            guard let name = own[output.address], let (bound, unit) = bounds[output.symbol],
                output.state.net < bound, try before(output, ledger) >= bound
            else { continue }
            let hash = document.transaction.hash.hexadecimal
            events.append(
                HookEvent(
                    .lowBalance, key: "\(hash) \(output.address.text) \(output.symbol.text)",
                    time: now, documents: [line],
                    details: [
                        "address": .text(output.address.text), "name": .text(name),
                        "balance": .text(output.state.net.text), "bound": .text(bound.text),
                        "symbol": .text(output.symbol.text), "unit": .text(unit.label),
                    ]))
        }
        return events
    }

    /// The balance that an output has replaced.
    private func before(_ output: Transaction.Output, _ ledger: Ledger) throws -> Amount {
        guard let source = output.source else { return .zero }
        let outputs = try ledger.transaction(source.transaction).0.transaction.outputs
        return outputs.indices.contains(source.index) ? outputs[source.index].state.net : .zero
    }
}
