// Notes, records and entries, both ways, in packs that commit by themselves.
import Bytes
import Documents

extension SyncInitiator {
    /// What differs between the two, once their chains are one.
    mutating func beginExchange() throws {
        guard let mine, let theirs else { return }
        let isLaterPass = pass > 0
        pass += 1
        var records = RecordExchange(
            mine.heads, theirs.heads, isLaterPass: isLaterPass, options.direction)
        var differing: [SyncSet] = []
        if !isLaterPass || hasGained {
            if mine.notes != theirs.notes { differing.append(.notes) }
            if mine.entries != theirs.entries { differing.append(.entries) }
        } else if records.whole.isSubset(of: wholeChains) {
            // All was offered before, and nothing of it was taken.
            records = RecordExchange([], [], isLaterPass: false, options.direction)
        }
        wholeChains.formUnion(records.whole)
        hasGained = false
        if options.isDryRun {
            tally.incoming.records = records.expected.incoming
            tally.outgoing.records = records.expected.outgoing
        }
        guard !differing.isEmpty || !records.isFinished else {
            stage = .finished
            return
        }
        sets = try differing.map { try SetExchange($0, try replica.set($0)) }
        self.records = records
        stage = .exchanging
    }

    /// The next turn's frames; none where all has gone either way.
    mutating func nextExchange() throws -> [Frame] {
        var frames: [Frame] = []
        for index in sets.indices {
            guard let message = sets[index].message else { continue }
            ask(.reconcile(sets[index].set), .entries)
            frames.append(ReconcileMessage(sets[index].set, message).frame)
        }
        if options.isDryRun {
            if frames.isEmpty { countDifferences() }
            return frames
        }
        frames += nextWanted()
        frames += try nextOffered()
        progress.expected = sets.reduce(0) { $0 + $1.needCount }
        return frames
    }

    private mutating func countDifferences() {
        for exchange in sets {
            tally.incoming[exchange.set] = exchange.needCount
            tally.outgoing[exchange.set] = exchange.haveCount
        }
        stage = .finished
    }

    /// Records are judged with certificates and revocations, so notes come and go before them.
    private var areNotesFinished: Bool {
        sets.allSatisfy { $0.set != .notes || $0.isFinished }
    }

    private mutating func nextWanted() -> [Frame] {
        var frames: [Frame] = []
        for index in sets.indices {
            while frames.count < Self.packsPerTurn, let ids = sets[index].nextWanted() {
                ask(.want(sets[index].set, ids), sets[index].set.phase)
                frames.append(WantMessage(sets[index].set, ids).frame)
            }
        }
        guard areNotesFinished, !frames.contains(where: { $0.body.first == SyncSet.notes.rawValue })
        else { return frames }
        for suffix in records?.takePulls(Self.packsPerTurn - frames.count) ?? [] {
            ask(.records(suffix), .records)
            frames.append(RecordsMessage(device: suffix.device, after: suffix.after).frame)
        }
        return frames
    }

    private mutating func nextOffered() throws -> [Frame] {
        var frames: [Frame] = []
        for index in sets.indices {
            while frames.count < Self.packsPerTurn, let ids = sets[index].nextOffered() {
                let set = sets[index].set
                let batch = try replica.documents(ids, of: set, budget: SyncLimits.packBytes)
                precondition((1...ids.count).contains(batch.taken), "a batch takes in some ids")
                sets[index].putBackOffered(ids.dropFirst(batch.taken))
                guard !batch.lines.isEmpty else { continue }
                ask(.offer(set, lines: batch.lines.count), set.phase)
                frames.append(PackMessage(set.pack(batch.lines)).frame)
            }
        }
        guard areNotesFinished else { return frames }
        while frames.count < Self.packsPerTurn, let suffix = records?.takePush() {
            let batch = try replica.records(
                of: suffix.device, after: suffix.after, budget: SyncLimits.packBytes)
            guard let last = batch.lines.last else { continue }
            if batch.hasMore {
                let (device, position) = try DocumentCheck.record(last)
                records?.continuePush(RecordExchange.Suffix(device: device, after: position))
            }
            ask(.offerRecords(lines: batch.lines.count), .records)
            frames.append(
                PackMessage(
                    .records(device: suffix.device, lines: batch.lines), hasMore: batch.hasMore
                ).frame)
        }
        return frames
    }

    mutating func takeReconciliation(_ answer: ReconcileMessage, _ set: SyncSet) throws {
        guard answer.set == set, let index = sets.firstIndex(where: { $0.set == set }) else {
            throw SyncError(.unexpectedFrame, "RECONCILE of a set that was not asked about")
        }
        try sets[index].proceed(answer.message, options.direction)
    }

    mutating func takeDocuments(
        _ message: PackMessage, _ set: SyncSet, _ ids: [Digest256]
    ) throws {
        let lines = message.pack.lines
        guard message.pack == set.pack(lines), let index = sets.firstIndex(where: { $0.set == set })
        else { throw SyncError(.unexpectedFrame, "WANT is not answered with what was asked for") }
        let hashes = try DocumentCheck.check(message.pack)
        tally.missing += try sets[index].received(
            hashes, lineBytes: lines.reduce(0) { $0 + $1.count }, of: ids, taken: message.taken)
        guard !lines.isEmpty else { return }
        try keep(message.pack)
        progress.received[set] += lines.count
    }

    mutating func takeRecords(_ message: PackMessage, _ suffix: RecordExchange.Suffix) throws {
        guard case .records(suffix.device, let lines) = message.pack else {
            throw SyncError(.notRequested, "records of a device that was not asked about")
        }
        guard let first = lines.first, let last = lines.last else {
            guard !message.hasMore else {
                throw SyncError(.noProgress, "the peer says that it has records and sends none")
            }
            return
        }
        _ = try DocumentCheck.check(message.pack)
        guard try DocumentCheck.record(first).position > suffix.after else {
            throw SyncError(
                .notRequested, "a record of '\(suffix.device)' before those asked for",
                ["device": suffix.device.text, "sequence": String(suffix.after.sequence)])
        }
        try keep(message.pack)
        progress.received.records += lines.count
        if message.hasMore {
            let position = try DocumentCheck.record(last).position
            records?.continuePull(
                RecordExchange.Suffix(device: suffix.device, after: position))
        }
    }

    /// Gives a pack to the replica.
    private mutating func keep(_ pack: Pack) throws {
        let reception = try replica.receive(pack)
        if reception.accepted > 0 { hasGained = true }
        try tally.take(reception)
    }

    /// Takes what the peer did with a pack of ours.
    @discardableResult
    mutating func takeReception(_ answer: Frame) throws -> Reception {
        guard case .reception(let reception, let refusals) = try AckMessage(answer.body) else {
            throw SyncError(.unexpectedFrame, "PACK is not answered with what became of it")
        }
        if reception.accepted > 0 { hasGained = true }
        try tally.takeByPeer(reception, refusals: refusals)
        return reception
    }
}

extension SyncSet {
    fileprivate var phase: SyncProgress.Phase {
        switch self {
        case .entries: .entries
        case .notes: .notes
        }
    }

    /// A pack of documents of the set.
    func pack(_ lines: [[UInt8]]) -> Pack {
        switch self {
        case .entries: .entries(lines)
        case .notes: .notes(lines)
        }
    }
}
