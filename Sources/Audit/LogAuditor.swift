// A second opinion on a domain's log. It replays the log from its first line and compares every
// balance and every root with what stands there. It shares the reading of documents with the
// program that wrote the log (Documents: JSON, amounts, addresses, signatures), and nothing else:
// no clearing rule, no tree, no index.
//
// To be read in this order: Examined (one line by itself), LogAuditor (the lines in their order),
// Books (the rules of clearing), Trees, BlockCheck, StackCheck.
import Bytes
import Cryptography
import Documents

/// Takes a log line by line, and stops at the first thing that is not as it must be.
///
/// The log is not kept. What is: the counters, the units, the devices, the hashes of blocks that
/// are in no stack yet and of what the open block has made known, and 16 bytes an instruction.
public struct LogAuditor: Sendable {
    /// Whose log it is: told by the first line.
    private struct Domain {
        let name: String
        let key: [UInt8]
        let address: Address
    }

    private var domain: Domain?
    /// The number of the last transaction of each certified device.
    private var devices: [Address: Int] = [:]
    /// What the last cut settles of each device's chain.
    private var settled: [Address: Int] = [:]
    private var clock: Transaction.Clock?
    private var books = Books()
    /// The first 128 bits of the hashes of what may stand in the log only once: instructions, units
    /// and certificates. Two hashes that agree in them cost 2^64 work to find, and would raise a
    /// false alarm; they hide nothing.
    private var known: Set<SIMD2<UInt64>> = []
    /// What has been taken back.
    private var cancelled: Set<CancelledInstruction> = []
    private var log = HashTree()
    private var segment = Segment()
    private var blocks = BlockChain(begun: .earliest)
    private var stacks = StackChain()
    /// Whether a segment without a block has ended, or the journal: nothing may follow.
    private var isOver = false
    private var counts = AuditReport.Counts()
    /// The first finding: nothing is said about a log after it.
    private var finding: AuditFinding?

    /// An auditor that has seen nothing.
    public init() {}

    /// Judges everything about a line, without its newline, that needs no line before it. Lines may
    /// be examined in any order and on all cores.
    public static func examine(_ line: [UInt8]) -> Examined { Examined(line) }

    /// Takes the next line of the log, without its newline.
    /// - Throws: the finding, the same again at every later call.
    public mutating func add(_ line: [UInt8], from place: AuditPlace) throws(AuditFinding) {
        try add(Self.examine(line), from: place)
    }

    /// Takes the next line of the log, already examined.
    /// - Throws: the finding, the same again at every later call.
    public mutating func add(
        _ examined: Examined, from place: AuditPlace
    ) throws(AuditFinding) {
        if let finding { throw finding }
        do throws(AuditFinding) {
            try take(examined)
        } catch {
            throw keep(error, place)
        }
    }

    /// Ends a file of the log.
    /// - Parameter name: the file's name without its directory, `<height>-<hash>.ndjson` or
    ///   `journal.ndjson`; nil where it is not known.
    /// - Throws: the finding: the name is not the block's, or there is no block.
    public mutating func endOfSegment(name: String?) throws(AuditFinding) {
        if let finding { throw finding }
        do throws(AuditFinding) {
            try close(name)
        } catch {
            throw keep(error, AuditPlace(file: name ?? "", offset: 0))
        }
    }

    /// What the log comes to, so far.
    /// - Throws: the finding; `empty-log` where there was no line.
    public func finish() throws(AuditFinding) -> AuditReport {
        if let finding { throw finding }
        guard let domain else { throw AuditFinding(.emptyLog, "the log has no line") }
        let head = log.head
        let counters = books.all
        var counts = counts
        counts.units = books.unitCount
        counts.counters = counters.count
        return AuditReport(
            counts: counts, domain: domain.name, domainKey: domain.address, size: head.size,
            root: head.root, lastHeight: counts.blocks == 0 ? nil : counts.blocks - 1,
            counters: counters)
    }

    private mutating func keep(_ finding: AuditFinding, _ place: AuditPlace) -> AuditFinding {
        var found = finding
        found.place = place
        self.finding = found
        return found
    }

    private mutating func close(_ name: String?) throws(AuditFinding) {
        let isJournal = name == "journal.ndjson"
        if let block = segment.name {
            // A seal that was interrupted leaves the block in the journal.
            try require(
                name == nil || isJournal || name == block, .segmentName,
                "the segment's block names it '\(block)'")
        } else {
            try require(
                name == nil || isJournal, .segmentUnsealed, "the segment does not end in a block")
        }
        isOver = isJournal || segment.name == nil
        segment = Segment()
    }
}

// The lines in their order.
extension LogAuditor {
    private mutating func take(_ examined: Examined) throws(AuditFinding) {
        try require(!isOver, .segmentOrder, "lines follow the end of the open journal")
        try require(segment.name == nil, .lineAfterBlock, "a line follows the block in its segment")
        let document = try examined.verdict.get()
        if case .block = document.content {
            try require(
                segment.isCut || devices.count < 2, .cutMissing,
                "several devices clear in the domain, and no cut stands above the block")
        } else {
            try require(!segment.isCut, .lineAfterBlock, "a line follows the cut")
        }
        var hashes = [document.hash]
        var isBlock = false
        switch document.content {
        case .certificate(let certificate):
            try certify(certificate)
            try remember(document.hash, .documentRepeated)
        case .unit(let unit):
            _ = try owner()
            try remember(document.hash, .documentRepeated)
            try books.define(unit.terms)
        case .transaction(let transaction, let instructions, let isDerived):
            try clear(transaction, instructions, isDerived)
            hashes += transaction.inputs
            counts.transactions += 1
            counts.instructions += instructions.count
        case .block(let block):
            try seal(block)
            isBlock = true
        case .stack(let stack):
            try checkOwner(stack.domain, stack.key)
            try stacks.append(stack)
            counts.stacks += 1
        case .note(let name, let key): try checkOwner(name, key)
        case .cut(let cut, let key):
            try checkOwner(cut.statement.domain, key)
            try settle(cut.statement)
        }
        // A block is a leaf of the log, and in none of the blocks' counts and contents.
        if !isBlock { segment.append(examined.line, hashes) }
        log.append(document.hash.bytes)
        counts.documents += 1
        counts.signatures += document.signatures
    }

    private func owner() throws(AuditFinding) -> Domain {
        guard let domain else {
            throw AuditFinding(.firstDocument, "the first document is no device certificate")
        }
        return domain
    }

    private func checkDomain(_ name: String) throws(AuditFinding) {
        let domain = try owner()
        // By bytes: strings are equal to those that Unicode calls equivalent.
        try require(
            name.utf8.elementsEqual(domain.name.utf8), .wrongDomain,
            "it is of the domain '\(name)', the log is of '\(domain.name)'")
    }

    private func checkOwner(_ name: String, _ key: Address) throws(AuditFinding) {
        try checkDomain(name)
        try require(try owner().address == key, .foreignKey, "it is not signed by the domain key")
    }

    /// A cut settles what stands above it, and never less than the cut before.
    private mutating func settle(_ cut: CutDocument.Statement) throws(AuditFinding) {
        try require(
            cut.height == blocks.height, .cutHeight, "the cut is of block \(cut.height)")
        var next: [Address: Int] = [:]
        for entry in cut.devices { next[entry.device] = entry.sequence }
        for (device, last) in devices {
            try require(
                last <= next[device] ?? 0, .sequenceGap,
                "the cut leaves out records of \(device) that stand above it")
        }
        for device in next.keys {
            try require(
                devices[device] != nil, .unknownDevice,
                "\(device) has no certificate of the domain")
        }
        settled = next
        for (device, sequence) in next { devices[device] = sequence }
        segment.isCut = true
    }

    /// A block or a stack is of this domain, and its key has signed.
    private func checkOwner(_ name: String, _ key: [UInt8]) throws(AuditFinding) {
        try checkDomain(name)
        try require(try owner().key == key, .foreignKey, "it is not signed by the domain key")
    }

    private mutating func remember(
        _ hash: Digest256, _ code: AuditFinding.Code
    ) throws(AuditFinding) {
        let prefix = hash.bytes.withUnsafeBytes { $0.loadUnaligned(as: SIMD2<UInt64>.self) }
        try require(known.insert(prefix).inserted, code, "\(hash) stands in the log twice")
    }

    /// The first certificate tells the domain and its key; the others must be signed by it.
    private mutating func certify(_ certificate: DeviceCertificate) throws(AuditFinding) {
        let signatures = certificate.endorsements.signatures
        if domain == nil {
            guard let first = signatures.first, first.script == nil,
                first.scheme == SignatureScheme.eddsaEd25519.rawValue
            else {
                throw AuditFinding(
                    .firstDocument, "the first certificate is not signed by an Ed25519 key")
            }
            domain = Domain(
                name: certificate.domain, key: first.publicKey, address: first.signer)
            blocks = BlockChain(begun: certificate.issued)
        }
        try checkDomain(certificate.domain)
        let address = try owner().address
        try require(
            signatures.contains { $0.signer == address && $0.script == nil }, .foreignKey,
            "the certificate is not signed by the domain key")
        devices[certificate.address] = devices[certificate.address] ?? 0
    }

    private mutating func clear(
        _ transaction: Transaction, _ instructions: [Instruction], _ isDerived: Bool
    ) throws(AuditFinding) {
        try checkDomain(transaction.domain)
        let reading = transaction.clock
        guard let last = devices[reading.device] else {
            throw AuditFinding(.unknownDevice, "\(reading.device) has no certificate of the domain")
        }
        if devices.count > 1 {
            // What has bounced leaves gaps, and a block may settle what is older than the last one.
            let begin = settled[reading.device] ?? 0
            try require(
                reading.sequence > begin, .sequenceGap,
                "it is number \(reading.sequence) of its device, of which \(begin) are settled")
            try require(
                segment.clock.map { ($0.time, $0.tick) <= (reading.time, reading.tick) } ?? true,
                .clockNotLater, "its clock is before that of the transaction before")
        } else {
            try require(!isDerived, .derived, "it was derived anew in a domain of one device")
            try require(
                reading.sequence == last + 1, .sequenceGap,
                "it is number \(reading.sequence) of its device, after number \(last)")
            try require(
                clock.map { $0 < reading } ?? true, .clockNotLater,
                "its clock is not after that of the transaction before")
        }
        devices[reading.device] = max(last, reading.sequence)
        segment.clock = reading
        clock = reading
        try require(
            zip(transaction.inputs, transaction.inputs.dropFirst()).allSatisfy { $0 < $1 },
            .inputsUnordered, "its inputs are not in ascending order of their hashes")
        for instruction in instructions { try admit(instruction, at: reading.time) }
        try books.enter(transaction, instructions)
    }

    /// What must hold for each instruction when it clears.
    private mutating func admit(
        _ instruction: Instruction, at time: Timestamp
    ) throws(AuditFinding) {
        try remember(instruction.hash, .instructionRepeated)
        try require(
            !cancelled.contains(instruction.target), .cancelled,
            "\(instruction.hash) was taken back, and cleared")
        if case .cancel(let cancellation) = instruction { cancelled.insert(cancellation.target) }
        try checkDomain(instruction.domain)
        if let active = instruction.active {
            try require(
                active <= time, .notYetActive,
                "\(instruction.hash) clears from \(active) on, and cleared at \(time)")
        }
        try require(
            time < instruction.expiry, .expired,
            "\(instruction.hash) expired at \(instruction.expiry), and cleared at \(time)")
        if case .iou(let iou) = instruction, let lock = iou.terms.hashlock {
            let preimages = [iou.terms.preimage, iou.attachments.preimage].compactMap { $0 }
            try require(
                preimages.contains { Hash.sha256(Array($0.utf8)) == lock }, .locked,
                "\(iou.hash) cleared without the preimage of its hash lock")
        }
    }

    private mutating func seal(_ block: BlockRecord) throws(AuditFinding) {
        try checkOwner(block.domain, block.key)
        try block.check(
            blocks, segment, log: log.head, balances: HashTree.balances(books.all))
        blocks.append(block)
        stacks.add(block: block.hash)
        segment.name = block.segmentName
        counts.blocks += 1
    }
}
