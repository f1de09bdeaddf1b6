// Following the counters of own addresses in another domain, from one receipt to the next.
import Bytes
import Documents
import Service

extension PeerSession {
    /// Sees that an output goes on from where its counter was seen last, and remembers it.
    /// - Throws: `PeerError.forked`, `.falseReceipt`; what asking throws; failures of storage.
    func follow(_ link: CounterLink) throws {
        while true {
            let known = try records.head(link.key)
            try check(link, since: known)
            if try records.advance(from: known, to: link.head) { return }
        }
    }

    private func check(_ link: CounterLink, since known: CounterHead?) throws {
        guard let known else {
            // Met for the first time: one step shows the arithmetic.
            _ = try source(of: link)
            return
        }
        if link.pointer == known.pointer { return }
        if known.clock < link.clock {
            try descend(from: link, to: known)
        } else {
            // A payment that is repeated may have been followed by others.
            guard let last = try self.link(at: known.pointer, known.key) else {
                throw forked(known)
            }
            try descend(from: last, to: link.head)
        }
    }

    /// Goes back from an output to an earlier one.
    private func descend(from link: CounterLink, to earlier: CounterHead) throws {
        var here = link
        for _ in 0..<PeerLimits.historyTransactions {
            if here.output.source == earlier.pointer {
                guard here.follows(earlier.state) else { throw falseStep(here) }
                return
            }
            guard let before = try source(of: here), earlier.clock < before.clock else {
                throw forked(earlier)
            }
            here = before
        }
        throw falseReceipt(
            "\(earlier.pointer.text) is more than \(PeerLimits.historyTransactions) "
                + "transactions away")
    }

    /// The output that `link` replaces, from which its instructions lead to it; nil for a counter's
    /// first.
    func source(of link: CounterLink) throws -> CounterLink? {
        guard let pointer = link.output.source else { return nil }
        guard let before = try self.link(at: pointer, link.key) else {
            throw falseReceipt("it goes on from \(pointer.text), which is not there")
        }
        guard before.clock < link.clock else {
            throw falseReceipt("it goes on from a later transaction")
        }
        guard link.follows(before.output.state) else { throw falseStep(link) }
        return before
    }

    /// The output at a pointer, verified; nil where the domain has no such transaction.
    func link(at pointer: Transaction.Pointer, _ key: CounterKey) throws -> CounterLink? {
        let line = try ask { client throws(ClientError) in
            try client.transaction(pointer.transaction)
        }
        guard let line else { return nil }
        let links = try receipt(line, is: pointer.transaction).links
        guard links.indices.contains(pointer.index), links[pointer.index].key == key else {
            throw falseReceipt("\(pointer.text) is no output of \(key.address) in \(key.symbol)")
        }
        return links[pointer.index]
    }

    func forked(_ known: CounterHead) -> PeerError {
        .forked(peer: peer.name, counter: known.key, known: known.pointer)
    }

    private func falseStep(_ link: CounterLink) -> PeerError {
        falseReceipt(
            "the instructions of \(link.pointer.transaction) do not lead to the balance of "
                + "\(link.key.address)")
    }
}
