// A wallet with a unit and a clock that the test moves, and orders that clear at once.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Service
import Synchronization
import Testing

@testable import WalletKit

/// A wallet that issues EUR. Its directory goes with it.
final class UsersFixture {
    let parent: String
    let directory: String
    let clock: Clock
    let wallet: Wallet

    /// A clock that the test moves.
    final class Clock: Sendable {
        private let held: Mutex<Timestamp>
        init(_ time: Timestamp) { held = Mutex(time) }
        var now: Timestamp {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    init(_ start: String = "2030-01-01T12:00:00.000Z") throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-users")
        clock = Clock(try #require(Timestamp(typed: start)))
        let random = SeededRandom(seed: Array(parent.utf8))
        var new = NewWallet(
            parent: parent, mnemonic: try Mnemonic(entropy: SecretBytes(random.bytes(16))),
            protection: .none)
        new.domain = "test"
        let surroundings = Self.surroundings(clock, random)
        directory = try new.make(surroundings).directory
        wallet = try Wallet(
            directory: directory, sources: Configuration.Sources(), surroundings: surroundings,
            opener: KeyOpener())
        _ = try wallet.newUnit(
            (code: "EUR", name: nil, scale: 2, form: nil, terms: nil), issuer: nil)
    }

    deinit { try? FileSystem.removeTree(parent) }

    private static func surroundings(_ clock: Clock, _ random: any RandomSource) -> Surroundings {
        Surroundings(now: { clock.now }, random: random)
    }

    /// The wallet as the next process opens it.
    func opened() throws -> Wallet {
        try Wallet(
            directory: directory, sources: Configuration.Sources(),
            surroundings: Self.surroundings(clock, SystemRandom()), opener: KeyOpener())
    }

    /// The text of a new user's token; the user holds a thousand.
    @discardableResult
    func add(_ name: String, _ allowances: (String, String)...) throws -> String {
        let made = try wallet.addUser(
            name, allowances: allowances.map { (amount: $0.0, unit: $0.1) })
        try issue("1000", to: name)
        return text(made.token)
    }

    func issue(_ amount: String, to name: String) throws {
        let promise = try wallet.issue(Promise(amount: amount, unit: "EUR", target: name))
        let counts = try wallet.clear(promise.iou.document).counts
        #expect(counts.cleared == 1)
    }

    func text(_ token: BearerToken) -> String {
        token.text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    var store: UserStore { UserStore(wallet: directory) }

    func user(_ name: String) throws -> User {
        try #require(try store.users().first { $0.name == name })
    }

    func path(_ user: User) -> String { "\(directory)/users/\(user.address)" }

    // MARK: - Orders

    func reserve(
        _ custody: Custody, _ name: String, _ order: PaymentOrder
    ) throws -> CustodialPayment {
        try custody.reserve(
            order, as: try user(name), in: try wallet.ledger(.readOnly), wallet.book)
    }

    /// Clears a payment; whether it was new.
    @discardableResult
    func clear(
        _ custody: Custody, _ payment: CustodialPayment
    ) throws -> (answer: [UInt8], isNew: Bool) {
        let (answer, counts) = try wallet.clear(try custody.sign(payment))
        #expect(counts.refused == 0, "\(counts.complaints)")
        return (answer, counts.cleared == 1)
    }

    /// Orders, clears and releases; the answer.
    @discardableResult
    func pay(
        _ custody: Custody, _ name: String, _ amount: String, id: String? = nil,
        note: String? = nil
    ) throws -> (answer: [UInt8], isNew: Bool) {
        let payment = try reserve(custody, name, order(amount, id: id, note: note))
        defer { custody.release(payment) }
        return try clear(custody, payment)
    }

    /// What is left to a user in EUR.
    func left(_ custody: Custody, _ name: String) throws -> String? {
        try custody.served(try user(name), in: try wallet.ledger(.readOnly))
            .allowances.first?.left.text
    }
}

func order(
    _ amount: String, to target: String = "me", unit: String = "EUR", id: String? = nil,
    note: String? = nil
) -> PaymentOrder {
    PaymentOrder(amount: amount, unit: unit, target: target, note: note, id: id)
}

/// The code that `body` is refused with; nil where it is not.
func orderRefusal<Result>(_ body: () throws -> Result) -> OrderRefusal? {
    do {
        _ = try body()
        return nil
    } catch {
        let refusal = error as? OrderRefusal
        #expect(refusal != nil, "\(error)")
        return refusal
    }
}
