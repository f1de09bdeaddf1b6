// What an address has given away today, read from the log: there is no second book that could be
// wrong.
import Bytes
import Documents
import Graphstore

extension Timestamp {
    /// The day of UTC, counted from 1970-01-01.
    var day: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// What one counter had given away up to one of its outputs.
struct Spending: Sendable {
    let day: Int64
    let head: Transaction.Pointer?
    let amount: Amount
}

extension Ledger {
    /// The time that a transaction has that clears now: never before the last one's.
    func time(notBefore now: Timestamp) -> Timestamp {
        max(now, graph.coverage.clock?.time ?? .earliest)
    }

    /// What an address has given away of a unit in the transactions of one day of UTC. Goes from
    /// the counter's last output back to the first of that day: under the ledger's lock, and not
    /// while a batch is being decided.
    /// - Throws: failures of storage.
    func spent(by key: CounterKey, on day: Int64) throws -> Amount {
        try spending(by: key, on: day, after: nil).amount
    }

    /// The same from what is known already: each transaction is read once.
    func spending(
        by key: CounterKey, on day: Int64, after known: Spending?
    ) throws -> Spending {
        let head = try graph.counter(key).head
        var amount = Amount.zero
        var pointer = head
        while let here = pointer {
            if let known, known.day == day, known.head == here {
                amount = amount.plus(known.amount)
                break
            }
            let (document, _) = try transaction(here.transaction)
            let reached = document.transaction.clock.time.day
            if reached < day { break }
            if reached == day { amount = amount.plus(try Self.given(by: key, in: document)) }
            pointer = try output(here, of: document).source
        }
        return Spending(day: day, head: head, amount: amount)
    }

    /// What the source gives in the IOUs of one transaction.
    private static func given(
        by key: CounterKey, in document: TransactionDocument
    ) throws -> Amount {
        var amount = Amount.zero
        for envelope in document.instructions {
            guard case .iou(let iou) = try Instruction(envelope), iou.terms.source == key.address,
                iou.terms.symbol == key.symbol
            else { continue }
            amount = amount.plus(iou.terms.amount)
        }
        return amount
    }
}

extension Amount {
    /// The sum of two amounts not below 0; the largest amount where it would be more.
    func plus(_ other: Amount) -> Amount {
        adding(other) ?? Amount(quanta: Self.largestQuanta) ?? self
    }

    /// What is left of it when `other` has gone; not below 0.
    func less(_ other: Amount) -> Amount { max(subtracting(other) ?? .zero, .zero) }
}
