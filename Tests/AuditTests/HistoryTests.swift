// The other implementation of the clearing rules is Graphstore's: what it clears the auditor must accept, what it
// refuses the auditor must find where it stands in a log nevertheless.

import Audit
import Bytes
import Documents
import Graphstore
import Testing

/// Graphstore's view of a log, in dictionaries.
private final class History: LedgerView {
    var log = LogMaker.begun()
    var auditor = LogAuditor()
    private var counters: [CounterKey: Graphstore.Counter] = [:]
    private var cleared: [Digest256: ClearedIn] = [:]
    private var scales: [Address: Int] = [:]
    private var audited = 0

    func counter(_ key: CounterKey) throws -> Graphstore.Counter { counters[key] ?? .fresh(key) }
    func clearedIn(_ instruction: Digest256) throws -> ClearedIn? { cleared[instruction] }
    func scale(of symbol: Address) throws -> Int? { scales[symbol] }

    /// The refusal, nil where the request has cleared and stands in the log.
    func clear(_ request: [Instruction]) throws -> RefusalCode? {
        guard let clock = log.clock.next(device: device.address, now: log.clock.time) else {
            fatalError("the clock has ended")
        }
        do {
            let request = Request(request)
            let outcome = try Clearing(domain: domain).clear(
                request, signatures: nil, at: clock, in: self)
            guard case .cleared(let transaction, let keys) = outcome else { return .alreadyCleared }
            log.append(transaction, request.instructions)
            for (index, (key, output)) in zip(keys, transaction.outputs).enumerated() {
                counters[key] = Graphstore.Counter(
                    state: output.state, head: .init(transaction: transaction.hash, index: index))
            }
            for input in transaction.inputs {
                cleared[input] = ClearedIn(
                    transaction: transaction.hash, instructionCount: transaction.inputs.count)
            }
            return nil
        } catch let refusal as Refusal {
            return refusal.code
        }
    }

    func define(_ symbol: Person, scale: Int) {
        log.append(unit(symbol, scale: scale))
        scales[symbol.address] = scale
    }

    /// Feeds what the auditor has not seen.
    func audit() throws {
        while audited < log.lines.count {
            try auditor.add(log.lines[audited], from: AuditPlace(file: "", offset: audited))
            audited += 1
        }
    }

    func seal() throws {
        log.seal()
        for line in log.files[log.files.count - 1].lines[audited...] {
            try auditor.add(line, from: AuditPlace(file: "sealed", offset: audited))
        }
        try auditor.endOfSegment(name: log.files[log.files.count - 1].name)
        audited = 0
    }

    /// What the auditor says where the request stands in the log, whatever the rules say of it.
    func finding(forced request: [Instruction]) -> AuditFinding.Code? {
        var auditor = auditor
        do throws(AuditFinding) {
            try auditor.add(log.made(of: request).line, from: AuditPlace(file: "", offset: 0))
            return nil
        } catch {
            return error.code
        }
    }
}

@Suite struct HistoryTests {
    private static let people = [issuer, mint, Person("third"), alice, bob, carol]

    /// Three issue, everybody pays; credit is granted, handed back and abused; limits are set; amounts reach from one
    /// quantum to the largest; some instructions have expired, are locked, or come again.
    private func instruction(
        _ random: inout Generator, _ id: Int, _ earlier: [Instruction]
    ) -> Instruction {
        if random.chance(60), let old = earlier.randomElement(using: &random) { return old }
        let symbol = Self.people[random.below(3)]
        let source = random.chance(3) ? symbol : Self.people[random.below(6)]
        var target = Self.people[random.below(6)]
        if target.address == source.address {
            target = Self.people[source.address == issuer.address ? 3 : 0]
        }
        if random.chance(10) {
            let isMaximum = random.chance(2) && source.address != symbol.address
            let size = String(random.below(4) == 0 ? random.below(60) : 200 + random.below(900))
            return limit(
                source, isMaximum ? .max : .min, isMaximum || size == "0" ? size : "-" + size,
                of: symbol, id: id)
        }
        var size = String(1 + random.below(40))
        if random.chance(3) { size += "." + String(1 + random.below(9)) }
        if random.chance(20) { size += ".0000000000000000" + String(1 + random.below(9)) }
        if size.split(separator: ".").count > 2 { size = "1" }
        if random.chance(80) { size = largest.text }
        let credit = random.chance(6) ? "-" + String(1 + random.below(30)) : nil
        if credit != nil, random.chance(3), source.address != symbol.address { target = symbol }
        // One in four has a lock, most of them open.
        let lock = random.below(40)
        let (isLate, isEarly) = (random.chance(100), random.chance(100))
        return promise(
            source, target, credit != nil && random.chance(2) ? "0" : size, of: symbol,
            credit: credit, id: id, preimage: lock == 0 ? "shut" : lock < 10 ? "open" : nil
        ) { terms in
            if lock < 10 { terms.hashlock = digest("open") }
            if isLate { terms.expiry = time("2026-01-01") }
            if isEarly { terms.active = time("2027-01-01") }
        }
    }

    /// The findings that a refusal may be found as. A request may break several rules.
    private static let findings: [RefusalCode: AuditFinding.Code] = [
        .duplicateInstruction: .limitRepeated, .alreadyCleared: .instructionRepeated,
        .notYetActive: .notYetActive, .expired: .expired, .locked: .locked,
        .creditNotAllowed: .creditNotAllowed, .scaleExceeded: .scaleExceeded,
        .amountOverflow: .amountOverflow, .lowerLimitReached: .outsideLimits,
        .upperLimitReached: .outsideLimits,
    ]

    @Test func `the auditor accepts what clears and finds what does not`() throws {
        var random = Generator()
        let history = History()
        var cleared = 0
        var refused: [RefusalCode: Int] = [:]
        var found: [AuditFinding.Code: Int] = [:]
        var earlier: [Instruction] = []
        var id = 0
        try history.audit()
        while cleared < 2_000 {
            id += 1
            let request = (0...random.below(3) / 2 * random.below(3)).map {
                instruction(&random, id * 8 + $0, earlier)
            }
            if let code = try history.clear(request) {
                refused[code, default: 0] += 1
                if Set(request.map(\.hash)).count < request.count { continue }
                let finding = history.finding(forced: request)
                let allowed = Self.findings.values.contains { $0 == finding }
                #expect(allowed, "\(code) is not found: \(random.comment)")
                // The auditor looks at decimals and digits before it looks at credit.
                let isEarlier = finding == .scaleExceeded || finding == .amountOverflow
                if request.count == 1, !isEarlier {
                    #expect(finding == Self.findings[code], random.comment)
                }
                if let finding { found[finding, default: 0] += 1 }
            } else {
                earlier += request
                cleared += 1
                if cleared % 300 == 100 {
                    history.define(Self.people[cleared / 300 % 3], scale: 1 + cleared / 900)
                }
                if cleared % 250 == 0 { try history.seal() }
                if cleared % 800 == 0 { history.log.stack() }
                try history.audit()
            }
        }
        try history.audit()
        let report = try history.auditor.finish()
        #expect(report.counts.transactions == cleared && report.counts.blocks == 8)
        #expect(report.root == Oracle.root(history.log.leaves[...]))
        // A history in which nothing was refused would say nothing.
        let wanted: Set<RefusalCode> = [
            .alreadyCleared, .creditNotAllowed, .scaleExceeded, .amountOverflow, .locked,
            .lowerLimitReached, .upperLimitReached, .expired, .notYetActive,
        ]
        #expect(wanted.isSubset(of: refused.keys), random.comment)
        #expect(found.values.reduce(0, +) > 500, random.comment)
        for counter in report.counters {
            let name = LogMaker.Name(address: counter.address, symbol: counter.symbol)
            #expect(
                history.log.counters[name]?.state
                    == CounterState(net: counter.net, min: counter.min, max: counter.max),
                random.comment)
        }
    }
}
