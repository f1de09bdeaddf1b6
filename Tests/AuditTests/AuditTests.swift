import Audit
import Bytes
import Cryptography
import Documents
import Testing

/// What is right, and must not be found.
@Suite struct AuditTests {
    @Test func `the report counts what was there`() throws {
        var log = Defect.base()
        log.seal()
        log.seal()
        log.stack()
        log.clear(promise(alice, bob, "1", id: 6), promise(bob, alice, "2", id: 7))
        let report = try log.audit()
        var counts = (report.counts.documents, report.counts.transactions)
        #expect(counts == (10, 5))
        counts = (report.counts.instructions, report.counts.signatures)
        // Certificate, unit, five receipts, seven instructions, two blocks with checkpoints, a stack.
        #expect(counts == (7, 1 + 1 + 5 + 7 + 2 * 2 + 1))
        counts = (report.counts.blocks, report.counts.stacks)
        #expect(counts == (2, 1))
        counts = (report.counts.units, report.counts.counters)
        #expect(counts == (1, 6))
        #expect(report.domain == domain)
        #expect(report.domainKey == domainKey.address)
        #expect(report.lastHeight == 1)
        #expect(report.size == 10)
        #expect(report.root == Oracle.root(log.leaves[...]))
    }

    @Test func `the counters at the end are those of the log`() throws {
        let log = Defect.base()
        let counters = try log.audit().counters
        #expect(counters.count == log.counters.count)
        for (first, second) in zip(counters, counters.dropFirst()) {
            let names = [first, second].map { $0.address.text + $0.symbol.text }
            #expect(names[0] < names[1])
        }
        for counter in counters {
            let name = LogMaker.Name(address: counter.address, symbol: counter.symbol)
            let state = CounterState(net: counter.net, min: counter.min, max: counter.max)
            #expect(log.counters[name]?.state == state)
        }
        let credit = try #require(
            counters.first { $0.address == carol.address && $0.symbol == issuer.address })
        #expect(credit.net == .zero && credit.min == .finite(amount("-20")))
    }

    @Test func `lines may be examined before and elsewhere`() async throws {
        let log = Defect.base()
        let examined = await withTaskGroup(of: (Int, Examined).self) { group in
            for (index, line) in log.lines.enumerated() {
                group.addTask { (index, LogAuditor.examine(line)) }
            }
            var examined: [(Int, Examined)] = []
            for await result in group { examined.append(result) }
            return examined.sorted { $0.0 < $1.0 }.map(\.1)
        }
        var auditor = LogAuditor()
        for line in examined { try auditor.add(line, from: AuditPlace(file: "", offset: 0)) }
        #expect(try auditor.finish() == log.audit())
    }

    @Test func `a block may be empty`() throws {
        var log = LogMaker.begun()
        log.seal()
        log.seal()
        log.seal(sealed: "2026-02-02")
        #expect(try log.audit().counts.blocks == 3)
    }

    @Test func `an interrupted seal leaves the block in the journal`() throws {
        var log = Defect.base()
        log.seal(keepsOpen: true)
        #expect(try log.audit().lastHeight == 0)
    }

    @Test func `files without names are taken as they come`() throws {
        var log = Defect.base()
        log.seal()
        log.clear(promise(alice, bob, "1", id: 6))
        log.seal()
        for index in log.files.indices { log.files[index].name = nil }
        #expect(try log.audit().lastHeight == 1)
    }

    @Test func `another device begins its own chain`() throws {
        var log = Defect.base()
        log.append(certificate(otherDevice) { [domainKey.signature($0)] })
        for (id, sequence) in [(6, 1), (7, 2)] {
            log.clear(promise(alice, bob, "1", id: id)) {
                $0.clock = Transaction.Clock(
                    device: otherDevice.address, sequence: sequence, tick: $0.clock.tick,
                    time: $0.clock.time)
                $0.signer = otherDevice
            }
        }
        log.clear(promise(alice, bob, "1", id: 8)) { $0.clock = $0.clock.changed(sequence: 5) }
        // A second certificate of a device does not begin its chain anew.
        log.append(certificate(device, incarnation: "fedcba9876543210"))
        log.clear(promise(alice, bob, "1", id: 9)) { $0.clock = $0.clock.changed(sequence: 6) }
        #expect(try log.audit().counts.transactions == 8)
    }

    @Test func `true signatures by others are welcome`() throws {
        var log = Defect.base()
        log.append(certificate(otherDevice) { [alice.signature($0), domainKey.signature($0)] })
        guard case .iou(let iou) = promise(alice, bob, "3", id: 6) else { return }
        let both = [bob.signature(iou.hash), alice.signature(iou.hash)]
        log.clear(.iou(iou.replacing(Endorsements(signatures: both))))
        #expect(try log.audit().counts.transactions == 5)
    }

    @Test func `a puzzle's address signs with enough of its keys`() throws {
        let puzzle = try Puzzle(
            threshold: 2,
            identities: [alice, bob, carol].map {
                Puzzle.Identity(publicKey: $0.publicKey, scheme: "ecdsa-secp256k1")
            })
        func log(_ signers: [Person]) -> LogMaker {
            var log = LogMaker.begun()
            let terms = IOU.Terms(
                domain: domain, source: puzzle.address, target: alice.address,
                amount: amount("5"), symbol: puzzle.address, random: "1", expiry: time("2030-01-01")
            )
            let hash = IOU(terms).hash
            let signatures = signers.map { $0.signature(hash, puzzle: puzzle) }
            log.clear(.iou(IOU(terms, Endorsements(signatures: signatures, puzzles: [puzzle]))))
            return log
        }
        #expect(log([alice, carol]).finding == nil)
        #expect(log([alice]).finding?.code == .signatureMissing)
        #expect(log([alice, device]).finding?.code == .signatureInvalid)
    }

    @Test func `a lock opens with its preimage, a promise clears when it is active`() throws {
        var log = Defect.base()
        log.clear(
            promise(alice, bob, "3", id: 6, preimage: "open") { $0.hashlock = digest("open") })
        log.clear(
            promise(alice, bob, "3", id: 7) {
                $0.hashlock = digest("open")
                $0.preimage = "open"
            })
        let moment = log.clock.time
        log.clear(promise(alice, bob, "3", id: 8) { $0.active = moment })
        log.clear(
            promise(alice, bob, "3", id: 9) {
                $0.expiry = moment.adding(milliseconds: 1) ?? .latest
            })
        #expect(log.finding == nil)
    }

    @Test func `limits move as far as they may`() throws {
        var log = Defect.base()
        // A line is used, partly taken back, and handed back; a ceiling goes down and up again.
        log.clear(promise(carol, bob, "15", id: 6))
        log.clear(limit(carol, .min, "-15", id: 7))
        log.clear(
            promise(bob, carol, "15", id: 8), promise(carol, issuer, "0", credit: "-15", id: 9))
        log.clear(limit(issuer, .min, "-150", id: 10))
        log.clear(limit(issuer, .min, "-1000", id: 11), limit(bob, .max, "62.5", id: 12))
        // The order inside a transaction does not matter: alice has what she gives at the end.
        log.clear(promise(alice, carol, "90", id: 13), promise(issuer, alice, "2.5", id: 14))
        log.append(unit(issuer, name: "Ale", scale: 3))
        log.clear(promise(carol, alice, "0.001", id: 15))
        #expect(log.finding == nil, "\(log.finding?.message ?? "")")
    }

    @Test func `a balance may reach the largest amount`() throws {
        var log = LogMaker.begun()
        log.clear(promise(mint, alice, largest.text, of: mint, id: 1))
        log.clear(promise(alice, bob, largest.text, of: mint, id: 2))
        log.clear(promise(bob, mint, largest.text, of: mint, id: 3))
        #expect(log.finding == nil)
    }

    /// Holders may have more together than one amount can say, where others owe as much: the sum
    /// leaves the range of amounts on its way to 0, in some order of the counters.
    @Test func `balances may add up beyond 38 digits on the way to 0`() throws {
        let half = "90000000000000000000"
        var log = LogMaker.begun()
        let holders = (0..<4).map { Person("holder \($0)") }
        for (id, holder) in holders.enumerated() {
            let debtor = Person("debtor \(id)")
            log.clear(promise(mint, debtor, "0", of: mint, credit: "-" + half, id: 2 * id))
            log.clear(promise(debtor, holder, half, of: mint, id: 2 * id + 1))
        }
        log.seal()
        #expect(log.finding == nil, "\(log.finding?.message ?? "")")
    }
}
