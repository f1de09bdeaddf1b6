// Orders of custodial users: never more than the allowance, and each id once.
import Bytes
import Documents
import Files
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite("Custody")
struct CustodyTests {
    let fixture: UsersFixture
    let custody: Custody

    init() throws {
        fixture = try UsersFixture()
        custody = try fixture.wallet.custody()
        try fixture.add("till", ("10", "EUR"))
    }

    private func refused(_ amount: String) -> String? {
        orderRefusal { try fixture.pay(custody, "till", amount) }?.code
    }

    @Test("The allowance is paid to its last cent, and no cent more")
    func bound() throws {
        try fixture.pay(custody, "till", "9.99")
        #expect(try fixture.left(custody, "till") == "0.01")
        let refusal = try #require(orderRefusal { try fixture.pay(custody, "till", "0.02") })
        #expect(refusal.code == "allowance-exceeded")
        #expect(refusal.details["left"] == "0.01")
        #expect(refusal.details["daily"] == "10")
        try fixture.pay(custody, "till", "0.01")
        #expect(refused("0.01") == "allowance-exceeded")
        #expect(try fixture.left(custody, "till") == "0")
        #expect(try fixture.wallet.user("till").allowances[0].left == .zero)
    }

    @Test("An order of more than the allowance alone is refused")
    func alone() throws {
        #expect(refused("10.01") == "allowance-exceeded")
        #expect(refused("99999999999999999999") == "allowance-exceeded")
        try fixture.pay(custody, "till", "10")
    }

    @Test("The day ends at midnight in UTC")
    func midnight() throws {
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-01T23:59:59.999Z"))
        try fixture.pay(custody, "till", "10")
        #expect(refused("0.01") == "allowance-exceeded")
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-02T00:00:00.000Z"))
        try fixture.pay(custody, "till", "10")
        #expect(refused("0.01") == "allowance-exceeded")
        try fixture.wallet.allow("till", "12", "EUR")
        try fixture.pay(custody, "till", "2")
        let symbol = try fixture.wallet.resolver().symbol("EUR")
        let key = CounterKey(try fixture.user("till").address, symbol)
        let ledger = try fixture.wallet.ledger(.readOnly)
        for (date, spent) in [("2029-12-31", "0"), ("2030-01-01", "10"), ("2030-01-02", "12")] {
            let day = try #require(Timestamp(typed: date)).day
            #expect(try ledger.spent(by: key, on: day).text == spent, "\(date)")
        }
        // Days are told apart before 1970 too.
        let before = try #require(Timestamp(typed: "1969-12-31T23:59:59.999Z"))
        #expect(before.day == -1)
        #expect(try #require(Timestamp(typed: "1970-01-01")).day == 0)
        #expect(try #require(Timestamp(typed: "1969-12-31")).day == -1)
    }

    @Test("A clock that goes back opens no new day")
    func backwards() throws {
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-02T00:00:01Z"))
        try fixture.pay(custody, "till", "10")
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-01T13:00:00Z"))
        #expect(refused("0.01") == "allowance-exceeded")
        // Neither for a process that begins then: the log knows the time.
        let later = try fixture.opened().custody()
        #expect(
            orderRefusal { try fixture.pay(later, "till", "0.01") }?.code == "allowance-exceeded")
    }

    @Test("A steady clock never goes back")
    func steady() throws {
        let steady = fixture.wallet.surroundings.steady()
        let first = steady.now()
        fixture.clock.now = try #require(first.adding(milliseconds: 5))
        #expect(steady.now() == fixture.clock.now)
        fixture.clock.now = first
        #expect(steady.now() == first.adding(milliseconds: 5))
    }

    @Test("Without an allowance nothing is paid; without a bound everything")
    func unbounded() throws {
        try fixture.wallet.allowNothing("till")
        #expect(refused("0.01") == "allowance-exceeded")
        try fixture.wallet.allow("till", "unlimited", "EUR")
        try fixture.pay(custody, "till", "900")
        #expect(try fixture.left(custody, "till") == nil)
        try fixture.wallet.allow("till", "899", "EUR")
        #expect(refused("0.01") == "allowance-exceeded")
        #expect(try fixture.left(custody, "till") == "0")
    }

    @Test("What comes in does not count, what the operator pays from the address does")
    func others() throws {
        try fixture.issue("5", to: "till")
        try fixture.pay(custody, "till", "4")
        try fixture.issue("5", to: "till")
        var promise = Promise(amount: "5", unit: "EUR", target: "me")
        promise.source = "till"
        _ = try fixture.wallet.clear(try fixture.wallet.pay(promise).iou.document)
        #expect(try fixture.left(custody, "till") == "1")
        #expect(refused("1.01") == "allowance-exceeded")
        try fixture.pay(custody, "till", "1")
    }

    @Test("Each user and each unit has an allowance of its own")
    func apart() throws {
        try fixture.add("bob", ("3", "EUR"))
        try fixture.pay(custody, "till", "10")
        try fixture.pay(custody, "bob", "3")
        #expect(
            orderRefusal { try fixture.pay(custody, "bob", "0.01") }?.code == "allowance-exceeded")
        #expect(
            orderRefusal {
                try fixture.reserve(
                    custody, "bob", order("1", unit: fixture.user("bob").address.text))
            }?.code == "allowance-exceeded")
    }

    @Test("What cannot be ordered is refused with its reason, and with no other name")
    func nonsense() throws {
        _ = try fixture.wallet.addContact("nobodyelse", "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn")
        let cases: [(PaymentOrder, String)] = [
            (order("0"), "invalid-argument"), (order("-1"), "invalid-argument"),
            (order("x"), "invalid-argument"), (order(""), "invalid-argument"),
            (order("1.001"), "scale-exceeded"), (order("1", to: "nobody"), "unknown-name"),
            (order("1", unit: "EUX"), "unknown-name"), (order("1", to: "till"), "invalid-argument"),
            (order("1", id: ""), "invalid-argument"),
            (order("1", to: "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbm"), "invalid-address"),
            (
                order("1", id: String(repeating: "x", count: Limits.customTextBytes + 1)),
                "invalid-argument"
            ),
            (
                order("1", note: String(repeating: "x", count: Limits.customTextBytes + 1)),
                "malformed-document"
            ),
        ]
        for (order, code) in cases {
            let refusal = try #require(
                orderRefusal { try fixture.reserve(custody, "till", order) }, "\(order)")
            #expect(refusal.code == code, "\(order)")
            #expect(!"\(refusal)".contains("nobodyelse"))
        }
        #expect(try fixture.left(custody, "till") == "10")
        try fixture.pay(
            custody, "till", "10", id: String(repeating: "x", count: Limits.customTextBytes),
            note: String(repeating: "x", count: Limits.customTextBytes))
    }

    @Test("What is on its way counts, and comes back when it is refused")
    func onTheWay() throws {
        let first = try fixture.reserve(custody, "till", order("6"))
        #expect(refused("4.01") == "allowance-exceeded")
        let second = try fixture.reserve(custody, "till", order("4"))
        #expect(try fixture.left(custody, "till") == "0")
        custody.release(first)
        #expect(try fixture.left(custody, "till") == "6")
        // Released twice, it gives back nothing more.
        custody.release(first)
        #expect(try fixture.left(custody, "till") == "6")
        try fixture.clear(custody, second)
        // Cleared and not yet released, it is counted once.
        #expect(try fixture.left(custody, "till") == "6")
        custody.release(second)
        #expect(try fixture.left(custody, "till") == "6")
    }

    @Test("What is on its way at midnight counts for the day in which it clears")
    func overMidnight() throws {
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-01T23:59:59.999Z"))
        let late = try fixture.reserve(custody, "till", order("10"))
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-02T00:00:00Z"))
        #expect(refused("0.01") == "allowance-exceeded")
        try fixture.clear(custody, late)
        custody.release(late)
        #expect(refused("0.01") == "allowance-exceeded")
    }

    @Test("The signed line is what the user could have signed himself")
    func signed() throws {
        let payment = try fixture.reserve(custody, "till", order("1", note: "thanks"))
        let line = try custody.sign(payment)
        let iou = try IOU(Envelope(line: line))
        #expect(iou.hash == payment.hash)
        #expect(iou.attachments.noteText == "thanks")
        #expect(iou.terms.source == payment.user.address)
        try Instruction(Envelope(line: line)).checkSignatures()
        #expect(try custody.sign(payment) == line)
        custody.release(payment)
    }
}
