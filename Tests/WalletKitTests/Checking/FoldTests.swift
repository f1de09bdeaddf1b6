// What no hash and no signature shows: blocks, stacks and transactions that say what is not so.
import Audit
import Bytes
import Cryptography
import Documents
import Headers
import Testing

@testable import WalletKit

@Suite struct FoldTests {
    private typealias Statement = BlockDocument.Statement

    @Test func `a block that states anything else than what is so is found, by the auditor too`()
        throws
    {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [2, 2, 1], &random)
        let key = try wallet.domainKey()
        let other = Hash.sha256([1])
        let cases: [(code: String, audit: String, change: (inout Statement) -> Void)] = [
            (
                "block-balances", "block-balances",
                { $0.balances = .init(root: other, size: $0.balances.size) }
            ),
            (
                "block-balances", "block-balances",
                { $0.balances = .init(root: $0.balances.root, size: 1) }
            ),
            (
                "block-contents", "block-contents",
                { $0.contents = .init(root: other, size: $0.contents.size) }
            ),
            (
                "block-contents", "block-contents",
                { $0.contents = .init(root: $0.contents.root, size: 1) }
            ),
            ("block-count", "block-count", { $0.count += 1 }),
            ("wrong-domain", "wrong-domain", { $0.domain = "tess" }),
            ("block-height", "block-height", { $0.height += 1 }),
            ("block-journal", "block-journal", { $0.journal = other }),
            ("block-times", "block-times", { $0.opened = .earliest }),
            ("block-previous", "block-previous", { $0.previous = other }),
            ("block-log", "block-log", { $0.log = .init(root: other, size: $0.log.size) }),
            (
                "block-log", "block-log",
                { $0.log = .init(root: $0.log.root, size: $0.log.size + 1) }
            ),
        ]
        for (code, audit, change) in cases {
            try wallet.forgeBlock(1) { block in
                var statement = block.statement
                change(&statement)
                return try statement.signed(by: key)
            }
            let verdicts = try wallet.verdicts()
            #expect(verdicts.check.contains(code), "\(code): \(verdicts) \(random.comment)")
            #expect(verdicts.audit == audit, random.comment)
            try wallet.restore()
        }
        #expect(try wallet.look().findings.isEmpty, random.comment)
    }

    @Test func `a block whose signatures are another's, or more than one, is found`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1], &random)
        let (key, stranger) = (try wallet.domainKey(), try CheckFixture.stranger())
        let cases: [(code: String, forge: (BlockDocument) throws -> BlockDocument)] = [
            ("signature-invalid", { try $0.statement.signed(by: stranger) }),
            (
                "block-checkpoint",
                {
                    var other = $0.statement
                    other.log = .init(root: other.log.root, size: other.log.size + 1)
                    return BlockDocument(
                        $0.statement, $0.endorsements,
                        checkpointSignature: try other.signed(by: key).checkpointSignature)
                }
            ),
            (
                "signature-missing",
                {
                    BlockDocument(
                        $0.statement,
                        $0.endorsements.adding(try stranger.signature(of: $0.hash)),
                        checkpointSignature: $0.checkpointSignature)
                }
            ),
        ]
        for (code, forge) in cases {
            try wallet.forgeBlock(1, forge)
            let verdicts = try wallet.verdicts()
            #expect(verdicts.check == [code], random.comment)
            #expect(verdicts.audit != nil, random.comment)
            try wallet.restore()
        }
    }

    @Test func `a stack that follows from no blocks, or follows no stack, is found`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 1, 1], &random)
        _ = try wallet.wallet.stack(bits: nil)
        try wallet.remember()
        var lines = wallet.lines("documents/journal.ndjson")
        let last = lines.removeLast()
        let stack = try StackDocument(try Envelope(line: last))
        #expect(stack.height == 1 && stack.first == 2)
        let other = Hash.sha256([1])
        let stranger = try CheckFixture.stranger()
        let cases: [(code: String, line: [UInt8])] = [
            ("stack-height", try wallet.stack(like: stack, height: 2)),
            ("stack-range", try wallet.stack(like: stack, first: 1)),
            ("stack-range", try wallet.stack(like: stack, count: 2)),
            ("stack-previous", try wallet.stack(like: stack) { $0.previous = other }),
            ("stack-root", try wallet.stack(like: stack) { $0.merkleRoot = other }),
            ("stack-version", try wallet.stack(like: stack) { $0.version = 1 }),
            ("stack-work", try wallet.stack(like: stack, mine: false) { $0.bits = 0x1d00_ffff }),
            ("signature-invalid", try wallet.stack(like: stack, by: stranger)),
        ]
        for (code, line) in cases {
            try wallet.forgeJournal(lines + [line])
            let verdicts = try wallet.verdicts()
            #expect(verdicts.check == [code], random.comment)
            #expect(
                verdicts.audit == (code == "signature-invalid" ? "foreign-key" : code),
                random.comment)
            try wallet.restore()
        }
        // Twice the same is once too often.
        try wallet.forgeJournal(lines + [last, last])
        #expect(try wallet.verdicts() == (["stack-height"], "stack-height"), random.comment)
    }

    @Test func `a transaction that does not follow from its instructions is found by both`()
        throws
    {
        var random = SplitMix()
        for _ in 0..<10 {
            let wallet = try CheckFixture(transactions: [3, 1, 2], &random)
            let (index, document) = try wallet.openTransaction()
            let good = document.transaction
            let one = try #require(Amount(quanta: 1_000_000_000_000_000_000))
            func changed(
                _ change: (inout [Transaction.Output]) -> Void
            ) throws -> [UInt8] {
                var outputs = good.outputs
                change(&outputs)
                return try wallet.receipt(
                    Transaction(
                        clock: good.clock, domain: good.domain, inputs: good.inputs,
                        outputs: outputs), document.instructions)
            }
            func replaced(
                _ output: Transaction.Output, net: Amount? = nil, max: Bound? = nil,
                source: Transaction.Pointer?
            ) -> Transaction.Output {
                var state = output.state
                state.net = net ?? state.net
                state.max = max ?? state.max
                return Transaction.Output(
                    address: output.address, symbol: output.symbol, state: state, source: source)
            }
            let strange = Transaction.Pointer(transaction: Hash.sha256([2]), index: 0)
            let lines = [
                try changed {
                    $0[0] = replaced(
                        $0[0], net: $0[0].state.net.adding(one), source: $0[0].source)
                },
                // The sum stays zero.
                try changed {
                    guard $0.count > 1 else { return $0.append($0[0]) }
                    $0[0] = replaced(
                        $0[0], net: $0[0].state.net.adding(one), source: $0[0].source)
                    $0[1] = replaced(
                        $0[1], net: $0[1].state.net.subtracting(one), source: $0[1].source)
                },
                try changed { $0[0] = replaced($0[0], max: .finite(one), source: $0[0].source) },
                try changed { $0[0] = replaced($0[0], source: strange) },
                try changed { $0.count > 1 ? _ = $0.removeLast() : $0.append($0[0]) },
                try changed { $0.count > 1 ? $0.swapAt(0, 1) : $0.append($0[0]) },
            ]
            for line in lines {
                var journal = wallet.lines("documents/journal.ndjson")
                journal[index] = line
                try wallet.forgeJournal(journal)
                let verdicts = try wallet.verdicts()
                #expect(verdicts.check == ["hash-mismatch"], random.comment)
                #expect(verdicts.audit != nil, random.comment)
                try wallet.restore()
            }
        }
    }

    @Test func `a receipt out of its device's order, or of no device, is found by both`() throws {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1, 1, 2], &random)
        let (index, document) = try wallet.openTransaction()
        let good = document.transaction
        let stranger = try CheckFixture.stranger(.ecdsaSecp256k1)
        func line(_ clock: Transaction.Clock, by key: SigningKey? = nil) throws -> [UInt8] {
            try wallet.receipt(
                Transaction(
                    clock: clock, domain: good.domain, inputs: good.inputs,
                    outputs: good.outputs), document.instructions, by: key)
        }
        let clock = good.clock
        typealias Clock = Transaction.Clock
        let cases = [
            try line(
                Clock(
                    device: clock.device, sequence: clock.sequence + 1, tick: clock.tick,
                    time: clock.time)),
            try line(
                Clock(
                    device: clock.device, sequence: clock.sequence, tick: 0, time: .earliest)),
            try line(
                Clock(
                    device: Address(of: stranger.publicKey), sequence: 1, tick: clock.tick,
                    time: clock.time), by: stranger),
        ]
        for line in cases {
            var journal = wallet.lines("documents/journal.ndjson")
            journal[index] = line
            try wallet.forgeJournal(journal)
            let verdicts = try wallet.verdicts()
            #expect(!verdicts.check.isEmpty && verdicts.audit != nil, random.comment)
            try wallet.restore()
        }
        // Left out, put in twice, in another order.
        let lines = wallet.lines("documents/journal.ndjson")
        for journal in [
            Array(lines.dropFirst(index + 1)), lines + [lines[index]], lines.reversed(),
        ] {
            try wallet.forgeJournal(journal)
            let verdicts = try wallet.verdicts()
            #expect(!verdicts.check.isEmpty && verdicts.audit != nil, random.comment)
            try wallet.restore()
        }
    }

    @Test func `a document that stands there twice, and a unit that becomes another, are found`()
        throws
    {
        var random = SplitMix()
        let wallet = try CheckFixture(transactions: [1], &random)
        let lines = wallet.lines("documents/journal.ndjson")
        guard case .unit(let unit, _) = try StoredDocument(line: lines[1]) else {
            throw CancellationError()
        }
        let issuer = try wallet.wallet.signingKey(
            try #require(wallet.wallet.book.own(unit.terms.symbol)))
        func changed(_ change: (inout UnitDefinition.Terms) -> Void) throws -> [UInt8] {
            var terms = unit.terms
            change(&terms)
            let signature = try issuer.signature(of: UnitDefinition(terms).hash)
            return UnitDefinition(terms, Endorsements(signatures: [signature])).document
        }
        let cases: [(codes: [String], audit: String?, line: [UInt8])] = [
            (["document-repeated"], "document-repeated", lines[0]),
            (["document-repeated"], "document-repeated", lines[1]),
            (["unit-changed"], "unit-changed", try changed { $0.code = "USD" }),
            (["unit-changed"], "unit-changed", try changed { $0.scale = 1 }),
            ([], nil, try changed { $0.scale = 3 }),
            ([], nil, try changed { $0.name = "Euros" }),
        ]
        for (codes, audit, line) in cases {
            try wallet.forgeJournal(lines + [line])
            let verdicts = try wallet.verdicts()
            #expect(verdicts.check == codes && verdicts.audit == audit, "\(verdicts)")
            try wallet.restore()
        }
        try wallet.forgeJournal(Array(lines.dropFirst()))
        #expect(try wallet.verdicts() == (["first-document"], "first-document"))
        try wallet.forgeJournal([])
        #expect(try wallet.look().damage == ["first-document documents/journal.ndjson"])
    }
}
