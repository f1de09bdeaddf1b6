// Where a wallet asks and tells its hooks.
import Bytes
import Documents
import Hashtable

extension Wallet {
    /// Asks `pre-pay` about a promise that is about to be signed.
    /// - Throws: as `Hooks.ask`.
    func askHook(about iou: IOU, _ unit: UnitView, source: String, target: String) throws {
        let terms = iou.terms
        try hooks.ask(
            HookEvent(
                .prePay, key: iou.hash.hexadecimal, time: surroundings.now(),
                documents: [iou.document],
                details: [
                    "amount": .text(terms.amount.text), "domain": .text(terms.domain),
                    "kind": .text(terms.source == terms.symbol ? "issue" : "pay"),
                    "source": .text(source), "target": .text(target), "unit": .text(unit.label),
                ]))
    }

    /// What asks `pre-clear` about lines before they are cleared: those that it refuses become
    /// refusals. Nil where there is no such hook.
    /// - Throws: failures of storage.
    func clearingVeto(_ ledger: Ledger) throws -> (([PreparedLine]) throws -> [PreparedLine])? {
        guard try hooks.isPresent(.preClear) else { return nil }
        return { [self] lines in
            try lines.map { line in
                // What has cleared before is answered as it was then.
                guard let asked = line.asked, let first = asked.hashes.first,
                    try !ledger.isStored(first)
                else { return line }
                do {
                    try hooks.ask(
                        HookEvent(
                            .preClear, key: asked.hashes.map(\.hexadecimal).joined(separator: " "),
                            time: surroundings.now(), documents: asked.documents.map(Array.init)))
                    return line
                } catch let refusal as Refusal {
                    return PreparedLine(line.line, refused: refusal)
                }
            }
        }
    }

    /// Runs what hooks have not been told yet. Called by commands at their end, when everything has
    /// been answered.
    /// - Throws: as `Hooks.runPending`.
    public func runHooks() throws -> [HookResult] {
        guard try hooks.exists() else { return [] }
        try makeUpForCrashes()
        return try hooks.runPending()
    }

    /// Queues what processes that are gone have added to the log and not told.
    private func makeUpForCrashes() throws {
        let queue = hooks.queue
        for name in try queue.markNames() {
            guard let mark = try HookMark(takingOver: queue.path(of: name)) else { continue }
            let ledger = try reader()
            try ledger.catchUp()
            let start = try mark.lines()
            let events = HookEvents(self, ledger)
            let isQueued = hooks.attempt {
                try ledger.pages(from: start) { lines in
                    try hooks.announce(lines.flatMap { try events.of(line: $0) })
                }
            }
            if isQueued { mark.remove() }
        }
    }
}

extension PreparedLine {
    /// The documents that a hook is asked about, and their hashes; nil where there is nothing to
    /// decide.
    var asked: (documents: [ArraySlice<UInt8>], hashes: [Digest256])? {
        switch content {
        case .refused, .request(_, .some): nil
        case .unit(let unit, let document): ([document], [unit.hash])
        case .request(let request, nil):
            (request.documents, request.instructions.map(\.hash))
        }
    }

    /// A line that is not cleared, whatever stands in it.
    init(_ line: InputLine, refused: Refusal) {
        self.line = line
        content = .refused(refused)
    }
}

extension Ledger {
    /// Calls `body` with the lines of the log from line `position` on, a page at a time.
    /// - Throws: failures of storage, and what `body` throws.
    fileprivate func pages(from position: Int, _ body: ([[UInt8]]) throws -> Void) throws {
        guard position < graph.coverage.lines else { return }
        let start = try graph.numbered(notAfterLine: position) ?? (0, 0)
        var number = start.number
        var page: [[UInt8]] = []
        var bytes = 0
        try store.scan(from: Place(packed: start.place)) { line, _ in
            if number >= position {
                page.append(Array(line))
                bytes += line.count
            }
            number += 1
            if page.count >= HookLimits.fileEvents || bytes >= HookLimits.fileBytes {
                try body(page)
                (page, bytes) = ([], 0)
            }
            return true
        }
        if !page.isEmpty { try body(page) }
    }
}
