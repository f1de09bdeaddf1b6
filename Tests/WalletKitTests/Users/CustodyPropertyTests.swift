// Random orders, restarts and midnights; many threads at once.
import Bytes
import Dispatch
import Documents
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite("Custody, at random")
struct CustodyPropertyTests {
    /// What each user has given away a day, read from the log by nothing but its lines.
    private func days(_ fixture: UsersFixture) throws -> [String: Int128] {
        var spent: [String: Int128] = [:]
        let ledger = try fixture.wallet.ledger(.readOnly)
        try ledger.store.scan(from: .start) { line, _ in
            guard case .transaction(let document) = try StoredDocument(line: Array(line)) else {
                return true
            }
            for envelope in document.instructions {
                guard case .iou(let iou) = try Instruction(envelope) else { continue }
                let day = document.transaction.clock.time.text.prefix(10)
                spent["\(iou.terms.source) \(day)", default: 0] += iou.terms.amount.quanta
            }
            return true
        }
        return spent
    }

    @Test("No day exceeds the allowance, and nothing is refused that would have fitted")
    func random() throws {
        var random = SplitMix()
        let fixture = try UsersFixture("2030-01-01T22:00:00.000Z")
        var custody = try fixture.wallet.custody()
        for name in ["till", "bob"] { try fixture.add(name, ("10", "EUR")) }
        let cent: Int128 = 10_000_000_000_000_000
        var flying: [CustodialPayment] = []
        var cleared = 0
        for step in 0..<200 {
            let name = ["till", "bob"][random.below(2)]
            switch random.below(12) {
            case 0:
                // A restart: what was on its way never clears.
                (custody, flying) = (try fixture.opened().custody(), [])
            case 1:
                let time = fixture.clock.now
                fixture.clock.now = try #require(
                    time.adding(milliseconds: Int64(random.below(7_200_000))))
            case 2...4 where !flying.isEmpty:
                let payment = flying.remove(at: random.below(flying.count))
                if random.below(3) > 0 {
                    try fixture.clear(custody, payment)
                    cleared += 1
                }
                custody.release(payment)
            default:
                let amount = 1 + random.below(400)
                let id = random.below(3) == 0 ? "\(step)" : nil
                let user = try fixture.user(name)
                let today = "\(user.address) \(fixture.clock.now.text.prefix(10))"
                let used =
                    try days(fixture)[today, default: 0]
                    + flying.filter { $0.user == user }.reduce(0) {
                        $0 + $1.iou.terms.amount.quanta
                    }
                let fits = used + Int128(amount) * cent <= 1000 * cent
                let text = "\(amount / 100).\(String(amount % 100 + 100).suffix(2))"
                do {
                    flying.append(try fixture.reserve(custody, name, order(text, id: id)))
                    #expect(fits, random.comment)
                } catch let refusal as OrderRefusal {
                    #expect(!fits && refusal.code == "allowance-exceeded", random.comment)
                }
            }
        }
        #expect(cleared > 0, random.comment)
        let users = Set(try ["till", "bob"].map { try fixture.user($0).address.text })
        for (key, spent) in try days(fixture) where users.contains(String(key.prefix(34))) {
            #expect(spent <= 1000 * cent, random.comment)
        }
    }

    /// What threads share. Safe: the wallet is touched under the lock only.
    private final class Shared: @unchecked Sendable {
        let fixture: UsersFixture
        let custody: Custody
        let lock = Mutex(())
        let counts = Mutex((paid: 0, refused: 0, other: 0))

        init() throws {
            fixture = try UsersFixture()
            custody = try fixture.wallet.custody()
            try fixture.add("till", ("40", "EUR"))
        }

        func pay(_ number: Int) {
            do {
                let payment = try lock.withLock { _ in
                    try fixture.reserve(
                        custody, "till", order("1", id: number % 3 == 0 ? "\(number / 6)" : nil))
                }
                defer { custody.release(payment) }
                let line = try custody.sign(payment)
                let counts = try lock.withLock { _ in try fixture.wallet.clear(line).counts }
                self.counts.withLock { $0.paid += counts.cleared }
            } catch is OrderRefusal {
                counts.withLock { $0.refused += 1 }
            } catch {
                counts.withLock { $0.other += 1 }
            }
        }
    }

    @Test("Many threads spend the allowance to its end and no further")
    func threads() throws {
        let shared = try Shared()
        DispatchQueue.concurrentPerform(iterations: 120) { shared.pay($0) }
        let counts = shared.counts.withLock { $0 }
        #expect(counts.paid == 40, "\(counts)")
        #expect(counts.other == 0, "\(counts)")
        #expect(try shared.fixture.left(shared.custody, "till") == "0")
    }
}
