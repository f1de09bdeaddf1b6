// Coins are spent once, whatever becomes of the payment.
import Bitcoin
import Bytes
import Coins
import Headers
import Testing

@Suite struct SpendingTests {
    let chain: TestChain
    let payer: Payer
    let owner: Owner

    init() throws {
        chain = try TestChain()
        payer = try Payer(9)
        owner = try Owner()
    }

    /// Gives the owner mined coins.
    private func fund(_ amounts: [UInt64]) throws {
        try chain.mine([], reward: payer.script)
        let source = chain.blocks[chain.blocks.count - 1].transactions[0]
        let payment = try payer.pay(
            try amounts.map { TransactionOutput(satoshis: $0, script: try owner.fresh()) },
            from: [(source, 0)])
        try chain.mine([payment])
        _ = try owner.store.take(
            payment, minedBy: try chain.path(payment), chain, label: "", now: 0)
    }

    private func output(_ satoshis: UInt64) -> TransactionOutput {
        TransactionOutput(satoshis: satoshis, script: payer.script)
    }

    @Test func `a draft holds its coins until its time is over`() throws {
        try fund([50_000, 60_000])
        let first = try owner.draft([output(40_000)], until: 1_000, now: 0)
        #expect(first.state == .draft)
        let held = try owner.store.balance(now: 1)
        #expect(held.total == 110_000)
        #expect(held.held >= 50_000)
        // Another one takes other coins; a third finds none.
        let second = try owner.draft([output(45_000)], until: 2_000, now: 1)
        #expect(
            Set(first.transaction.inputs.map(\.outpoint))
                .isDisjoint(with: second.transaction.inputs.map(\.outpoint)))
        #expect(throws: BitcoinError.self) { try owner.draft([output(1_000)], now: 2) }
        try owner.store.refresh(now: 1_000)
        #expect(try owner.store.stored(first.transaction.id).state == .dropped)
        #expect(throws: CoinError.dropped(first.transaction.id)) {
            try owner.store.handOut(first.transaction.id, now: 1_001)
        }
        _ = try owner.draft([output(40_000)], until: 3_000, now: 1_002)
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `what was handed out is spent, and its change counts`() throws {
        try fund([100_000])
        let draft = try owner.draft([output(30_000)])
        let sent = try owner.store.handOut(draft.transaction.id, now: 5)
        #expect(sent.state == .supported)
        #expect(sent.delta < -30_000 && sent.delta > -31_000)
        let balance = try owner.store.balance(now: 5_000)
        #expect(Int64(balance.total) == 100_000 + sent.delta)
        #expect(balance.mined == 0)
        // Time gives nothing back.
        try owner.store.refresh(now: 1_000_000)
        #expect(try owner.store.balance(now: 1_000_000) == balance)
        // Change can be spent at once, and the evidence convinces whoever has the headers.
        let next = try owner.draft([output(20_000)], until: 9_000, now: 10)
        let evidence = try owner.store.evidence(for: next.transaction.id)
        _ = try chain.verify(.beef(evidence))
        #expect(try BEEF(evidence.binary(.v1)).subject == next.transaction.id)
        #expect(evidence.entries.count == 3)
    }

    @Test func `the same label gives the same transaction`() throws {
        try fund([50_000, 60_000])
        let first = try owner.draft([output(10_000)], label: "order 7")
        #expect(try owner.draft([output(10_000)], label: "order 7") == first)
        _ = try owner.store.handOut(first.transaction.id, now: 1)
        #expect(
            try owner.draft([output(10_000)], label: "order 7").transaction == first.transaction)
        try owner.store.drop(first.transaction.id, now: 2)
        #expect(
            try owner.draft([output(10_000)], label: "order 7", now: 3).transaction.id
                != first.transaction.id)
    }

    @Test func `what was given up is free again, and counts when it is mined after all`() throws {
        try fund([70_000])
        let draft = try owner.draft([output(30_000)])
        let sent = try owner.store.handOut(draft.transaction.id, now: 1)
        try owner.store.drop(sent.transaction.id, now: 2)
        #expect(try owner.store.balance(now: 2).total == 70_000)
        let again = try owner.draft([output(31_000)], now: 3)
        _ = try owner.store.handOut(again.transaction.id, now: 3)
        try chain.mine([sent.transaction])
        _ = try owner.store.take(try chain.path(sent.transaction), chain, now: 4)
        #expect(try owner.store.stored(sent.transaction.id).state == .mined)
        #expect(try owner.store.stored(again.transaction.id).state == .conflicted)
        #expect(Int64(try owner.store.balance(now: 5).total) == 70_000 + sent.delta)
        #expect(try owner.store.problems(chain).isEmpty)
    }

    @Test func `nobody else's coins can be put into a draft`() throws {
        try fund([70_000])
        let source = chain.blocks[1].transactions[0]
        let foreign = try payer.pay([output(5)], from: [(source, 0)])
        #expect(throws: CoinError.notOurs(foreign.id)) {
            _ = try owner.store.draft(
                label: "", until: 10, account: Owner.name, tip: nil, now: 0
            ) { _, _ in foreign }
        }
        #expect(try owner.store.balance(now: 0).held == 0)
    }

    @Test func `addresses continue where the last one was, and a gap is laid ahead`() throws {
        let first = try owner.store.freshScript(account: Owner.name, branch: 0, label: "a")
        #expect(first.key.number == 0)
        #expect(try owner.store.layAhead(account: Owner.name, gap: 20))
        #expect(try owner.store.scripts().count == 1 + 20 + 20)
        #expect(try !owner.store.layAhead(account: Owner.name, gap: 20))
        let second = try owner.store.freshScript(account: Owner.name, branch: 0, label: "b")
        #expect(second.key.number == 1)
        #expect(try owner.store.addresses(label: "b") == [second])
        // A coin far ahead moves the end of the gap.
        let far = try #require(
            try owner.store.scripts().compactMap { try owner.store.address(of: $0) }
                .first { $0.key.branch == 0 && $0.key.number == 15 })
        let payment = try payer.pay(
            [TransactionOutput(satoshis: 7, script: far.script)],
            from: [(try paid(), 0)])
        _ = try owner.store.take(payment, label: "", now: 0)
        #expect(try owner.store.layAhead(account: Owner.name, gap: 20))
        #expect(
            try owner.store.freshScript(account: Owner.name, branch: 0, label: "").key.number == 16)
    }

    private func paid() throws -> BitcoinTransaction {
        try chain.mine([], reward: payer.script)
        return chain.blocks[chain.blocks.count - 1].transactions[0]
    }
}
