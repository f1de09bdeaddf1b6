// Taking in what another replica sends: verified here, durable when a call returns.
import Bytes
import Documents
import Graphstore
import Headers
import Merge
import Sync

extension LocalReplica {
    func receive(_ pack: Pack) throws -> Reception {
        switch pack {
        case .blocks(let tip, let runs): return try receive(runs, of: tip)
        case .records(_, let lines):
            return try keep(lines) { check, envelope, _ in
                .record(try check.check(record: envelope))
            }
        case .notes(let lines):
            return try keep(lines) { check, _, line in
                let note = try StoredDocument(line: line)
                try check.check(note: note)
                return .note(note)
            }
        case .entries(let lines): return try receive(entries: lines)
        }
    }

    private typealias Check =
        @Sendable (DocumentVerification, Envelope, [UInt8]) throws -> OpenBlock.Addition

    /// Keeps the lines that are new and pass `check`, beside the log.
    private func keep(_ lines: [[UInt8]], _ check: @escaping Check) throws -> Reception {
        try ledger.write {
            try change { state in
                var reception = Reception()
                let judge = DocumentVerification(state, domain: domain)
                let known = state.block.known
                var seen: Set<Digest256> = []
                var fresh: [(line: [UInt8], addition: OpenBlock.Addition)] = []
                for verdict in lines.parallelMap({ Verdict($0, known, judge, check) }) {
                    switch verdict {
                    case .refused(let rejection): reception.refused.append(rejection)
                    case .known: reception.known += 1
                    case .good(let hash, let line, let addition):
                        // A bundle may bring what a block has sealed since.
                        if try !seen.insert(hash).inserted || ledger.isStored(hash) {
                            reception.known += 1
                        } else {
                            fresh.append((line, addition))
                        }
                    }
                }
                try LineFile(path: directory.records).append(fresh.map(\.line))
                state.block.addAside(fresh.map(\.addition))
                reception.accepted = fresh.count
                return reception
            }
        }
    }

    private enum Verdict: Sendable {
        case good(Digest256, [UInt8], OpenBlock.Addition)
        case known
        case refused(Rejection)

        init(
            _ line: [UInt8], _ known: Set<Digest256>, _ judge: DocumentVerification, _ check: Check
        ) {
            var hash: Digest256?
            do {
                let envelope = try Envelope(line: line)
                hash = envelope.hash
                self =
                    known.contains(envelope.hash)
                    ? .known : .good(envelope.hash, line, try check(judge, envelope, line))
            } catch let refusal as Refusal {
                self = .refused(
                    Rejection(hash: hash, code: refusal.code.rawValue, message: refusal.message))
            } catch {
                self = .refused(
                    Rejection(hash: hash, code: "malformed-document", message: "\(error)"))
            }
        }
    }

    private func receive(entries lines: [[UInt8]]) throws -> Reception {
        try ledger.write {
            try change { state in
                let check = DocumentVerification(state, domain: domain)
                var reception = Reception()
                let checked = lines.parallelMap { line -> Result<Entry, Rejection> in
                    var hash: Digest256?
                    do throws(Refusal) {
                        let entry = try Entry(try Envelope(line: line))
                        hash = entry.hash
                        try check.check(entry: entry)
                        return .success(entry)
                    } catch {
                        return .failure(
                            Rejection(hash: hash, code: error.code.rawValue, message: error.message)
                        )
                    }
                }
                var entries: [Entry] = []
                for result in checked {
                    switch result {
                    case .success(let entry): entries.append(entry)
                    case .failure(let rejection): reception.refused.append(rejection)
                    }
                }
                reception.accepted = try state.entries.take(entries)
                reception.known = entries.count - reception.accepted
                return reception
            }
        }
    }

    // MARK: - What follows

    func conclude() throws -> Conclusion {
        try ledger.write {
            if var last = folded, try last.fingerprint == ReplicaFingerprint(ledger, directory) {
                last.conclusion.reports = 0
                return last.conclusion
            }
            return try fold()
        }
    }

    private func fold() throws -> Conclusion {
        var reports = 0
        let (hello, view) = try change { (state: inout ReplicaState) -> (Hello, MergedView) in
            let merged = try merging.merged(state.block)
            let shown = ShownRecords(directory)
            let before = try shown.all(and: state.block.applied)
            let demotions = try merging.demotions(merged, before: before)
            if !demotions.isEmpty {
                try tell(demotions, state.block)
                state.entries = try EntryStore(directory, domain: domain)
            }
            try merging.write(merged, state.block)
            try shown.forget()
            positions = [:]
            state.block = state.block.rewritten(merged, segment: ledger.store.journalSegment)
            reports = demotions.count
            report.demotions += demotions
            report.take(merged.view)
            let view = merged.view.digest.combined(
                over: blockHash(at: ledger.store.journalSegment - 1) ?? .zero)
            return (try self.hello(state, view: view), merged.view)
        }
        let conclusion = Conclusion(state: hello.state, view: hello.view, reports: reports)
        // What waits for the clock may count at the next look.
        guard view.quarantined.isEmpty else { return conclusion }
        let fingerprint = try ReplicaFingerprint(ledger, directory)
        folded = (fingerprint, conclusion)
        FoldedHello(directory).keep(hello, fingerprint)
        return conclusion
    }

    /// States what is applied no longer, signed by this device, before anything is changed; and that
    /// it is to be tried again.
    private func tell(_ demotions: [Demotion], _ block: OpenBlock) throws {
        let signer = try openSigner()
        var store = try EntryStore(directory, domain: domain)
        var instructions: [Digest256: [UInt8]] = [:]
        // A block may have settled what it has not let in.
        var settled = block
        settled.add(try LineFile(path: directory.settled).lines())
        for record in settled.records {
            for (instruction, document) in zip(
                record.request.instructions, record.request.documents)
            { instructions[instruction.hash] = Array(document) }
        }
        var events: [HookEvent] = []
        for demotion in demotions {
            let reported = ReportedResult(demotion)
            events.append(
                HookEvent(
                    .bounce, key: demotion.record.hexadecimal + reported.after, time: now,
                    documents: demotion.instructions.compactMap { instructions[$0] },
                    details: [
                        "after": .text(reported.after), "before": .text(reported.before),
                        "code": .text(reported.code), "message": .text(reported.message),
                        "record": .text(demotion.record.hexadecimal),
                    ]))
            try store.state(
                ReportedResult.prefix + demotion.record.hexadecimal,
                reported.text, by: signer, at: now)
            for instruction in demotion.instructions {
                guard let document = instructions[instruction] else { continue }
                try store.state(
                    RetryQueue.prefix + instruction.hexadecimal, instruction.hexadecimal,
                    document: document, by: signer, at: now)
            }
        }
        // Told before anything changes: after a crash it happens, and is told, once more.
        do { try wallet.hooks.announce(events) } catch is HookError {}
    }
}

extension Rejection: Error {}
