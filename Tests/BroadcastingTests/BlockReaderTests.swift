import Bitcoin
import Bytes
import Cryptography
import Network
import Testing

@testable import Broadcasting
@testable import Headers

@Suite struct BlockReaderTests {
    private static func message(_ command: String, _ payload: [UInt8]) -> [UInt8] {
        NodeMessage(command: command, payload: payload).bytes(.regtest)
    }

    /// A node that has blocks, and sends what `change` makes of them.
    private static func node(
        _ blocks: [MinedBlock], _ change: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }
    ) -> @Sendable (NodeMessage, ScriptedLink) -> Void {
        { message, link in
            guard message.command == "getdata",
                let items = try? NodeItem.items(message.payload)
            else { return }
            for item in items {
                if let block = blocks.first(where: { $0.header.hash == item.hash }) {
                    link.say("block", change(block.bytes))
                } else {
                    link.say("notfound", NodeItem.payload([item]))
                }
            }
        }
    }

    private func read(
        _ headers: StackHeaders, pieceBytes: Int = 65_536,
        limits: BroadcastLimits = BroadcastLimits(), clock: TestClock = TestClock(),
        choosing: (BitcoinTransaction) -> Bool = { _ in true },
        _ node: @escaping @Sendable (NodeMessage, ScriptedLink) -> Void
    ) throws -> [FoundBlock] {
        var found: [FoundBlock] = []
        let surroundings = surroundings(
            clock: clock, pieceBytes: pieceBytes, limits: limits, node: node)
        try BlockReader(host: "node", port: 1, surroundings).read(
            0...headers.tip.height, of: headers, choosing: choosing
        ) { found.append($0) }
        return found
    }

    @Test func `blocks are the same in whatever pieces they come`() throws {
        let (blocks, headers) = try chain([1, 2, 3, 5, 8, 100, 1, 1, 1, 4, 300])
        for size in [1, 7, 79, 80, 81, 1_000, 65_536] {
            let found = try read(headers, pieceBytes: size, Self.node(blocks))
            #expect(found.map(\.placed.height) == Array(blocks.indices))
            for (found, block) in zip(found, blocks) {
                #expect(found.block.header == block.header)
                #expect(found.block.transactions == block.transactions.map(\.id))
                #expect(found.block.chosen.map(\.transaction) == block.transactions)
                #expect(found.block.byteCount == block.bytes.count)
            }
        }
    }

    @Test func `every chosen one has its path`() throws {
        let (blocks, headers) = try chain([1, 2, 3, 11, 19])
        let last: UInt32 = 10
        let found = try read(headers, choosing: { $0.inputs[0].outpoint.index <= last }) {
            Self.node(blocks)($0, $1)
        }
        #expect(try found.map { try $0.proofs().count } == [1, 2, 3, 11, 11])
        for found in found {
            for (transaction, path) in try found.proofs() {
                try path.verify(
                    transaction.id, against: found.placed.header, at: found.placed.height)
                #expect(path.transactions == [transaction.id])
            }
        }
    }

    @Test func `no more are asked for at once than the limit says`() throws {
        let (blocks, headers) = try chain([Int](repeating: 1, count: 40))
        let serve = Self.node(blocks)
        var limits = BroadcastLimits()
        limits.blocksAhead = 3
        let found = try read(headers, limits: limits) { message, link in
            if message.command == "getdata", let items = try? NodeItem.items(message.payload) {
                if items.count > 3 { link.hangUp() }
            }
            serve(message, link)
        }
        #expect(found.count == 40)
    }

    @Test func `blocks that come in another order are given in theirs`() throws {
        let (blocks, headers) = try chain([1, 2, 3])
        let found = try read(headers) { message, link in
            guard message.command == "getdata" else { return }
            for block in blocks.reversed() { link.say("block", block.bytes) }
        }
        #expect(found.map(\.placed.height) == [0, 1, 2])
    }

    @Test func `a node that lies is named, and nothing of its block counts`() throws {
        let (blocks, headers) = try chain([3])
        let other = try MinedBlock(3, mark: 99)
        let bytes = blocks[0].bytes
        let twice = blocks[0].transactions
        let mutated =
            blocks[0].header.bytes + [4] + (twice + [twice[2]]).flatMap(\.bytes)
        let changes: [(String, @Sendable ([UInt8]) -> [UInt8])] = [
            ("another block", { _ in other.bytes }),
            ("another header", { bytes in other.header.bytes + bytes.dropFirst(80) }),
            ("another transaction", { bytes in Array(bytes.dropLast(5)) + [9, 0, 0, 0, 0] }),
            ("one byte more", { $0 + [0] }), ("one byte less", { Array($0.dropLast()) }),
            ("nothing", { _ in [] }), ("a header", { Array($0.prefix(80)) }),
            ("a count of none", { Array($0.prefix(80)) + [UInt8](repeating: 0, count: 70) }),
            (
                "a count of many",
                { Array($0.prefix(80)) + [0xfe, 0xff, 0xff, 0xff, 0xff] + $0.dropFirst(81) }
            ),
            ("fewer", { Array($0.prefix(80)) + [2] + $0.dropFirst(81) }),
            ("a last one twice", { _ in mutated }),
        ]
        #expect(bytes.count > 80)
        for (what, change) in changes {
            for size in [1, 50, 65_536] {
                var given = 0
                let surroundings = surroundings(
                    pieceBytes: size, node: Self.node(blocks, change))
                do {
                    try BlockReader(host: "node", port: 1, surroundings).read(
                        0...0, of: headers, choosing: { _ in true }
                    ) { _ in given += 1 }
                    Issue.record("\(what) is believed")
                } catch let error as NodeError {
                    guard case .misbehaved(node: "node://node:1", _) = error else {
                        Issue.record("\(what): \(error)")
                        continue
                    }
                }
                #expect(given == 0)
            }
        }
    }

    @Test func `nobody is asked about a block that was not asked for`() throws {
        let (_, headers) = try chain([3])
        let other = try MinedBlock(50, mark: 99)
        var asked = 0
        #expect(throws: NodeError.self) {
            try read(
                headers,
                choosing: { _ in
                    asked += 1
                    return true
                }
            ) { message, link in
                if message.command == "getdata" { link.say("block", other.bytes) }
            }
        }
        #expect(asked == 0)
    }

    @Test func `what is too large, or too long for a head, is refused before it comes`() throws {
        let (blocks, headers) = try chain([3])
        var limits = BroadcastLimits()
        limits.blockBytes = blocks[0].bytes.count
        #expect(try read(headers, limits: limits, Self.node(blocks)).count == 1)
        limits.blockBytes -= 1
        let node = "node://node:1"
        #expect(
            throws: NodeError.misbehaved(
                node: node,
                reason: .tooLarge(
                    what: "message 'block'", limit: limits.blockBytes,
                    got: UInt64(limits.blockBytes + 1)))
        ) { try read(headers, limits: limits, Self.node(blocks)) }
        var extended = Self.message("extmsg", [])
        extended.replaceSubrange(16..<20, with: [0xff, 0xff, 0xff, 0xff])
        let head = extended
        #expect(
            throws: NodeError.misbehaved(
                node: node,
                reason: .malformedMessage(
                    command: "extmsg", reason: "messages of more than 4 GB are not taken"))
        ) {
            try read(headers) { message, link in
                if message.command == "getdata" { link.say(bytes: head) }
            }
        }
    }

    @Test func `a block that is missing, late, or for ever on its way`() throws {
        let (blocks, headers) = try chain([1, 1])
        #expect(
            throws: NodeError.missingBlock(
                node: "node://node:1", block: blocks[1].header.hash)
        ) { try read(headers, Self.node([blocks[0]])) }
        func isLate(_ error: any Error) -> Bool {
            if case NodeError.network(_, .timedOut) = error { true } else { false }
        }
        for node: @Sendable (NodeMessage, ScriptedLink) -> Void in [
            { _, _ in },
            // Talk without end is no block.
            { message, link in
                guard message.command == "getdata" else { return }
                for _ in 0..<9_000 { link.say("pong", [UInt8](repeating: 0, count: 8)) }
            },
        ] {
            let clock = TestClock()
            var limits = BroadcastLimits()
            limits.silenceMilliseconds = 5_000
            do {
                _ = try read(headers, pieceBytes: 32, limits: limits, clock: clock, node)
                Issue.record("nothing came")
            } catch { #expect(isLate(error), "\(error)") }
            #expect(clock.now < 20_000)
        }
        // One byte a millisecond earns no more time than the limit gives.
        let (large, largeHeaders) = try chain([3_000])
        var limits = BroadcastLimits()
        limits.blockMilliseconds = 100
        do {
            _ = try read(
                largeHeaders, pieceBytes: 1, limits: limits, Self.node(large))
            Issue.record("it took too long")
        } catch { #expect(isLate(error), "\(error)") }
        #expect(throws: NodeError.unknownHeight(2)) {
            try BlockReader(host: "node", port: 1, surroundings()).read(
                0...2, of: headers, choosing: { _ in true }
            ) { _ in }
        }
    }

    @Test func `whoever takes the blocks may end it`() throws {
        struct Enough: Error {}
        let (blocks, headers) = try chain([1, 1, 1])
        var given = 0
        #expect(throws: Enough.self) {
            try BlockReader(host: "node", port: 1, surroundings(node: Self.node(blocks))).read(
                0...2, of: headers, choosing: { _ in true }
            ) { _ in
                given += 1
                throw Enough()
            }
        }
        #expect(given == 1)
    }
}
