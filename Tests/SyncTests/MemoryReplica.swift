// A replica in memory: the documents, and the rules that a session relies on, in their simplest form.

import Bytes
import Cryptography
import Documents
import Sync

/// Documents that look like real ones: an envelope with its hash, no signature.
enum Sample {
    static func document(_ members: String) -> [UInt8] {
        let data = Array("{\(members)}".utf8)
        return Envelope.write(data: data, hash: Hash.sha256d(data)) { _ in }
    }

    static func note(_ number: Int) -> [UInt8] {
        document(#""kind":"unit","number":\#(number),"padding":"\#(padding)""#)
    }

    static func entry(_ time: Int, _ number: Int, _ size: Int = 60) -> [UInt8] {
        let padding = String(repeating: "e", count: size)
        return document(
            #""kind":"contact","number":\#(number),"padding":"\#(padding)","time":\#(time)"#)
    }

    static func record(_ device: Address, _ sequence: Int, _ number: Int) -> [UInt8] {
        document(
            #""clock":{"device":"\#(device)","sequence":\#(sequence),"tick":0},"number":\#(number)"#
        )
    }

    static func block(height: Int, previous: Digest256, term: Int, salt: Int) -> [UInt8] {
        document(
            #""balances":{},"height":\#(height),"kind":"block","previous":"\#(previous)","#
                + #""salt":\#(salt),"term":\#(term)"#)
    }

    private static let padding = String(repeating: "n", count: 60)

    /// The hash of a document that is exactly as it was made; nil for every other.
    static func hash(_ line: [UInt8]) -> Digest256? {
        guard line.suffix(end.count).elementsEqual(end) else { return nil }
        return SkimmedDocument(line: line)?.hash
    }

    private static let end = Array(#""},"meta":{}}"#.utf8)

    static func member(_ line: [UInt8], _ name: StaticString) -> JSONValue? {
        try? Envelope(line: line).data[name]
    }
}

/// Documents, shown by their number.
struct Lines: Equatable, CustomStringConvertible {
    var lines: Set<[UInt8]>

    var description: String { "\(lines.count) documents" }
}

/// All that a replica holds, to be compared.
struct Holdings: Equatable, CustomStringConvertible {
    var blocks: [[[UInt8]]]
    var notes: Set<[UInt8]>
    var records: Set<[UInt8]>
    var entries: Set<[UInt8]>

    /// Every document, wherever it stands; blocks themselves left out, since a chain may lose.
    var documents: Lines {
        Lines(lines: notes.union(records).union(entries).union(blocks.flatMap { $0.dropLast() }))
    }

    var description: String {
        "\(blocks.count) blocks, \(notes.count) notes, \(records.count) records, "
            + "\(entries.count) entries"
    }
}

final class MemoryReplica: Replica {
    struct Record {
        let position: RecordPosition
        let line: [UInt8]
    }

    let domain: String
    let device: Address
    var blocks: [[[UInt8]]] = []
    var notes: [Digest256: [UInt8]] = [:]
    var records: [Address: [Record]] = [:]
    var entries: [Digest256: (time: Int, line: [UInt8])] = [:]
    private var staged: [Digest256: (start: Int, segments: [[[UInt8]]], open: [[UInt8]])] = [:]
    private var sealed: Set<Digest256> = []
    private var lastSequences: [Address: Int] = [:]
    private var view = Digest256.zero

    // What tests turn.
    /// Documents that this replica will not have.
    var refuses: Set<[UInt8]> = []
    /// Another program, with other results.
    var salt: UInt8 = 0
    /// Reports that the next conclusions make as entries.
    var reportsToMake = 0
    private(set) var packs = 0
    private(set) var conclusions = 0
    /// Called before a pack is taken in.
    var onReceive: (() throws -> Void)?

    init(_ number: Int, domain: String = "family") {
        self.domain = domain
        device = Address(of: [UInt8(number & 0xff), UInt8(number >> 8 & 0xff)])
    }

    var holdings: Holdings {
        Holdings(
            blocks: blocks, notes: Set(notes.values),
            records: Set(records.values.flatMap { $0.map(\.line) }),
            entries: Set(entries.values.map(\.line)))
    }

    // Making documents

    func addNote(_ number: Int) { _ = take(note: Sample.note(number)) }

    func addEntry(_ time: Int, _ number: Int, size: Int = 60) {
        let line = Sample.entry(time, number, size)
        if let hash = Sample.hash(line) { entries[hash] = (time, line) }
    }

    /// The next record of a device's chain, or one more with its last sequence.
    func addRecord(_ number: Int, of device: Address? = nil, isFork: Bool = false) {
        let device = device ?? self.device
        let last = lastSequences[device] ?? 0
        _ = take(record: Sample.record(device, isFork ? max(last, 1) : last + 1, number))
    }

    func seal(term: Int, salt: Int) {
        let lines =
            notes.values.sorted { $0.lexicographicallyPrecedes($1) }
            + records.keys.sorted().flatMap { records[$0]?.map(\.line) ?? [] }
        let previous = blocks.last?.last.flatMap(Sample.hash) ?? .zero
        blocks.append(
            lines
                + [
                    Sample.block(
                        height: blocks.count, previous: previous, term: term, salt: salt)
                ])
        (notes, records) = ([:], [:])
        sealed.formUnion(lines.compactMap(Sample.hash))
    }

    // What it holds

    var hello: Hello {
        get throws {
            Hello(
                domain: domain, device: device,
                clock: Hello.Clock(time: .latest, tick: 7), view: view, program: "memory 1",
                term: blocks.last.map(term) ?? 0, tip: try tip,
                locator: try BlockLocator.points(tip: try tip?.block) { try blockHash(at: $0) },
                heads: records.compactMap { device, chain in
                    chain.last.map { last in
                        DeviceHead(
                            device: device, sequence: last.position.sequence,
                            digest: DeviceHead.digest(of: chain.compactMap(\.position.hash)))
                    }
                },
                notes: try set(.notes).summary, entries: try set(.entries).summary)
        }
    }

    var tip: ChainTip? {
        get throws {
            guard let last = blocks.last, let hash = last.last.flatMap(Sample.hash) else {
                return nil
            }
            return ChainTip(
                block: BlockPoint(height: blocks.count - 1, hash: hash), term: term(last))
        }
    }

    private func term(_ segment: [[UInt8]]) -> Int {
        segment.last.flatMap { Sample.member($0, "term")?.integer } ?? 0
    }

    func blockHash(at height: Int) throws -> Digest256? {
        blocks.indices.contains(height) ? blocks[height].last.flatMap(Sample.hash) : nil
    }

    func prefers(_ theirs: ChainTip) throws -> Bool {
        guard let mine = try tip else { return true }
        if theirs.term != mine.term { return theirs.term > mine.term }
        if theirs.block.height != mine.block.height {
            return theirs.block.height > mine.block.height
        }
        return theirs.block.hash < mine.block.hash
    }

    func resumePoint(for tip: ChainTip) throws -> BlockPosition? {
        staged[tip.block.hash].map {
            BlockPosition(height: $0.start + $0.segments.count, line: $0.open.count)
        }
    }

    func blockLines(from position: BlockPosition, budget: Int) throws -> BlockBatch {
        var runs: [BlockRun] = []
        var used = 0
        var next = position
        while blocks.indices.contains(next.height) {
            let segment = blocks[next.height]
            var lines: [[UInt8]] = []
            for line in segment.dropFirst(next.line) {
                if used > 0, used + line.count > budget { break }
                used += line.count
                lines.append(line)
            }
            guard !lines.isEmpty else { break }
            let isComplete = next.line + lines.count == segment.count
            runs.append(BlockRun(start: next, lines: lines, isComplete: isComplete))
            guard isComplete else { return BlockBatch(runs: runs, hasMore: true) }
            next = BlockPosition(height: next.height + 1, line: 0)
        }
        return BlockBatch(runs: runs, hasMore: next.height < blocks.count)
    }

    func records(
        of device: Address, after position: RecordPosition, budget: Int
    ) throws -> RecordBatch {
        let rest = (records[device] ?? []).filter { $0.position > position }
        var used = 0
        let batch = rest.prefix { record in
            used += record.line.count
            return used <= budget || used == record.line.count
        }
        return RecordBatch(lines: batch.map(\.line), hasMore: batch.count < rest.count)
    }

    func set(_ set: SyncSet) throws -> any ReconciledSet {
        switch set {
        case .notes: ReconciledVector(notes.keys.map { SyncItem(timestamp: 0, id: $0) })
        case .entries:
            ReconciledVector(
                entries.map { SyncItem(timestamp: UInt64($0.value.time), id: $0.key) })
        }
    }

    func documents(
        _ ids: [Digest256], of set: SyncSet, budget: Int
    ) throws -> DocumentBatch {
        var batch = DocumentBatch(lines: [], taken: 0)
        var used = 0
        for id in ids {
            if let line = set == .notes ? notes[id] : entries[id]?.line {
                if used > 0, used + line.count > budget { break }
                used += line.count
                batch.lines.append(line)
            }
            batch.taken += 1
        }
        return batch
    }

    // Taking in

    func receive(_ pack: Pack) throws -> Reception {
        try onReceive?()
        packs += 1
        if case .blocks(let tip, let runs) = pack { return try receive(tip, runs) }
        var reception = Reception()
        for line in pack.lines {
            if refuses.contains(line) || Sample.hash(line) == nil {
                reception.refused.append(
                    Rejection(
                        hash: Sample.hash(line), code: "signature-invalid", message: "no\tgood"))
                continue
            }
            let isNew =
                switch pack {
                case .notes: take(note: line)
                case .records: take(record: line)
                case .entries, .blocks: take(entry: line)
                }
            if isNew { reception.accepted += 1 } else { reception.known += 1 }
        }
        return reception
    }

    private func take(note line: [UInt8]) -> Bool {
        guard let hash = Sample.hash(line), !sealed.contains(hash) else { return false }
        return notes.updateValue(line, forKey: hash) == nil
    }

    private func take(entry line: [UInt8]) -> Bool {
        guard let hash = Sample.hash(line), let time = Sample.member(line, "time")?.integer else {
            return false
        }
        return entries.updateValue((time, line), forKey: hash) == nil
    }

    private func take(record line: [UInt8]) -> Bool {
        guard let hash = Sample.hash(line), !sealed.contains(hash),
            let clock = Sample.member(line, "clock"), let text = clock["device"]?.string,
            let device = try? Address(text: text), let sequence = clock["sequence"]?.integer
        else { return false }
        let position = RecordPosition(sequence: sequence, hash: hash)
        var chain = records[device] ?? []
        guard !chain.contains(where: { $0.position == position }) else { return false }
        chain.append(Record(position: position, line: line))
        lastSequences[device] = max(lastSequences[device] ?? 0, sequence)
        records[device] = chain.sorted { $0.position < $1.position }
        return true
    }

    private func receive(_ tip: ChainTip, _ runs: [BlockRun]) throws -> Reception {
        var reception = Reception()
        guard try self.tip?.block != tip.block, let first = runs.first else { return reception }
        var chain = staged[tip.block.hash] ?? (first.start.height, [], [])
        for run in runs {
            let next = BlockPosition(
                height: chain.start + chain.segments.count, line: chain.open.count)
            // Lines that are there already, or that would leave a gap.
            guard run.start == next else { continue }
            for line in run.lines where Sample.hash(line) == nil {
                reception.refused.append(Rejection(hash: nil, code: "bad", message: "bad line"))
                return reception
            }
            chain.open += run.lines
            reception.accepted += run.lines.count
            if run.isComplete {
                chain.segments.append(chain.open)
                chain.open = []
            }
        }
        staged[tip.block.hash] = chain
        guard chain.start + chain.segments.count == tip.block.height + 1 else {
            reception.next = BlockPosition(
                height: chain.start + chain.segments.count, line: chain.open.count)
            return reception
        }
        staged[tip.block.hash] = nil
        guard isLinked(chain.start, chain.segments) else {
            reception.refused.append(Rejection(hash: nil, code: "bad", message: "not linked"))
            return reception
        }
        let real = ChainTip(block: tip.block, term: chain.segments.last.map(term) ?? 0)
        if try chain.start == blocks.count || prefers(real) { adopt(chain.start, chain.segments) }
        return reception
    }

    private func isLinked(_ start: Int, _ segments: [[[UInt8]]]) -> Bool {
        guard start <= blocks.count else { return false }
        var previous = start == 0 ? Digest256.zero : blocks[start - 1].last.flatMap(Sample.hash)
        for segment in segments {
            guard let last = segment.last,
                Sample.member(last, "previous")?.string == previous?.hexadecimal
            else { return false }
            previous = Sample.hash(last)
        }
        return true
    }

    /// What the losing blocks held is open again, and what the winning ones hold is not.
    private func adopt(_ start: Int, _ segments: [[[UInt8]]]) {
        let reopened = blocks[start...].flatMap { $0.dropLast() }
        blocks.replaceSubrange(start..., with: segments)
        sealed = Set(blocks.flatMap { $0.dropLast() }.compactMap(Sample.hash))
        for line in segments.joined() {
            guard let clock = Sample.member(line, "clock"), let text = clock["device"]?.string,
                let device = try? Address(text: text), let sequence = clock["sequence"]?.integer
            else { continue }
            lastSequences[device] = max(lastSequences[device] ?? 0, sequence)
        }
        for line in reopened { _ = take(record: line) || take(note: line) }
        notes = notes.filter { !sealed.contains($0.key) }
        records = records.mapValues { chain in
            chain.filter { record in record.position.hash.map { !sealed.contains($0) } ?? false }
        }.filter { !$0.value.isEmpty }
    }

    func conclude() throws -> Conclusion {
        conclusions += 1
        let reports = reportsToMake
        for number in 0..<reports { addEntry(1_000_000 + conclusions, Int(salt) + 1000 * number) }
        reportsToMake = 0
        let state = try hello.state
        view = Hash.sha256(state.bytes + [salt])
        return Conclusion(state: state, view: view, reports: reports)
    }
}
