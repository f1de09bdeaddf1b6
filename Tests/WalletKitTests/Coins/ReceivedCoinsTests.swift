// What may be received, in every form; and whether a transaction pays what was asked for.
import Bitcoin
import Bytes
import Coins
import DirectPayment
import Documents
import Headers
import Testing

@testable import WalletKit

@Suite struct ReceivedCoinsTests {
    let scene: CoinScene

    init() throws { scene = try CoinScene() }

    private func output(_ satoshis: UInt64, _ key: UInt8 = 9) -> TransactionOutput {
        TransactionOutput(
            satoshis: satoshis, script: .publicKeyHash([UInt8](repeating: key, count: 20)))
    }

    /// Bytes as they come: binary, digits, capital digits, digits in lines.
    private func writings(_ bytes: [UInt8]) -> [[UInt8]] {
        let digits = Hexadecimal.encode(bytes)
        var lines = ""
        for (place, digit) in digits.enumerated() {
            lines += (place % 60 == 0 ? "\n" : "") + "\(digit)"
        }
        return [
            bytes, Array(digits.utf8), Array(digits.uppercased().utf8), Array((lines + "\n").utf8),
        ]
    }

    @Test func `every form is told from the others`() throws {
        let payment = try scene.payment([output(5)])
        try scene.mine([payment])
        let path = try scene.path(payment)
        for bytes in writings(payment.bytes) {
            guard case .transaction(payment) = try ReceivedCoins(bytes) else {
                Issue.record("no transaction")
                continue
            }
        }
        let beef = try BEEF(paths: [path], entries: [BEEF.Entry(payment, path: 0)])
        for form in BEEF.Form.allCases {
            for bytes in writings(try beef.binary(form)) {
                guard case .beef(let read) = try ReceivedCoins(bytes) else {
                    Issue.record("no BEEF: \(form)")
                    continue
                }
                #expect(read.subject == payment.id)
            }
        }
        for bytes in writings(path.binary) {
            guard case .path(let read) = try ReceivedCoins(bytes) else {
                Issue.record("no path")
                continue
            }
            #expect(try read.root() == path.root())
        }
        let proof = try TSCProof(
            subject: .hash(payment.id), branch: try path.branch(of: payment.id),
            target: .hash(Digest256.zero))
        guard case .proof = try ReceivedCoins(proof.json) else {
            Issue.record("no proof")
            return
        }
    }

    @Test func `what is none of them is refused, and so is every part of one`() throws {
        let payment = try scene.payment([output(5)])
        for count in 0..<payment.bytes.count {
            #expect(throws: (any Error).self) {
                _ = try ReceivedCoins(Array(payment.bytes[..<count]))
            }
        }
        for text in ["", "{}", "[]", "null", "nonsense", "\"00\"", "{\"nodes\":[]}", "00"] {
            #expect(throws: (any Error).self) { _ = try ReceivedCoins(Array(text.utf8)) }
        }
    }

    // MARK: - Paying what was asked for

    private func pays(_ paid: [UInt64], _ asked: [UInt64]) throws -> Bool {
        let transaction = try scene.payment(paid.map { output($0) })
        do {
            try Wallet.check(transaction, pays: asked.map { output($0) })
            return true
        } catch CoinError.underpaid { return false }
    }

    @Test func `each output that was asked for has one of its own`() throws {
        #expect(try pays([5], [5]) && pays([6], [5]) && pays([1, 5, 1], [5]))
        #expect(try !pays([5], [6]) && !pays([5], [5, 5]) && !pays([3, 2], [5]))
        #expect(try pays([5, 5], [5, 5]) && pays([10, 5], [5, 10]))
        // Another's script pays nothing.
        let transaction = try scene.payment([output(5, 8), output(4, 9)])
        #expect(throws: CoinError.underpaid(transaction: transaction.id, expected: 5, got: 0)) {
            try Wallet.check(transaction, pays: [output(5, 9)])
        }
        #expect(throws: CoinError.underpaid(transaction: transaction.id, expected: 9, got: 4)) {
            try Wallet.check(transaction, pays: [output(4, 9), output(5, 9)])
        }
    }

    @Test func `all small payments of all small requests, as matching them would say`() throws {
        func all(_ count: Int) -> [[UInt64]] {
            var lists: [[UInt64]] = [[]]
            for _ in 0..<count { lists = lists.flatMap { list in (1...3).map { list + [$0] } } }
            return lists
        }
        for paid in (1...3).flatMap(all) {
            for asked in (1...3).flatMap(all) {
                // The largest ones against the largest ones.
                let isPaid =
                    asked.count <= paid.count
                    && zip(asked.sorted(by: >), paid.sorted(by: >)).allSatisfy { $0 <= $1 }
                #expect(try pays(paid, asked) == isPaid, "\(paid) for \(asked)")
            }
        }
    }

    @Test func `a payment is taken with its proof, and not by its proof alone`() throws {
        let wallet = scene.alice.wallet
        let outputs = try wallet.coinDestination(satoshis: 5_000, label: "x")
        let payment = try scene.payment(outputs)
        let bare = try wallet.takeCoins(payment.bytes, paying: outputs, label: "x")
        #expect(!bare.isVerified && bare.state == .unverified && bare.satoshis == 5_000)
        try scene.mine([payment])
        let path = try scene.path(payment)
        #expect(throws: CoinError.nothingProved) {
            try wallet.takeCoins(path.binary, paying: outputs, label: "x")
        }
        let beef = try BEEF(paths: [path], entries: [BEEF.Entry(payment, path: 0)])
        let taken = try wallet.takeCoins(beef.binary(.v1), paying: outputs, label: "x")
        #expect(taken.isVerified && taken.state == .mined && taken.transaction == payment.id)
        let short = try scene.payment([
            TransactionOutput(satoshis: 4_999, script: outputs[0].script)
        ])
        #expect(
            throws: CoinError.underpaid(transaction: short.id, expected: 5_000, got: 0)
        ) {
            try wallet.takeCoins(short.bytes, paying: outputs, label: "x")
        }
        #expect(try wallet.coinTransactions().count == 1)
    }

    @Test func `without headers a transaction is kept, and a proof is refused`() throws {
        let scene = try CoinScene(hasHeaders: false)
        let wallet = scene.alice.wallet
        let outputs = try wallet.coinDestination(satoshis: 5_000, label: "x")
        let payment = try scene.payment(outputs)
        _ = try wallet.receiveCoins(.transaction(payment), label: "x")
        #expect(try wallet.coinBalance()?.unverified == 5_000)
        let path = try BUMP(
            height: 1, leaf: payment.id,
            branch: try BitcoinTree.branch(at: 0, of: [payment.id, .zero]))
        #expect(throws: HeaderError.self) { try wallet.receiveCoins(.path(path), label: "") }
        #expect(try wallet.coinBalance()?.total == 0)
    }
}
