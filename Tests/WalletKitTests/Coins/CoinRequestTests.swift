// Asking to be paid in bitcoins: the same request once, paid once.
import Bitcoin
import Bytes
import Coins
import DirectPayment
import Documents
import Headers
import Testing

@testable import WalletKit

@Suite struct CoinRequestTests {
    let scene: CoinScene

    init() throws { scene = try CoinScene() }

    private func request(
        _ amount: String = "5000", _ unit: String = "sat", id: String? = nil,
        memo: String? = nil, expires: String? = nil
    ) throws -> CoinRequest {
        var order = RequestOrder(amount: amount, unit: unit)
        (order.id, order.memo, order.expires) = (id, memo, expires)
        return try scene.alice.wallet.requestCoins(order)
    }

    /// Bob's transaction for a request, and what it spends.
    private func pay(_ request: CoinRequest, less: UInt64 = 0) throws -> HandedCoins {
        let outputs = request.outputs.map {
            TransactionOutput(satoshis: $0.satoshis - less, script: $0.script)
        }
        let row = try scene.bob.wallet.draftCoins(paying: outputs, label: "")
        return try scene.bob.wallet.handOutCoins(row.stored.transaction.id)
    }

    private func take(
        _ handed: HandedCoins, for request: CoinRequest, alone: Bool = false
    ) throws -> TakenCoinPayment {
        let chain = try scene.alice.wallet.requiredCoinChain()
        let ancestry =
            alone ? nil : try TransactionAncestry(handed.evidence, chain).hexadecimal
        return try scene.alice.wallet.takeCoinPayment(
            handed.transaction.hexadecimal, ancestry: ancestry, for: request
        ) { _ in nil }
    }

    private func state(_ request: CoinRequest) throws -> RequestState? {
        try scene.alice.again().coinRequest(named: request.id)?.state
    }

    @Test func `the same key gives the same request`() throws {
        let first = try request(id: "table-7", memo: "tea")
        #expect(try request("0.00005", "BSV", id: "table-7", memo: "tea") == first)
        #expect(throws: WalletError.self) { try request("5001", id: "table-7", memo: "tea") }
        #expect(throws: WalletError.self) { try request(id: "table-7", memo: "coffee") }
        #expect(try request(id: "table-8", memo: "tea").outputs != first.outputs)
        #expect(try request(memo: "tea").id != request(memo: "tea").id)
        #expect(CoinRequest(first.document) == first)
        for count in 0..<first.document.count {
            #expect(CoinRequest(Array(first.document[..<count])) == nil)
        }
    }

    @Test func `it is paid once, and the same transaction again has the same answer`() throws {
        try scene.fund(scene.bob, 50_000)
        try scene.fund(scene.bob, 60_000)
        let request = try request()
        let paid = try pay(request)
        #expect(try take(paid, for: request).isNew)
        let again = try take(paid, for: request, alone: true)
        #expect(!again.isNew && again.transaction == paid.transaction.id)
        #expect(try state(request) == .paid)
        #expect(try scene.alice.wallet.coinBalance()?.supported == 5_000)
        let rival = try pay(request)
        #expect(throws: RequestError.self) { try take(rival, for: request) }
        #expect(try scene.alice.wallet.coinBalance()?.total == 5_000)
        #expect(throws: RequestError.self) { try scene.alice.wallet.cancelCoinRequest(request) }
    }

    @Test func `less than was asked for, and what nothing shows, pay nothing`() throws {
        try scene.fund(scene.bob, 50_000)
        let request = try request()
        let short = try pay(request, less: 1)
        #expect(throws: CoinError.self) { try take(short, for: request) }
        #expect(try scene.alice.wallet.coinTransactions().isEmpty)
        let paid = try pay(request)
        #expect(throws: CoinError.unsupported(paid.transaction.id)) {
            try take(paid, for: request, alone: true)
        }
        #expect(try state(request) == .pending)
        #expect(try scene.alice.wallet.coinBalance()?.total == 0)
        // With its ancestors it does.
        #expect(try take(paid, for: request).isNew)
        #expect(try state(request) == .paid)
    }

    @Test func `what was given up has paid nothing`() throws {
        try scene.fund(scene.bob, 50_000)
        try scene.fund(scene.bob, 60_000)
        let request = try request()
        let paid = try pay(request)
        _ = try take(paid, for: request)
        try scene.alice.wallet.dropCoins(paid.transaction.id)
        #expect(try state(request) == .pending)
        let second = try pay(request)
        #expect(try take(second, for: request).isNew)
        #expect(
            try scene.alice.again().coinRequest(named: request.id)?.transaction
                == second.transaction.id)
    }

    @Test func `taken back, or too late`() throws {
        try scene.fund(scene.bob, 50_000)
        let request = try request()
        try scene.alice.wallet.cancelCoinRequest(request)
        #expect(try state(request) == .cancelled)
        let paid = try pay(request)
        #expect(throws: RequestError.self) { try take(paid, for: request) }
        #expect(throws: RequestError.self) { try scene.alice.wallet.terms(of: request) }
        let short = try self.request(expires: "10s")
        for _ in 0..<10 { _ = scene.clock.now }
        #expect(try state(short) == .expired)
        #expect(throws: RequestError.self) { try scene.alice.wallet.terms(of: short) }
        #expect(try scene.alice.wallet.coinBalance()?.total == 0)
    }

    @Test func `the terms ask for ancestors where no miner can be asked`() throws {
        let request = try request(memo: "tea")
        let terms = try scene.alice.wallet.terms(of: request)
        #expect(terms.isAncestryRequired && terms.network == "regtest" && terms.memo == "tea")
        #expect(terms.outputs.map(\.amount) == [5_000])
        #expect(terms.outputs.map(\.script) == request.outputs.map(\.script.hexadecimal))
    }
}
