// Writes logs as they must be, and, where it is told to, as they must not. It knows no rule: an instruction's amounts
// are added up, whatever comes out.

import Audit
import Bytes
import Cryptography
import Documents
import Testing

struct LogMaker {
    struct Name: Hashable {
        let address: Address
        let symbol: Address
    }

    struct Counter {
        var state: CounterState
        var head: Transaction.Pointer?
    }

    /// A file of the log.
    struct File {
        var name: String?
        var lines: [[UInt8]]
    }

    /// The files that have ended, and the lines of the open one.
    var files: [File] = []
    var lines: [[UInt8]] = []
    var counters: [Name: Counter] = [:]
    var clock = Transaction.Clock(
        device: device.address, sequence: 0, tick: 0, time: time("2026-01-02"))
    /// Hashes of all lines; of the open block's contents; of the blocks; of the last stack's header.
    private(set) var leaves: [[UInt8]] = []
    private var contents: Set<Digest256> = []
    private(set) var blocks: [Digest256] = []
    private var opened = time("2026-01-01")
    private var stacked = 0
    private(set) var stackHeight = 0
    private var lastHeader = Digest256.zero

    /// A log with the certificate of the device.
    static func begun() -> LogMaker {
        var log = LogMaker()
        log.append(certificate(device))
        return log
    }

    /// Appends a line as it is.
    mutating func append(_ line: [UInt8], isBlock: Bool = false) {
        lines.append(line)
        guard let envelope = try? Envelope(line: line) else { return }
        leaves.append(envelope.hash.bytes)
        if !isBlock { contents.insert(envelope.hash) }
    }

    // MARK: Transactions

    /// A transaction before it is written.
    struct Draft {
        var clock: Transaction.Clock
        var domain: String
        var instructions: [Instruction]
        var outputs: [Transaction.Output]
        var signer: Person
        var receipt: DocumentSignature?
    }

    /// Clears `instructions` without asking whether they may.
    mutating func clear(_ instructions: Instruction..., change: (inout Draft) -> Void = { _ in }) {
        clear(all: instructions, change: change)
    }

    mutating func clear(all instructions: [Instruction], change: (inout Draft) -> Void = { _ in }) {
        let (line, transaction) = made(of: instructions, change: change)
        take(transaction, line)
    }

    /// The line that `clear` would append.
    func made(
        of instructions: [Instruction], change: (inout Draft) -> Void = { _ in }
    ) -> (line: [UInt8], transaction: Transaction) {
        guard let next = clock.next(device: device.address, now: clock.time) else {
            fatalError("the clock has ended")
        }
        let states = outcome(of: instructions)
        let names = states.keys.sorted {
            ($0.address.text, $0.symbol.text) < ($1.address.text, $1.symbol.text)
        }
        var draft = Draft(
            clock: next, domain: domain,
            instructions: instructions.sorted { $0.hash < $1.hash },
            outputs: names.map {
                Transaction.Output(
                    address: $0.address, symbol: $0.symbol, state: states[$0] ?? fresh($0),
                    source: counters[$0]?.head)
            },
            signer: device)
        change(&draft)
        let transaction = Transaction(
            clock: draft.clock, domain: draft.domain, inputs: draft.instructions.map(\.hash),
            outputs: draft.outputs)
        let line = transaction.document(
            instructions: draft.instructions.map { $0.document[...] },
            receipt: draft.receipt ?? draft.signer.signature(transaction.hash))
        return (line, transaction)
    }

    /// Appends a transaction that was made elsewhere.
    mutating func append(_ transaction: Transaction, _ instructions: [Instruction]) {
        take(
            transaction,
            transaction.document(
                instructions: instructions.map { $0.document[...] },
                receipt: device.signature(transaction.hash)))
    }

    private mutating func take(_ transaction: Transaction, _ line: [UInt8]) {
        append(line)
        clock = transaction.clock
        contents.formUnion(transaction.inputs)
        for (index, output) in transaction.outputs.enumerated() {
            counters[Name(address: output.address, symbol: output.symbol)] = Counter(
                state: output.state, head: .init(transaction: transaction.hash, index: index))
        }
    }

    private func fresh(_ name: Name) -> CounterState {
        name.address == name.symbol
            ? CounterState(net: .zero, min: .minusInfinity, max: .finite(.zero))
            : CounterState(net: .zero, min: .finite(.zero), max: .plusInfinity)
    }

    /// What is too large stays as it was: the log is wrong then, whatever is written.
    private func outcome(of instructions: [Instruction]) -> [Name: CounterState] {
        var states: [Name: CounterState] = [:]
        func update(_ name: Name, _ body: (inout CounterState) -> Void) {
            var state = states[name] ?? counters[name]?.state ?? fresh(name)
            body(&state)
            states[name] = state
        }
        for case .iou(let iou) in instructions {
            let terms = iou.terms
            for (address, sign) in [(terms.source, -1), (terms.target, 1)] as [(Address, Int128)] {
                update(Name(address: address, symbol: terms.symbol)) { state in
                    state.net =
                        state.net.adding(
                            sign < 0 ? terms.amount.negated : terms.amount) ?? state.net
                    guard let credit = terms.credit else { return }
                    state.min = state.min.adding(sign < 0 ? credit.negated : credit) ?? state.min
                }
            }
        }
        for case .cancel(let cancellation) in instructions {
            update(Name(address: cancellation.terms.address, symbol: cancellation.terms.symbol)) {
                _ in
            }
        }
        for case .limit(let limit) in instructions {
            update(Name(address: limit.terms.address, symbol: limit.terms.symbol)) { state in
                switch limit.terms.end {
                case .max: state.max = .finite(limit.terms.amount)
                case .min: state.min = .finite(limit.terms.amount)
                }
            }
        }
        return states
    }

    // MARK: Blocks and stacks

    /// A block or a stack before it is written: JSON values by name.
    struct Statement {
        var data: [String: String]
        var meta: [String: String] = [:]
        var key = domainKey
        /// The text under the checkpoint's signature, and the key whose id stands before it.
        var note = ""
        var idKey = domainKey
        /// Blocks are made of data, signed, and then may be spoilt.
        var spoil: (inout [String: String]) -> Void = { _ in }
    }

    /// Seals the open lines and ends their file.
    mutating func seal(
        sealed: String = "2026-02-01", keepsOpen: Bool = false,
        change: (inout Statement) -> Void = { _ in }
    ) {
        let hashes = contents.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
        let balances = Oracle.balances(counters)
        let log = Oracle.root(leaves[...])
        var statement = Statement(data: [
            "balances": tree(balances), "contents": tree(hashes), "count": String(lines.count),
            "domain": quoted(domain), "height": String(blocks.count),
            "journal": quoted(Hash.sha256(lines.flatMap { $0 + [0x0a] })),
            "kind": quoted("block"), "opened": quoted(opened),
            "previous": quoted(blocks.last ?? .zero), "root": quoted(log),
            "sealed": quoted(time(sealed)), "size": String(leaves.count),
        ])
        statement.note = "\(domain)\n\(leaves.count)\n\(Base64.encode(log.bytes))\n"
        change(&statement)
        let name = statement.idKey.key.publicKey
        let id = Hash.sha256(Array(domain.utf8) + [0x0a, 0x01] + name).bytes.prefix(4)
        statement.meta["checkpoint"] = quoted(
            Base64.encode(id + statement.key.key.sign(Array(statement.note.utf8))))
        let (line, hash) = signed(statement)
        append(line, isBlock: true)
        opened = time(sealed)
        blocks.append(hash)
        contents = []
        if !keepsOpen {
            end(name: "\(String("0000000\(blocks.count - 1)".suffix(8)))-\(hash).ndjson")
        }
    }

    private func tree(_ leaves: [[UInt8]]) -> String {
        json(["root": quoted(Oracle.root(leaves[...])), "size": String(leaves.count)])
    }

    /// Groups `count` blocks, all that are in no stack unless it is told.
    mutating func stack(
        count: Int? = nil, hasWork: Bool = true,
        change: (inout Statement, inout [UInt8]) -> Void =
            { _, _ in }
    ) {
        let count = count ?? blocks.count - stacked
        let root = Oracle.merkle(Array(blocks[stacked...].prefix(max(1, count))))
        var header: [UInt8] = [0, 0, 0, 0x20]
        header += lastHeader.bytes
        header += root.bytes
        header += [0x11, 0x22, 0x33, 0x69, 0xff, 0xff, 0x7f, 0x20, 0, 0, 0, 0]
        var statement = Statement(data: [
            "count": String(count), "domain": quoted(domain), "first": String(stacked),
            "height": String(stackHeight), "kind": quoted("stack"),
        ])
        change(&statement, &header)
        // The regtest target: the last byte of the hash, the first of the number, is below 0x80.
        while (Hash.sha256d(header).bytes[31] < 0x80) != hasWork { header[76] += 1 }
        statement.data["header"] = quoted(Hexadecimal.encode(header))
        append(signed(statement).line)
        stacked += count
        stackHeight += 1
        lastHeader = Hash.sha256d(header)
    }

    private func signed(_ statement: Statement) -> (line: [UInt8], hash: Digest256) {
        let data = json(statement.data)
        let hash = Hash.sha256d(Array(data.utf8))
        var meta = statement.meta
        meta["signatures"] = signature(hash, statement.key)
        statement.spoil(&meta)
        let line = json([
            "data": data,
            "hash": json([
                "steps": quoted("stringify:data"), "types": quoted("sha256:sha256"),
                "value": quoted(hash),
            ]), "meta": json(meta),
        ])
        return (Array(line.utf8), hash)
    }

    private func signature(_ hash: Digest256, _ key: DomainKey) -> String {
        let signature = key.signature(hash)
        return "["
            + json([
                "public": quoted(Hexadecimal.encode(signature.publicKey)),
                "scheme": quoted(signature.scheme), "signer": quoted(signature.signer),
                "string": quoted(Hexadecimal.encode(signature.signature)),
            ]) + "]"
    }

    // MARK: Auditing

    /// Ends the open file.
    mutating func end(name: String?) {
        files.append(File(name: name, lines: lines))
        lines = []
    }

    /// The files and, at the end, the journal.
    var all: [File] { files + [File(name: "journal.ndjson", lines: lines)] }

    /// Audits all of it.
    func audit() throws(AuditFinding) -> AuditReport {
        var auditor = LogAuditor()
        for file in all {
            var offset = 0
            for line in file.lines {
                try auditor.add(line, from: AuditPlace(file: file.name ?? "", offset: offset))
                offset += line.count + 1
            }
            try auditor.endOfSegment(name: file.name)
        }
        return try auditor.finish()
    }

    /// The finding; nil where there is none.
    var finding: AuditFinding? {
        do throws(AuditFinding) {
            _ = try audit()
            return nil
        } catch {
            return error
        }
    }
}
