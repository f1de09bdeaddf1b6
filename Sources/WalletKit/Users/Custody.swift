// Paying in the name of custodial users, each within an allowance a day.
import Bytes
import Cryptography
import Documents
import Files
import Graphstore
import Service
import Synchronization

/// Turns orders into signed IOUs. Never more than a user's allowance in a unit clears in one day of
/// UTC, whatever happens: what has cleared is read from the log, what is on its way is counted as
/// if it had, and what a crash has cut off has not cleared.
///
/// One process serves a wallet's users: what is on its way in another is not seen here. The clock
/// that is handed in must not go back between `reserve` and clearing (`Surroundings.steady`).
///
/// ```
/// let user = custody.user(address)                            any thread
/// let payment = custody.reserve(order, as: user, in: ledger, book)     under the ledger's lock
/// let line = custody.sign(payment)                            any thread: a sync if it has an id
///   clear the line
/// custody.release(payment)                                    any thread, once it is answered
/// ```
public final class Custody: Sendable {
    /// An order on its way, and how many wait for it.
    private struct Flight {
        let payment: CustodialPayment
        var holders: Int
    }

    private struct State {
        var spendings: [CounterKey: Spending] = [:]
        private var flights: [Digest256: Flight] = [:]
        private var byKey: [CounterKey: Set<Digest256>] = [:]
        private var byPath: [String: Digest256] = [:]

        /// The order on its way under an id.
        func payment(_ path: String?) -> CustodialPayment? {
            path.flatMap { byPath[$0] }.flatMap { flights[$0]?.payment }
        }

        /// What is on its way from a counter.
        func payments(_ key: CounterKey) -> [CustodialPayment] {
            (byKey[key] ?? []).compactMap { flights[$0]?.payment }
        }

        mutating func take(_ payment: CustodialPayment) {
            flights[payment.hash, default: Flight(payment: payment, holders: 0)].holders += 1
            byKey[payment.key, default: []].insert(payment.hash)
            if let path = payment.path { byPath[path] = payment.hash }
        }

        mutating func release(_ payment: CustodialPayment) {
            guard let flight = flights[payment.hash], flight.payment === payment else { return }
            if flight.holders > 1 {
                flights[payment.hash]?.holders -= 1
                return
            }
            flights[payment.hash] = nil
            byKey[payment.key]?.remove(payment.hash)
            if byKey[payment.key]?.isEmpty ?? false { byKey[payment.key] = nil }
            if let path = payment.path { byPath[path] = nil }
        }
    }

    private let directory: String
    private let domain: String
    private let expirySeconds: Int64
    private let surroundings: Surroundings
    private let key: @Sendable (User) throws -> SigningKey
    private let store: UserStore
    private let state = Mutex(State())

    /// Custody of a wallet's users.
    /// - Parameter directory: the path of `.wallet`.
    /// - Parameter domain: where the payments clear.
    /// - Parameter expires: how long an IOU may be cleared.
    /// - Parameter key: the key of a user; called on any thread.
    public init(
        directory: String, domain: String, expires: Duration, surroundings: Surroundings,
        key: @escaping @Sendable (User) throws -> SigningKey
    ) {
        self.directory = directory
        self.domain = domain
        expirySeconds = expires.components.seconds
        self.surroundings = surroundings
        self.key = key
        store = UserStore(wallet: directory)
    }

    // MARK: - Users

    /// The user whose bearer token this is; nil where it is nobody's, or not any more. Reads one
    /// small file; any thread.
    /// - Throws: `ConfigurationError`, `KeyError`, `FileError` for a file that cannot be read.
    public func user(token: String) throws -> User? { try store.user(token: token) }

    /// The user of an address; nil where it has none, or its token has ended. Any thread.
    /// - Throws: as `user(token:)`.
    public func user(_ address: Address) throws -> User? {
        guard let user = try store.user(address), user.tokenDigest != nil else { return nil }
        return user
    }

    /// A user with what is left of each allowance today; units without a bound are not among them.
    /// Under the ledger's lock, not while a batch is being decided.
    /// - Throws: failures of storage.
    public func served(_ user: User, in ledger: Ledger) throws -> ServedUser {
        let day = ledger.time(notBefore: surroundings.now()).day
        return try state.withLock { state in
            var lines: [(symbol: Address, daily: Amount, left: Amount)] = []
            for allowance in user.allowances {
                guard let daily = allowance.daily else { continue }
                let key = CounterKey(user.address, allowance.symbol)
                let used = try used(key, day, ledger, &state)
                lines.append((allowance.symbol, daily, daily.less(used)))
            }
            return ServedUser(name: user.name, address: user.address, allowances: lines)
        }
    }

    // MARK: - Orders

    /// Judges an order and takes its amount from what is left today. The same id gives the same
    /// payment, cleared or not, for ever. Under the ledger's lock, not while a batch is being
    /// decided.
    /// - Parameter book: the names that the order may use, beside addresses and units.
    /// - Throws: `OrderRefusal`; failures of storage.
    public func reserve(
        _ order: PaymentOrder, as user: User, in ledger: Ledger, _ book: AddressBook
    ) throws -> CustodialPayment {
        let now = ledger.time(notBefore: surroundings.now())
        let iou = try judged(
            order, user, Resolver(book: book, graph: ledger.graph, handles: nil), now)
        let path = order.id.map { idPath($0, user) }
        return try state.withLock { state in
            try reserve(iou, order, user, path, (ledger, now), &state)
        }
    }

    private func reserve(
        _ iou: IOU, _ order: PaymentOrder, _ user: User, _ path: String?,
        _ at: (ledger: Ledger, now: Timestamp), _ state: inout State
    ) throws -> CustodialPayment {
        if let payment = state.payment(path) {
            try check(iou, isSameAs: payment.iou, order)
            state.take(payment)
            return payment
        }
        var payment = CustodialPayment(user, iou, path: path, .new)
        if let path, let earlier = try kept(path) {
            try check(iou, isSameAs: earlier, order)
            if try at.ledger.graph.clearedIn(earlier.hash) != nil {
                return CustodialPayment(user, earlier, path: path, .cleared)
            }
            let isAlive = at.now < earlier.terms.expiry
            payment = CustodialPayment(
                user, isAlive ? earlier : iou, path: path, isAlive ? .kept : .renewed)
        }
        try checkAllowance(user, iou.terms, at.now.day, at.ledger, &state)
        state.take(payment)
        return payment
    }

    /// The signed line of a payment, without newline. One that has an id is kept, synced, before
    /// anybody sees it. Any thread.
    /// - Throws: `WalletError.noKey`, key failures, `FileError`; `WalletError.busy` where
    ///   another process has used the id in between. The payment is to be released all the same.
    public func sign(_ payment: CustodialPayment) throws -> [UInt8] {
        try payment.line.withLock { line in
            let document = try line ?? durable(payment)
            line = document
            return document
        }
    }

    private func durable(_ payment: CustodialPayment) throws -> [UInt8] {
        if payment.keeping == .kept, let path = payment.path {
            // Whoever made it may have died before its name was durable.
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: path))
            return payment.iou.document
        }
        let key = try key(payment.user)
        guard Address(of: key.publicKey) == payment.user.address else {
            throw WalletError.noKey(address: payment.user.address)
        }
        let signature = DocumentSignature(
            publicKey: key.publicKey, scheme: key.scheme, signer: payment.user.address,
            signature: try key.sign(payment.hash))
        let document = payment.iou.replacing(Endorsements(signatures: [signature])).document
        try keep(document, payment)
        return document
    }

    /// Gives back what has been reserved, once for each `reserve`, when the payment's line has been
    /// answered, whatever the answer. Any thread.
    public func release(_ payment: CustodialPayment) {
        state.withLock { $0.release(payment) }
    }

    // MARK: - Allowances

    private func checkAllowance(
        _ user: User, _ terms: IOU.Terms, _ day: Int64, _ ledger: Ledger, _ state: inout State
    ) throws {
        guard let allowance = user.allowance(terms.symbol) else {
            throw OrderRefusal(
                "allowance-exceeded", "'\(user.name)' has no allowance in this unit",
                ["address": user.address.text, "symbol": terms.symbol.text])
        }
        guard let daily = allowance.daily else { return }
        let used = try used(CounterKey(user.address, terms.symbol), day, ledger, &state)
        guard used.plus(terms.amount) <= daily else {
            let left = daily.less(used)
            throw OrderRefusal(
                "allowance-exceeded",
                "'\(user.name)' may pay \(daily) a day, \(left) is left today",
                [
                    "address": user.address.text, "amount": terms.amount.text,
                    "daily": daily.text, "left": left.text, "symbol": terms.symbol.text,
                ])
        }
    }

    /// What has cleared today and what is on its way. What has cleared, but is not released yet, is
    /// counted once; what is on its way counts for every day, as it may clear after midnight.
    private func used(
        _ key: CounterKey, _ day: Int64, _ ledger: Ledger, _ state: inout State
    ) throws -> Amount {
        let spending = try ledger.spending(by: key, on: day, after: state.spendings[key])
        if state.spendings.count > Limits.cachedCounters { state.spendings = [:] }
        state.spendings[key] = spending
        var used = spending.amount
        for payment in state.payments(key) {
            let hasCleared = try ledger.graph.clearedIn(payment.hash) != nil
            if !hasCleared { used = used.plus(payment.iou.terms.amount) }
        }
        return used
    }

    // MARK: - The IOU

    private func judged(
        _ order: PaymentOrder, _ user: User, _ resolver: Resolver, _ now: Timestamp
    ) throws -> IOU {
        do {
            return try iou(order, user, resolver, now)
        } catch {
            if let refusal = OrderRefusal(error) { throw refusal }
            throw error
        }
    }

    private func iou(
        _ order: PaymentOrder, _ user: User, _ resolver: Resolver, _ now: Timestamp
    ) throws -> IOU {
        let unit = try resolver.view(try resolver.symbol(order.unit))
        let target = try resolver.address(order.target)
        guard target != user.address else {
            throw WalletError.invalidArgument(
                what: "target", value: order.target, reason: "an address does not pay itself")
        }
        let amount = try unit.amount(typed: order.amount)
        guard amount > .zero else {
            throw WalletError.invalidArgument(
                what: "amount", value: order.amount, reason: "nothing is promised")
        }
        var terms = IOU.Terms(
            domain: domain, source: user.address, target: target, amount: amount,
            symbol: unit.symbol, random: try random(order.id, user),
            expiry: now.adding(milliseconds: expirySeconds * 1000) ?? .latest)
        let note = order.note.map { Attachments.note($0) }
        terms.custom = note.map { Hash.sha256d($0) }
        let iou = IOU(terms, .init(), Attachments(note: note))
        // What we sign we could read.
        _ = try Instruction(Envelope(line: iou.document))
        return iou
    }

    /// The member `random`: from user and id, or 16 random bytes.
    private func random(_ id: String?, _ user: User) throws -> String {
        guard let id else { return Hexadecimal.encode(try surroundings.random.bytes(16)) }
        guard (1...Limits.customTextBytes).contains(id.utf8.count) else {
            throw WalletError.invalidArgument(
                what: "id", value: String(id.prefix(64)),
                reason: "1 to \(Limits.customTextBytes) bytes are allowed")
        }
        let text = Array("wallet/order \(user.address) \(id)".utf8)
        return Hexadecimal.encode(Hash.sha256(text).bytes[..<16])
    }

    // MARK: - Orders with an id

    /// Each user has ids of his own.
    private func idPath(_ id: String, _ user: User) -> String {
        "\(directory)/ids/\(user.address)/\(Hash.sha256(Array(id.utf8)).hexadecimal)"
    }

    private func check(_ iou: IOU, isSameAs earlier: IOU, _ order: PaymentOrder) throws {
        guard iou.terms.isSameOrder(earlier.terms) else {
            throw OrderRefusal(
                "id-reused",
                "the id '\(order.id ?? "")' has been used for an order with other terms")
        }
    }

    private func kept(_ path: String) throws -> IOU? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileSystem.read(path, limit: Limits.lineBytes)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        do {
            return try IOU(Envelope(line: bytes.filter { $0 != UInt8(ascii: "\n") }))
        } catch {
            // The file is ours: no fault of the order.
            throw WalletError.corruptLog(path: path, offset: 0, reason: error.message)
        }
    }

    private func keep(_ document: [UInt8], _ payment: CustodialPayment) throws {
        guard let path = payment.path else { return }
        let bytes = document + [UInt8(ascii: "\n")]
        if payment.keeping == .renewed { return try FileSystem.replace(path, with: bytes) }
        let folder = FileSystem.parent(of: path)
        try FileSystem.ensureDirectory(FileSystem.parent(of: folder))
        try FileSystem.ensureDirectory(folder)
        guard try FileSystem.create(path, with: bytes) else {
            throw WalletError.busy(seconds: 0)
        }
    }
}
