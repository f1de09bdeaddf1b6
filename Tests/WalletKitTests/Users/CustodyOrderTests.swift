// Orders with an id: the same promise and the same answer, however often and whenever they come.
import Bytes
import Documents
import Files
import Service
import Testing

@testable import WalletKit

@Suite("Custody, repeated orders")
struct CustodyOrderTests {
    let fixture: UsersFixture
    let custody: Custody

    init() throws {
        fixture = try UsersFixture()
        custody = try fixture.wallet.custody()
        try fixture.add("till", ("10", "EUR"))
    }

    private func day(_ number: Int) throws {
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-0\(number)T12:00:00Z"))
    }

    @Test("A repeated order has the first one's answer, on the same day and on any other")
    func repeated() throws {
        let first = try fixture.pay(custody, "till", "6", id: "7")
        #expect(first.isNew)
        let second = try fixture.pay(custody, "till", "6", id: "7")
        #expect(!second.isNew)
        #expect(second.answer == first.answer)
        #expect(try fixture.left(custody, "till") == "4")
        try day(5)
        // After it has expired, after the allowance is gone, after a restart.
        try fixture.wallet.allowNothing("till")
        let later = try fixture.opened().custody()
        #expect(try fixture.pay(later, "till", "6", id: "7").answer == first.answer)
    }

    @Test("The same id with other terms is refused, and takes nothing")
    func reused() throws {
        try fixture.pay(custody, "till", "6", id: "7", note: "a")
        for other in [
            order("6.01", id: "7", note: "a"), order("6", id: "7", note: "b"), order("6", id: "7"),
            order("6", to: "EUR", id: "7", note: "a"),
        ] {
            #expect(
                orderRefusal { try fixture.reserve(custody, "till", other) }?.code == "id-reused")
        }
        #expect(try fixture.left(custody, "till") == "4")
        // Another spelling of the same amount and target is the same order.
        let me = try fixture.wallet.defaultAddress().address.text
        let same = try fixture.reserve(custody, "till", order("6.00", to: me, id: "7", note: "a"))
        #expect(try !fixture.clear(custody, same).isNew)
    }

    @Test("An id is one user's: others and the operator have theirs")
    func apart() throws {
        try fixture.add("bob", ("10", "EUR"))
        let first = try fixture.pay(custody, "till", "1", id: "7")
        let other = try fixture.pay(custody, "bob", "1", id: "7")
        #expect(other.isNew && other.answer != first.answer)
        var promise = Promise(amount: "2", unit: "EUR", target: "me")
        (promise.source, promise.id) = ("till", "7")
        #expect(try !fixture.wallet.pay(promise).isRepeated)
    }

    @Test("Two at once with one id are one payment")
    func together() throws {
        let first = try fixture.reserve(custody, "till", order("6", id: "7"))
        let second = try fixture.reserve(custody, "till", order("6", id: "7"))
        #expect(first.hash == second.hash)
        #expect(try fixture.left(custody, "till") == "4")
        #expect(
            orderRefusal { try fixture.reserve(custody, "till", order("5", id: "7")) }?.code
                == "id-reused")
        #expect(try fixture.clear(custody, first).isNew)
        #expect(try !fixture.clear(custody, second).isNew)
        custody.release(first)
        custody.release(second)
        #expect(try fixture.left(custody, "till") == "4")
    }

    @Test("Until the last of two has been answered, both count")
    func lastRelease() throws {
        let first = try fixture.reserve(custody, "till", order("6", id: "7"))
        let second = try fixture.reserve(custody, "till", order("6", id: "7"))
        custody.release(first)
        #expect(try fixture.left(custody, "till") == "4")
        custody.release(second)
        #expect(try fixture.left(custody, "till") == "10")
    }

    @Test("What a crash has cut off between signing and clearing is the same promise afterwards")
    func crashed() throws {
        let line = try custody.sign(try fixture.reserve(custody, "till", order("6", id: "7")))
        let later = try fixture.opened().custody()
        #expect(try fixture.left(later, "till") == "10")
        let again = try fixture.reserve(later, "till", order("6", id: "7"))
        #expect(try later.sign(again) == line)
        #expect(try fixture.left(later, "till") == "4")
        #expect(try fixture.clear(later, again).isNew)
    }

    @Test("A promise that has not cleared is judged by the allowance of the day that it clears in")
    func judgedAgain() throws {
        _ = try custody.sign(try fixture.reserve(custody, "till", order("6", id: "7")))
        let later = try fixture.opened().custody()
        try fixture.pay(later, "till", "5")
        #expect(
            orderRefusal { try fixture.pay(later, "till", "6", id: "7") }?.code
                == "allowance-exceeded")
        fixture.clock.now = try #require(Timestamp(typed: "2030-01-02T00:00:00Z"))
        #expect(try fixture.pay(later, "till", "6", id: "7").isNew)
        #expect(try fixture.left(later, "till") == "4")
    }

    @Test("One that has expired without clearing is signed anew, and clears once")
    func renewed() throws {
        let old = try custody.sign(try fixture.reserve(custody, "till", order("6", id: "7")))
        try day(5)
        let later = try fixture.opened().custody()
        let first = try fixture.pay(later, "till", "6", id: "7")
        #expect(first.isNew)
        #expect(try fixture.wallet.clear(old).counts.refused == 1)
        #expect(try fixture.pay(later, "till", "6", id: "7").answer == first.answer)
        let random = try IOU(Envelope(line: old)).terms.random
        #expect(String(decoding: first.answer, as: UTF8.self).contains(random))
    }

    @Test("Without an id every order is another one")
    func anonymous() throws {
        let first = try fixture.pay(custody, "till", "1")
        let second = try fixture.pay(custody, "till", "1")
        #expect(second.isNew && second.answer != first.answer)
        #expect(
            try FileSystem.status(fixture.directory + "/ids/\(fixture.user("till").address)") == nil
        )
    }

    @Test("A kept promise that cannot be read is no fault of the order")
    func damaged() throws {
        try fixture.pay(custody, "till", "1", id: "7")
        let folder = "\(fixture.directory)/ids/\(try fixture.user("till").address)"
        let name = try #require(try FileSystem.list(folder).first)
        #expect(try FileSystem.status(folder + "/" + name)?.mode == 0o600)
        try FileSystem.replace(folder + "/" + name, with: [1])
        #expect {
            try fixture.reserve(custody, "till", order("1", id: "7"))
        } throws: {
            ($0 as? WalletError)?.code == "corrupt-log"
        }
    }
}
