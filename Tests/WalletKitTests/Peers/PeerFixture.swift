// A shop that is served, and customers who have it as a peer; what goes between them can be
// changed on the way.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import Network
import Service
import Synchronization
import Testing

@testable import WalletKit

/// A wallet in a directory that goes with it.
final class PeerWallet {
    let parent: String
    let clock: PeerClock
    private(set) var wallet: Wallet
    private let directory: String

    /// - Parameter seed: other seeds give other keys.
    init(_ seed: String, domain: String? = nil, clock: PeerClock) throws {
        parent = try FileSystem.makeTemporaryDirectory("wallet-peer")
        self.clock = clock
        let random = SeededRandom(seed: Array(seed.utf8))
        var new = NewWallet(
            parent: parent, mnemonic: try Mnemonic(entropy: SecretBytes(random.bytes(16))),
            protection: .none)
        new.domain = domain
        let surroundings = Surroundings(now: { clock.now }, random: random)
        directory = try new.make(surroundings).directory
        wallet = try Wallet(
            directory: directory, sources: Configuration.Sources(), surroundings: surroundings,
            opener: KeyOpener())
    }

    deinit { try? FileSystem.removeTree(parent) }

    /// The wallet as another process opens it.
    func again(_ seed: UInt8 = 1) throws -> Wallet {
        let clock = clock
        return try Wallet(
            directory: directory, sources: Configuration.Sources(),
            surroundings: Surroundings(
                now: { clock.now }, random: SeededRandom(seed: [seed])),
            opener: KeyOpener())
    }

    func restart() throws { wallet = try again() }

    var me: Address {
        get throws { try wallet.defaultAddress().address }
    }
}

/// A clock that goes a second further each time that it is looked at.
final class PeerClock: Sendable {
    private let seconds = Mutex(Int64(1_900_000_000))

    var now: Timestamp {
        seconds.withLock { seconds in
            seconds += 1
            return Timestamp(milliseconds: seconds * 1000) ?? .latest
        }
    }
}

/// Asks a processor in this process, over no network. What goes to it and comes from it can be
/// changed.
final class LoopbackSender: HTTPSender {
    typealias Answer = (HTTPRequest) throws(NetworkError) -> HTTPResponse
    typealias Between = @Sendable (HTTPRequest, Answer) throws(NetworkError) -> HTTPResponse

    private let processor: Processor
    private let between = Mutex<Between?>(nil)
    private let count = Mutex<[String: Int]>([:])

    init(_ processor: Processor) { self.processor = processor }

    /// Stands between the two from now on; nil to let everything through.
    func interpose(_ change: Between?) { between.withLock { $0 = change } }

    /// How often a method was used.
    func asked(_ method: String) -> Int { count.withLock { $0[method] ?? 0 } }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        count.withLock { $0[request.method, default: 0] += 1 }
        if let change = between.withLock({ $0 }) {
            return try change(request) { request throws(NetworkError) in answer(request) }
        }
        return answer(request)
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let head = HTTPRequestHead(
            method: request.method, path: request.url.path, query: request.url.query,
            headers: request.headers, bodyBytes: request.body.count)
        switch processor.disposition(of: head) {
        case .answer(let response): return response
        case .gather(_, let run):
            let responder = OneResponse()
            run(request.body, responder)
            return responder.wait()
        case .stream, .upgrade: return HTTPResponse(status: 501)
        }
    }
}

/// Waits for one response.
private final class OneResponse: HTTPResponder {
    private let held = Mutex<HTTPResponse?>(nil)

    func send(_ response: HTTPResponse) { held.withLock { $0 = response } }

    func open(status: Int, headers: HTTPHeaders) -> any HTTPBodyWriter { NoBody() }

    func wait() -> HTTPResponse {
        while true {
            if let response = held.withLock({ $0 }) { return response }
            usleep(100)
        }
    }
}

/// A body that nobody reads.
private final class NoBody: HTTPBodyWriter {
    let pendingBytes = 0
    func write(_ bytes: [UInt8]) {}
    func finish() {}
    func observe(
        drained: @escaping @Sendable () -> Void, gone: @escaping @Sendable () -> Void
    ) {}
}

/// A shop whose operator issues BEER, and a customer who holds some.
final class PeerFixture {
    let clock = PeerClock()
    let shop: PeerWallet
    let customer: PeerWallet
    let live: LiveDomain
    let sender: LoopbackSender
    static let url = "https://shop.example"

    /// - Parameter domain: the shop's domain; nil for the address of its key.
    init(domain: String? = nil) throws {
        shop = try PeerWallet("shop", domain: domain, clock: clock)
        customer = try PeerWallet("customer", clock: clock)
        _ = try shop.wallet.newUnit(
            (code: "BEER", name: nil, scale: 0, form: nil, terms: nil), issuer: nil)
        live = try LiveDomain(wallet: shop.again(), isReadOnly: false, version: "test") { _ in }
        sender = LoopbackSender(
            Processor(domain: live, options: ServiceOptions()))
    }

    deinit { live.stop() }

    func add(_ name: String = "shop", key: String? = nil) throws -> Peer {
        try customer.wallet.addPeer(
            name, url: Self.url, key: key, authorities: nil, over: sender)
    }

    /// The customer deals with the shop.
    func session() throws -> PeerSession {
        if let peer = try customer.wallet.knownPeer("shop") {
            return try customer.wallet.session(with: peer, over: sender)
        }
        return try customer.wallet.session(with: try add(), over: sender)
    }

    /// The shop's operator gives beers to somebody; the transaction.
    @discardableResult
    func give(_ amount: String, to target: Address) throws -> [UInt8] {
        var promise = Promise(amount: amount, unit: "BEER", target: target.text)
        promise.domain = live.identity.domain
        let iou = try shop.wallet.issue(promise).iou
        let answer = Mutex<ClearedLine?>(nil)
        live.clear(iou.document) { line in answer.withLock { $0 = line } }
        while true {
            guard let answer = answer.withLock({ $0 }) else {
                usleep(100)
                continue
            }
            if case .cleared(let line, _) = answer { return line }
            throw Refusal(.malformedDocument, "\(answer)")
        }
    }

    /// A beer for somebody, promised by the customer.
    func promise(_ amount: String = "1", id: String? = nil) throws -> [UInt8] {
        var promise = Promise(amount: amount, unit: "BEER", target: try shop.me.text)
        promise.id = id
        return try customer.wallet.promise(promise, isIssue: false, at: session()).iou.document
    }

    /// The lines of a file that the customer keeps of the shop.
    func kept(_ name: String) throws -> [[UInt8]] {
        let peers = customer.parent + "/.wallet/peers/"
        let path = peers + PeerDirectory.name(of: live.identity.domain.utf8) + "/" + name
        guard try FileSystem.status(path) != nil else { return [] }
        return try FileSystem.read(path, limit: 10_000_000).split(separator: 0x0a)
            .map { Array($0) }
    }

    var receipts: [[UInt8]] {
        get throws { try kept("receipts.ndjson") }
    }
}

/// What was thrown, as a peer's error.
func peerError(_ body: () throws -> Void) -> PeerError? {
    do {
        try body()
        return nil
    } catch let error as PeerError {
        return error
    } catch {
        Issue.record("\(error)")
        return nil
    }
}
