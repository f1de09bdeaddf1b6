// A node and a service that answer from a script, on a clock that goes by itself.
import Bitcoin
import Bytes
import Cryptography
import Documents
import Network
import Synchronization
import Testing

@testable import Broadcasting
@testable import Headers

/// Milliseconds that pass when somebody waits.
final class TestClock: Sendable {
    private let time = Mutex<Int64>(0)
    var now: Int64 { time.withLock { $0 } }
    func pass(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

/// What a scripted node does with a message that it gets.
typealias NodeScript = (NodeMessage, ScriptedLink) -> Void

/// One connection to a scripted node.
final class ScriptedLink: NodeLink {
    private let clock: TestClock
    private let script: NodeScript
    private var reader = NodeMessageReader(.regtest)
    private var waiting: [UInt8] = []
    private var next = 0
    private var isClosed = false
    private let pieceBytes: Int
    /// Whether the other side is to be told of transactions.
    private(set) var relays = false
    private(set) var commands: [String] = []

    init(_ clock: TestClock, pieceBytes: Int, _ script: @escaping NodeScript) {
        self.clock = clock
        self.script = script
        self.pieceBytes = pieceBytes
    }

    func say(_ command: String, _ payload: [UInt8] = []) {
        say(bytes: NodeMessage(command: command, payload: payload).bytes(.regtest))
    }

    func say(bytes: [UInt8]) { waiting += bytes }

    /// After what was said already.
    func hangUp() { isClosed = true }

    func send(_ bytes: [UInt8]) throws(NetworkError) {
        guard !isClosed else { throw .disconnected(host: "node") }
        reader.append(bytes)
        while let piece = try? reader.next() {
            guard case .message(let message) = piece else { continue }
            commands.append(message.command)
            if message.command == "version" { greet(message) }
            script(message, self)
        }
    }

    private func greet(_ message: NodeMessage) {
        relays = message.payload.last == 1
        var payload: [UInt8] = []
        payload.appendLittleEndian(Int32(70_016))
        payload += [UInt8](repeating: 0, count: 8 + 8 + 26 + 26 + 8)
        payload += [3] + Array("/x/".utf8)
        payload.appendLittleEndian(Int32(7))
        say("version", payload + [1])
        say("verack")
        say("protoconf", [2, 0, 0])
    }

    func receive(milliseconds: Int32) throws(NetworkError) -> [UInt8]? {
        guard !waiting.isEmpty else {
            guard !isClosed else { throw .disconnected(host: "node") }
            clock.pass(Int64(milliseconds))
            return nil
        }
        clock.pass(1)
        let piece = Array(waiting[next...].prefix(pieceBytes))
        next += piece.count
        if next == waiting.count {
            waiting = []
            next = 0
        }
        return piece
    }
}

/// Answers what a closure says, and remembers what was asked.
final class ScriptedSender: HTTPSender {
    private let answer: @Sendable (HTTPRequest) throws(NetworkError) -> HTTPResponse
    private let held = Mutex<[HTTPRequest]>([])

    init(_ answer: @escaping @Sendable (HTTPRequest) throws(NetworkError) -> HTTPResponse) {
        self.answer = answer
    }

    convenience init(_ status: Int, _ body: String) {
        self.init { (_: HTTPRequest) throws(NetworkError) in
            HTTPResponse(status: status, body: Array(body.utf8))
        }
    }

    var asked: [HTTPRequest] { held.withLock { $0 } }

    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        held.withLock { $0.append(request) }
        return try answer(request)
    }
}

/// Surroundings without a network. Scripts run on the test's own thread.
func surroundings(
    clock: TestClock = TestClock(), http: (any HTTPSender)? = nil, pieceBytes: Int = 65_536,
    limits: BroadcastLimits = BroadcastLimits(),
    node: @escaping @Sendable (NodeMessage, ScriptedLink) -> Void = { _, _ in },
    isStopped: @escaping @Sendable () -> Bool = { false }
) -> BroadcastSurroundings {
    BroadcastSurroundings(
        network: .regtest, now: { 1_700_000_000 }, elapsed: { clock.now },
        random: SeededRandom(seed: [1]), http: http ?? ScriptedSender(500, ""),
        agent: "/wallet:test/", limits: limits, isStopped: isStopped,
        dial: { (host: String, _: Int) throws(NetworkError) in
            guard host != "nobody" else { throw .unreachable(host: host, reason: "refused") }
            return ScriptedLink(clock, pieceBytes: pieceBytes, node)
        })
}

/// A transaction that spends an output of `parent` and has `mark` in its output.
func transaction(
    spending parent: Digest256 = Hash.sha256([1]), index: UInt32 = 0, mark: UInt8 = 0
) throws -> BitcoinTransaction {
    try BitcoinTransaction(
        inputs: [TransactionInput(outpoint: Outpoint(transaction: parent, index: index))],
        outputs: [TransactionOutput(satoshis: 1_000, script: Script([0x6a, 0x01, mark]))])
}

/// A block of transactions, mined on the easiest terms.
struct MinedBlock {
    let transactions: [BitcoinTransaction]
    let header: BlockHeader

    init(
        _ count: Int, mark: UInt8 = 0, after previous: Digest256 = ChainNetwork.regtest.genesis.hash
    )
        throws
    {
        transactions = try (0..<count).map {
            try transaction(spending: Hash.sha256([mark]), index: UInt32($0), mark: mark)
        }
        let root = try BitcoinTree.root(of: transactions.map(\.id)).hash
        var header = BlockHeader(
            previous: previous, merkleRoot: root, time: 1_600_000_000, bits: 0x207f_ffff)
        while (try? header.checkWork()) == nil { header.nonce += 1 }
        self.header = header
    }

    var bytes: [UInt8] {
        var bytes = header.bytes
        bytes.appendVarint(transactions.count)
        return bytes + transactions.flatMap(\.bytes)
    }
}

/// Blocks one behind the other.
func chain(_ counts: [Int]) throws -> (blocks: [MinedBlock], headers: StackHeaders) {
    var blocks: [MinedBlock] = []
    for (place, count) in counts.enumerated() {
        blocks.append(
            try MinedBlock(
                count, mark: UInt8(place),
                after: blocks.last?.header.hash ?? BlockHeader.noPrevious))
    }
    return (blocks, try StackHeaders(blocks.flatMap(\.header.bytes)))
}
