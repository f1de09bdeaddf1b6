// A domain without files: what it answers is put into it.
import Bytes
import Cryptography
import Documents
import Synchronization

@testable import Service

/// Says what a test has told it to say.
final class FakeDomain: ServedDomain {
    struct State {
        var documents: [Digest256: ServedDocument] = [:]
        var counters: [ServedCounter] = []
        var outputs: [ServedOutput] = []
        var units: [ServedUnit] = []
        var blocks: [[UInt8]] = []
        var stacks: [[UInt8]] = []
        var proofs: [Digest256: ServedProof] = [:]
        var balanceProof = ServedProof.unknown
        var checkpoint: [UInt8]?
        var tiles: [String: [UInt8]] = [:]
        var witness = WitnessAnswer(status: 200, contentType: "text/plain", body: [])
        var events: [ServedEvent] = []
        var observers: [@Sendable () -> Void] = []
        var users: [String: ServedUser] = [:]
        var admitted: Set<Address> = []
        var now = Timestamp(milliseconds: 1_750_000_000_000) ?? .earliest
        var waitingLines = 0
        /// What reading meets.
        var failure: ServiceFailure?
        /// What has been asked of it, in order.
        var cleared: [[UInt8]] = []
        var orders: [PaymentOrder] = []
        var pages: [Page] = []
        var eventReads = 0
        /// The answer to a line; nil for the fake's own.
        var judge: (@Sendable ([UInt8]) -> ClearedLine)?
        /// Answers wait until they are let out.
        var isHolding = false
        var held: [(line: [UInt8], answer: @Sendable (ClearedLine) -> Void)] = []
        var checkpointRequests: [[UInt8]] = []
    }

    let state = Mutex(State())
    let identity = DomainIdentity(
        domain: "shop.example", verifierKey: "shop.example+00000000+AQ==",
        certificates: [Sample.document(#"{"kind":"device","test":"# + Sample.filler + "}")],
        version: "1.2.3")

    var now: Timestamp { state.withLock { $0.now } }
    var waitingLines: Int { state.withLock { $0.waitingLines } }
    var position: Int { state.withLock { $0.events.count } }

    private func read<Value>(_ value: (inout State) -> Value) throws -> Value {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            return value(&state)
        }
    }

    private func page<Element>(_ all: [Element], _ page: Page) -> [Element] {
        Array(all.dropFirst(page.skip).prefix(page.limit))
    }

    func clear(_ line: [UInt8], _ answer: @escaping @Sendable (ClearedLine) -> Void) {
        let verdict = state.withLock { state -> ClearedLine? in
            state.cleared.append(line)
            if state.isHolding {
                state.held.append((line, answer))
                return nil
            }
            return state.judge?(line) ?? .cleared(line, Hash.sha256(line))
        }
        if let verdict { answer(verdict) }
    }

    func document(_ hash: Digest256) throws -> ServedDocument? {
        try read { $0.documents[hash] }
    }

    func counters(of address: Address, symbol: Address?, page: Page) throws -> [ServedCounter] {
        try read { state in
            state.pages.append(page)
            let all = state.counters.filter {
                $0.key.address == address && (symbol == nil || $0.key.symbol == symbol)
            }
            return self.page(all, page)
        }
    }

    func outputs(of key: CounterKey, isUnspent: Bool, page: Page) throws -> [ServedOutput] {
        try read { state in
            state.pages.append(page)
            let all = state.outputs.filter {
                CounterKey($0.output.address, $0.output.symbol) == key
            }
            return self.page(isUnspent ? Array(all.prefix(1)) : all, page)
        }
    }

    func units(page: Page) throws -> [ServedUnit] {
        try read { state in
            state.pages.append(page)
            return self.page(state.units, page)
        }
    }

    func unit(_ symbol: Address) throws -> ServedUnit? {
        try read { $0.units.first { $0.symbol == symbol } }
    }

    func holders(of symbol: Address, page: Page) throws -> [ServedCounter] {
        try read { state in
            self.page(
                state.counters.filter {
                    $0.key.symbol == symbol && $0.key.address != symbol
                }, page)
        }
    }

    func block(height: Int) throws -> [UInt8]? {
        try read { $0.blocks.indices.contains(height) ? $0.blocks[height] : nil }
    }

    func stack(height: Int) throws -> [UInt8]? {
        try read { $0.stacks.indices.contains(height) ? $0.stacks[height] : nil }
    }

    func proof(of hash: Digest256) throws -> ServedProof {
        try read { $0.proofs[hash] ?? .unknown }
    }

    func balanceProof(of key: CounterKey) throws -> ServedProof { try read { $0.balanceProof } }
    func checkpoint() throws -> [UInt8]? { try read { $0.checkpoint } }
    func tile(_ path: String) throws -> [UInt8]? { try read { $0.tiles[path] } }

    func addCheckpoint(_ body: [UInt8]) -> WitnessAnswer {
        state.withLock { state in
            state.checkpointRequests.append(body)
            return state.witness
        }
    }

    func events(from position: Int, limit: Int) throws -> [ServedEvent] {
        try read { state in
            state.eventReads += 1
            return Array(state.events.dropFirst(position).prefix(limit))
        }
    }

    func observe(_ wake: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(wake) }
    }

    func user(token: String) throws -> ServedUser? { try read { $0.users[token] } }

    func pay(
        _ order: PaymentOrder, as user: ServedUser,
        _ answer: @escaping @Sendable (ClearedLine) -> Void
    ) {
        let verdict = state.withLock { state in
            state.orders.append(order)
            let line = Sample.document(#"{"clock":"# + Sample.filler + "}")
            return state.judge?(line) ?? .cleared(line, Hash.sha256(line))
        }
        answer(verdict)
    }

    func isAdmitted(_ address: Address) throws -> Bool {
        try read { $0.admitted.contains(address) }
    }

    /// Adds to the log; those who observe it are woken.
    func append(_ events: [(kind: DocumentKind, line: [UInt8], counters: [CounterKey])]) {
        let observers = state.withLock { state in
            for event in events {
                state.events.append(
                    ServedEvent(
                        position: state.events.count, kind: event.kind,
                        hash: Hash.sha256(event.line), line: event.line,
                        counters: event.counters))
            }
            return state.observers
        }
        for wake in observers { wake() }
    }
}

/// Documents and addresses that mean nothing.
enum Sample {
    /// A text that makes data long enough.
    static let filler = "\"" + String(repeating: "x", count: 64) + "\""

    static func address(_ number: UInt8) -> Address {
        Address(hash160: [UInt8](repeating: number, count: 20))
    }

    /// An envelope around `data`, with its right hash.
    static func document(_ data: String) -> [UInt8] {
        Envelope.write(data: Array(data.utf8), hash: Hash.sha256d(Array(data.utf8))) { _ in }
    }

    static func iou(
        from source: UInt8 = 1, to target: UInt8 = 2, symbol: UInt8 = 3, random: String = "r"
    ) -> IOU {
        IOU(
            IOU.Terms(
                domain: "shop.example", source: address(source), target: address(target),
                amount: Amount(quanta: 5_000_000_000_000_000_000) ?? .zero,
                symbol: address(symbol), random: random, expiry: .latest))
    }

    static func output(_ owner: UInt8, _ symbol: UInt8, _ net: Int128) -> Transaction.Output {
        var state = CounterState.initial(address(owner), address(symbol))
        state.net = Amount(quanta: net) ?? .zero
        return Transaction.Output(
            address: address(owner), symbol: address(symbol), state: state,
            source: Transaction.Pointer(transaction: Hash.sha256([owner]), index: 1))
    }

    static func transaction(random: String = "r") -> (line: [UInt8], hash: Digest256, iou: IOU) {
        let iou = iou(random: random)
        let clock = Transaction.Clock(device: address(9), sequence: 1, tick: 0, time: .earliest)
        let transaction = Transaction(
            clock: clock, domain: "shop.example", inputs: [iou.hash],
            outputs: [output(1, 3, 10), output(2, 3, 20)])
        let line = transaction.document(instructions: [iou.document[...]], receipt: nil)
        return (line, transaction.hash, iou)
    }

    static func unit(_ symbol: UInt8 = 3) -> UnitDefinition {
        UnitDefinition(
            UnitDefinition.Terms(
                symbol: address(symbol), code: "BEER", name: "a beer", scale: 0, form: .voucher,
                terms: "one beer at the bar of this house, until it closes"))
    }
}
