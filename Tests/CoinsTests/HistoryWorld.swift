// A chain, somebody who pays, somebody who is paid and pays, and chance.
import Bitcoin
import Bytes
import Coins
import Headers
import Testing

/// What happens at random, to a store and to the model of it.
final class HistoryWorld {
    let chain: TestChain
    let payer: Payer
    let owner: Owner
    var model = NaiveCoins()
    var random: Generator
    var now: Int64 = 1_000
    /// Everything that was ever made, but drafts; parents before children.
    private var made: [BitcoinTransaction] = []
    /// Those whose ancestors nobody knows.
    private var gifts: Set<Digest256> = []
    private var parked: [TestChain.Block] = []

    init(seed: UInt64) throws {
        random = Generator(seed: seed)
        chain = try TestChain()
        payer = try Payer(7)
        owner = try Owner()
        try gift()
    }

    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private func transaction(_ id: Digest256) -> BitcoinTransaction? { made.first { $0.id == id } }

    /// A block in which the payer is paid by somebody.
    private func gift(beside transactions: [BitcoinTransaction] = []) throws {
        let gift = try chain.gift(to: payer.script, beside: transactions)
        made.insert(gift, at: 0)
        gifts.insert(gift.id)
    }

    // MARK: - What the payer does

    /// Pays the owner, or only himself; sometimes what he has spent already.
    func pay() throws {
        var sources: [(BitcoinTransaction, Int)] = []
        for transaction in made {
            for (index, output) in transaction.outputs.enumerated()
            where output.script == payer.script && output.satoshis > 10_000 {
                sources.append((transaction, index))
            }
        }
        let unspent = sources.filter { source in
            !made.contains { later in
                later.inputs.contains {
                    $0.outpoint == Outpoint(transaction: source.0.id, index: UInt32(source.1))
                }
            }
        }
        let chosen = below(6) == 0 || unspent.isEmpty ? sources : unspent
        let source = chosen[below(chosen.count)]
        let value = source.0.outputs[source.1].satoshis
        var outputs = [TransactionOutput(satoshis: value / 2, script: payer.script)]
        for _ in 0..<below(3) {
            outputs.append(
                TransactionOutput(
                    satoshis: UInt64(1_000 + below(Int(min(value / 8, 90_000)))),
                    script: try owner.fresh()))
        }
        made.append(try payer.pay(outputs, from: [source]))
    }

    /// Hands one of his transactions over, in one of the forms.
    func deliver() throws {
        let transaction = made[below(made.count)]
        switch below(3) {
        case 0:
            try attempt(transaction, [(transaction, nil)]) {
                try owner.store.take(transaction, label: "", now: now)
            }
        case 1:
            guard chain.isMined(transaction.id) else { return }
            let path = try chain.path(transaction)
            try attempt(transaction, [(transaction, chain.blocks[path.height].hash)]) {
                try owner.store.take(transaction, minedBy: path, chain, label: "", now: now)
            }
        default:
            var entries: [BEEF.Entry] = []
            var paths: [BUMP] = []
            gather(transaction, &entries, &paths)
            guard let beef = try? BEEF(paths: paths, entries: entries, subject: transaction.id)
            else { return }
            let taken = beef.entries.compactMap { entry in
                entry.transaction.map { whole in
                    (whole, entry.path.map { chain.blocks[beef.paths[$0].height].hash })
                }
            }
            try attempt(transaction, taken) {
                try owner.store.take(beef, chain, label: "", now: now)
            }
        }
    }

    private func gather(
        _ transaction: BitcoinTransaction, _ entries: inout [BEEF.Entry], _ paths: inout [BUMP]
    ) {
        guard !entries.contains(where: { $0.id == transaction.id }) else { return }
        if chain.isMined(transaction.id), let path = try? chain.path(transaction) {
            paths.append(path)
            entries.append(BEEF.Entry(transaction, path: paths.count - 1))
            return
        }
        for input in transaction.inputs {
            if let parent = self.transaction(input.outpoint.transaction) {
                gather(parent, &entries, &paths)
            }
        }
        entries.append(BEEF.Entry(transaction))
    }

    /// What the store refuses leaves nothing; and what it refuses would not count.
    private func attempt(
        _ subject: BitcoinTransaction, _ taken: [(BitcoinTransaction, Digest256?)],
        _ take: () throws -> StoredTransaction
    ) throws {
        var changed = model
        for (transaction, block) in taken { changed.take(transaction, provedBy: block) }
        do {
            let stored = try take()
            model = changed
            let states = model.states(chain, now)
            #expect(states[subject.id] == stored.state)
        } catch CoinError.doubleSpent(subject.id, _) {
            let states = changed.states(chain, now)
            #expect(states[subject.id] == .conflicted)
        } catch CoinError.notOurs {
            #expect(!model.contains(subject.id))
        } catch is HeaderError {
            // A gift whose block has left the chain supports nothing.
            #expect(taken.contains { gifts.contains($0.0.id) && $0.1 == nil })
        } catch is ChainRefusal {
            #expect(taken.contains { gifts.contains($0.0.id) && $0.1 == nil })
        }
    }

    // MARK: - What the owner does

    func draft() throws {
        let states = model.states(chain, now)
        let coins = try coins(states)
        let until = now + Int64(1 + below(60))
        let output = TransactionOutput(
            satoshis: UInt64(1_000 + below(60_000)), script: payer.script)
        do {
            let stored = try owner.draft([output], until: until, now: now)
            for input in stored.transaction.inputs {
                let coin = try #require(coins[input.outpoint])
                #expect(!coin.isHeld && coin.state != .unverified)
            }
            model.draft(stored.transaction, until: until)
        } catch BitcoinError.insufficientFunds {
            let free = coins.values.filter { !$0.isHeld && $0.state != .unverified }
            #expect(free.reduce(0) { $0 + $1.satoshis } < output.satoshis + 2_000)
        }
    }

    func handOut() throws {
        guard let entry = own() else { return }
        let state = model.states(chain, now)[entry.id]
        do {
            _ = try owner.store.handOut(entry.id, now: now)
            #expect(state != .dropped)
            if state == .draft {
                model.change(entry.id) { $0.until = nil }
                made.append(entry)
            }
        } catch CoinError.dropped { #expect(state == .dropped) }
    }

    func drop() throws {
        guard let entry = model.known.randomElement(using: &random) else { return }
        let id = entry.transaction.id
        let state = model.states(chain, now)[id]
        try owner.store.drop(id, now: now)
        if state != .mined { model.change(id) { $0.isGivenUp = true } }
    }

    func restore() throws {
        guard let entry = own() else { return }
        let state = model.states(chain, now)[entry.id]
        try owner.store.restore(entry.id, now: now)
        guard state == .dropped else { return }
        model.change(entry.id) { ($0.isGivenUp, $0.until) = (false, nil) }
        if transaction(entry.id) == nil { made.append(entry) }
    }

    private func own() -> BitcoinTransaction? {
        model.known.filter(\.isOwn).randomElement(using: &random)?.transaction
    }

    // MARK: - What miners do

    func mine() throws {
        var block: [BitcoinTransaction] = []
        for transaction in made
        where !chain.isMined(transaction.id) && below(2) == 0 {
            let isPossible = transaction.inputs.allSatisfy { input in
                let parent = input.outpoint.transaction
                let isSpent =
                    chain.blocks.contains { $0.transactions.contains { spends($0, input) } }
                    || block.contains { spends($0, input) }
                return !isSpent
                    && (chain.isMined(parent) || block.contains { $0.id == parent })
            }
            if isPossible { block.append(transaction) }
        }
        try gift(beside: block)
        for transaction in block where below(2) == 0 && model.contains(transaction.id) {
            let proved = try owner.store.take(try chain.path(transaction), chain, now: now)
            #expect(proved.contains { $0.transaction.id == transaction.id })
            for stored in proved {
                #expect(chain.isMined(stored.transaction.id))
                model.prove(stored.transaction.id, chain.tip.hash)
            }
        }
    }

    private func spends(_ transaction: BitcoinTransaction, _ input: TransactionInput) -> Bool {
        transaction.inputs.contains { $0.outpoint == input.outpoint }
    }

    /// Another branch becomes the longest; sometimes the one that has left comes back.
    func reorganise() throws {
        let depth = 1 + below(3)
        guard chain.blocks.count > depth + 2 else { return }
        if let first = parked.first, below(2) == 0,
            let fork = chain.find(first.header.previous)?.height,
            chain.blocks.count - fork - 1 <= parked.count
        {
            let left = chain.leave(chain.blocks.count - fork - 1)
            chain.restore(parked)
            parked = left
            try gift()
        } else {
            parked = chain.leave(depth)
            for _ in 0...depth { try mine() }
        }
        _ = try owner.store.follow(chain, now: now)
    }

    func wait() { now += Int64(below(30)) }

    // MARK: - What holds

    func coins(
        _ states: [Digest256: TransactionState]
    ) throws -> [Outpoint: NaiveCoins.Unspent] {
        try model.coins(states, now) { try owner.store.address(of: $0) != nil }
    }

    func check(_ comment: Comment) throws {
        try owner.store.refresh(now: now)
        try owner.store.refresh(now: now)
        let states = model.states(chain, now)
        for (id, state) in states {
            #expect(try owner.store.stored(id).state == state, "\(id.displayed) \(comment)")
        }
        let expected = try coins(states)
        let got = try owner.store.coins(tip: chain.tip.height, now: now)
        #expect(Set(got.map(\.coin.outpoint)) == Set(expected.keys), comment)
        var sums = CoinBalance()
        for coin in expected.values {
            switch coin.state {
            case .mined: sums.mined += coin.satoshis
            case .supported: sums.supported += coin.satoshis
            default: sums.unverified += coin.satoshis
            }
            if coin.isHeld, coin.state != .unverified { sums.held += coin.satoshis }
        }
        #expect(try owner.store.balance(tip: chain.tip.height, now: now) == sums, comment)
        var spent: Set<Outpoint> = []
        for entry in model.known
        where [.mined, .supported].contains(states[entry.transaction.id]) {
            for input in entry.transaction.inputs {
                #expect(spent.insert(input.outpoint).inserted, comment)
            }
        }
        #expect(try owner.store.problems(chain) == [], comment)
    }
}
