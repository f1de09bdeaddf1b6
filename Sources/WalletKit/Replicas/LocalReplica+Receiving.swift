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
            return try ledger.write {
                let state = try state()
                let check = DocumentVerification(state, domain: domain)
                return try keep(lines, state) { envelope, _ in
                    try check.check(record: envelope)
                }
            }
        case .notes(let lines):
            return try ledger.write {
                let state = try state()
                let check = DocumentVerification(state, domain: domain)
                return try keep(lines, state) { _, line in
                    try check.check(note: try StoredDocument(line: line))
                }
            }
        case .entries(let lines): return try receive(entries: lines)
        }
    }

    /// Keeps the lines that are new and pass `check`, beside the log.
    private func keep(
        _ lines: [[UInt8]], _ state: ReplicaState,
        _ check: @escaping @Sendable (Envelope, [UInt8]) throws -> Void
    ) throws -> Reception {
        var reception = Reception()
        let known = state.block.known
        var seen = known
        var fresh: [[UInt8]] = []
        for verdict in lines.parallelMap({ Verdict($0, known, check) }) {
            switch verdict {
            case .refused(let rejection): reception.refused.append(rejection)
            case .good(let hash, let line):
                guard seen.insert(hash).inserted else {
                    reception.known += 1
                    continue
                }
                // A bundle may bring what a block has sealed since.
                if try ledger.isStored(hash) {
                    reception.known += 1
                } else {
                    fresh.append(line)
                }
            }
        }
        try LineFile(path: directory.records).append(fresh)
        reception.accepted = fresh.count
        return reception
    }

    private enum Verdict: Sendable {
        case good(Digest256, [UInt8])
        case refused(Rejection)

        init(
            _ line: [UInt8], _ known: Set<Digest256>,
            _ check: @Sendable (Envelope, [UInt8]) throws -> Void
        ) {
            var hash: Digest256?
            do {
                let envelope = try Envelope(line: line)
                hash = envelope.hash
                if !known.contains(envelope.hash) { try check(envelope, line) }
                self = .good(envelope.hash, line)
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
            let state = try state()
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
                        Rejection(hash: hash, code: error.code.rawValue, message: error.message))
                }
            }
            var entries: [Entry] = []
            for result in checked {
                switch result {
                case .success(let entry): entries.append(entry)
                case .failure(let rejection): reception.refused.append(rejection)
                }
            }
            var store = state.entries
            reception.accepted = try store.take(entries)
            reception.known = entries.count - reception.accepted
            return reception
        }
    }

    // MARK: - What follows

    func conclude() throws -> Conclusion {
        try ledger.write {
            let block = try state().block
            let merged = try merging.merged(block)
            let shown = ShownRecords(directory)
            let before = try shown.all(and: block.applied)
            let demotions = try merging.demotions(merged, before: before)
            try tell(demotions, block)
            try merging.write(merged, block)
            try shown.forget()
            forget()
            folded = try ReplicaFingerprint(ledger, directory)
            let state = try state()
            report.demotions += demotions
            report.take(state.merged.view)
            let hello = try self.stateDigest(state)
            return Conclusion(state: hello, view: view(state), reports: demotions.count)
        }
    }

    private func stateDigest(_ state: ReplicaState) throws -> Digest256 {
        let height = ledger.store.journalSegment - 1
        let tip = blockHash(at: height).map {
            ChainTip(block: BlockPoint(height: height, hash: $0), term: state.cut?.term ?? 0)
        }
        return Hello(
            domain: domain, device: device,
            clock: Hello.Clock(time: .earliest, tick: 0), view: .zero, program: program,
            term: 0, tip: tip, locator: [],
            heads: state.chains().map { device, chain in
                DeviceHead(
                    device: device, sequence: chain.last?.clock.sequence ?? 0,
                    digest: DeviceHead.digest(of: chain.map(\.hash)))
            }, notes: try state.notes.summary, entries: try state.entries.set.summary
        ).state
    }

    /// States what is applied no longer, signed by this device, before anything is changed; and that
    /// it is to be tried again.
    private func tell(_ demotions: [Demotion], _ block: OpenBlock) throws {
        guard !demotions.isEmpty else { return }
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
