import Bitcoin
import Bytes
import Cryptography
import Network
import Testing

@testable import Broadcasting
@testable import Headers

@Suite struct NodeBroadcastTests {
    private let sent: BitcoinTransaction
    private let item: NodeItem

    init() throws {
        sent = try transaction()
        item = NodeItem(.transaction, sent.id)
    }

    private func outcome(
        _ broadcast: Broadcast? = nil, host: String = "node", clock: TestClock = TestClock(),
        _ node: @escaping @Sendable (NodeMessage, ScriptedLink) -> Void
    ) throws -> BroadcastOutcome {
        let endpoint = try BroadcastEndpoint(.node(host: host, port: 18_444))
        let broadcaster = Broadcaster(surroundings(clock: clock, node: node))
        return try #require(
            broadcaster.send(broadcast ?? Broadcast(sent), to: [endpoint]).first
        ).outcome
    }

    private static func reject(_ code: UInt8, _ reason: String, _ id: Digest256?) -> [UInt8] {
        [2] + Array("tx".utf8) + [code, UInt8(reason.utf8.count)] + Array(reason.utf8)
            + (id?.bytes ?? [])
    }

    @Test func `a node that asks, takes it, and lists it`() throws {
        let item = item
        let given = try outcome { message, link in
            switch message.command {
            case "inv": link.say("getdata", NodeItem.payload([item]))
            case "getdata": link.say("tx", [])
            case "tx", "ping": break
            case "mempool": link.say("inv", NodeItem.payload([item]))
            default: break
            }
        }
        #expect(given == .accepted(note: "it is in the node's pool"))
    }

    @Test func `a node that had it before`() throws {
        let item = item
        let given = try outcome { message, link in
            if message.command == "mempool" { link.say("inv", NodeItem.payload([item])) }
        }
        #expect(given == .alreadyKnown(note: "it was in the node's pool"))
    }

    @Test func `a node that passes it on and says nothing to strangers`() throws {
        let (item, bytes) = (item, sent.bytes)
        for asks in [true, false] {
            let given = try outcome { message, link in
                switch message.command {
                case "inv": if asks { link.say("getdata", NodeItem.payload([item])) }
                case "getdata": link.say("tx", bytes)
                case "mempool": link.hangUp()
                default: break
                }
            }
            #expect(given.isTaken && (given == .accepted(note: note(given))) == asks)
        }
    }

    private func note(_ outcome: BroadcastOutcome) -> String {
        switch outcome {
        case .accepted(let note), .alreadyKnown(let note): note
        default: ""
        }
    }

    @Test(arguments: [
        (0x10 as UInt8, "mandatory-script-verify-flag-failed (x)", RejectionCode.invalidScript),
        (0x01, "error parsing message", .malformed), (0x12, "txn-mempool-conflict", .doubleSpend),
        (0x41, "dust", .invalidOutputs), (0x42, "insufficient priority", .feeTooLow),
        (0x40, "non-final", .refused), (0x10, "bad-txns-inputs-missingorspent", .invalidInputs),
    ])
    func `a rejection is told`(_ number: UInt8, _ reason: String, _ code: RejectionCode) throws {
        let id = number == 0x01 ? nil : sent.id
        let payload = Self.reject(number, reason, id)
        let item = item
        // Before it has asked, and after; then it hangs up.
        for command in ["inv", "tx"] {
            let given = try outcome { message, link in
                if message.command == "inv" { link.say("getdata", NodeItem.payload([item])) }
                if message.command == command {
                    link.say("reject", payload)
                    link.hangUp()
                }
            }
            #expect(given == .rejected(code: code, reason: reason, conflicts: []))
        }
    }

    @Test func `a rejection of something else is not ours`() throws {
        let others = [
            Self.reject(0x10, "bad", Hash.sha256([9])),
            [5] + Array("block".utf8) + [0x10, 3] + Array("bad".utf8) + sent.id.bytes,
        ]
        for payload in others {
            let given = try outcome { message, link in
                if message.command == "tx" { link.say("reject", payload) }
            }
            guard case .unavailable(_, retry: true) = given else {
                Issue.record("not ours: \(given)")
                continue
            }
        }
        #expect(
            NodeBroadcast.outcome(
                NodeRejection(
                    command: "tx", code: 0x12, reason: "txn-already-in-mempool", hash: sent.id))
                == .alreadyKnown(note: "txn-already-in-mempool"))
    }

    @Test func `silence is no receipt`() throws {
        let clock = TestClock()
        let given = try outcome(clock: clock) { _, _ in }
        guard case .unavailable(_, retry: true) = given else {
            Issue.record("silence: \(given)")
            return
        }
        #expect(clock.now < 30_000)
        // `notfound` is none either, however often it is said.
        let item = item
        let missing = try outcome { message, link in
            if message.command == "inv" { link.say("getdata", NodeItem.payload([item])) }
            if message.command == "getdata" { link.say("notfound", NodeItem.payload([item])) }
        }
        guard case .unavailable(_, retry: true) = missing else {
            Issue.record("not found: \(missing)")
            return
        }
    }

    @Test func `a node that relays a double spend but keeps another`() throws {
        let (item, bytes, id) = (item, sent.bytes, sent.id)
        let rival = try transaction(mark: 1)
        let stranger = try transaction(spending: Hash.sha256([77]))
        let pool = [rival, stranger].map { NodeItem(.transaction, $0.id) }
        let given = try outcome { message, link in
            switch message.command {
            case "inv": link.say("getdata", NodeItem.payload([item]))
            case "mempool": link.say("inv", NodeItem.payload(pool))
            case "getdata":
                let wanted = (try? NodeItem.items(message.payload)) ?? []
                for one in wanted {
                    switch one.hash {
                    case id: link.say("tx", bytes)
                    case rival.id: link.say("tx", rival.bytes)
                    default: link.say("tx", stranger.bytes)
                    }
                }
            default: break
            }
        }
        #expect(
            given
                == .rejected(
                    code: .doubleSpend, reason: "the node's pool has another that spends the same",
                    conflicts: [rival.id]))
    }

    @Test func `a parent that is missing is told, or given`() throws {
        let parent = try transaction(mark: 9)
        let child = try transaction(spending: parent.id)
        let childItem = NodeItem(.transaction, child.id)
        let parentItem = NodeItem(.transaction, parent.id)
        let orphan: @Sendable (NodeMessage, ScriptedLink) -> Void = { message, link in
            if message.command == "inv" { link.say("getdata", NodeItem.payload([childItem])) }
            if message.command == "tx", message.payload == child.bytes {
                link.say("getdata", NodeItem.payload([parentItem]))
            }
            if message.command == "tx", message.payload == parent.bytes {
                link.say("inv", NodeItem.payload([childItem]))
            }
        }
        let alone = try outcome(Broadcast(child), orphan)
        guard case .rejected(.missingParent, _, _) = alone else {
            Issue.record("alone: \(alone)")
            return
        }
        let together = try outcome(Broadcast(child, ancestors: [parent]), orphan)
        #expect(together.isTaken)
    }

    @Test func `who is not there, breaks off or lies has rejected nothing`() throws {
        let bad: [@Sendable (NodeMessage, ScriptedLink) -> Void] = [
            { _, link in link.hangUp() },
            { message, link in if message.command == "inv" { link.hangUp() } },
            { _, link in link.say(bytes: [UInt8](repeating: 7, count: 100)) },
            { message, link in if message.command == "inv" { link.say("inv", [0xff]) } },
            { message, link in
                if message.command == "inv" { link.say("reject", [0xfd, 0xff, 0xff]) }
            },
            // It talks without end, about nothing.
            { message, link in
                for _ in 0..<2_000 { link.say("pong", [UInt8](repeating: 0, count: 8)) }
            },
        ]
        for (place, node) in bad.enumerated() {
            let given = try outcome(nil, node)
            guard case .unavailable = given else {
                Issue.record("\(place): \(given)")
                continue
            }
        }
        #expect(try outcome(host: "nobody") { _, _ in }.isTaken == false)
    }

    @Test func `a standing at a node`() throws {
        let (item, bytes) = (item, sent.bytes)
        func standing(
            _ node: @escaping @Sendable (NodeMessage, ScriptedLink) -> Void
        ) throws -> TransactionStanding {
            try Broadcaster(surroundings(node: node)).standing(
                of: sent.id, at: BroadcastEndpoint(.node(host: "node", port: 1)))
        }
        #expect(
            try standing { message, link in
                if message.command == "mempool" { link.say("inv", NodeItem.payload([item])) }
            } == .inPool(note: "it is in the node's pool"))
        #expect(
            try standing { message, link in
                if message.command == "mempool" { link.hangUp() }
                if message.command == "getdata" { link.say("tx", bytes) }
            } == .inPool(note: "the node gives it away"))
        #expect(
            try standing { message, link in
                if message.command == "mempool" { link.hangUp() }
                if message.command == "getdata" { link.say("notfound", NodeItem.payload([item])) }
            } == .unknown)
        // Another one's bytes are not ours.
        let other = try transaction(mark: 3)
        #expect(
            try standing { message, link in
                if message.command == "getdata" { link.say("tx", other.bytes) }
            } == .unknown)
    }

    @Test func `targets are tried in their order, or all`() throws {
        let item = item
        let broadcaster = Broadcaster(
            surroundings(http: ScriptedSender(500, "")) { message, link in
                if message.command == "mempool" { link.say("inv", NodeItem.payload([item])) }
            })
        let arc = try BroadcastEndpoint(BroadcastTarget("arc+https://x", .regtest))
        let node = try BroadcastEndpoint(BroadcastTarget("node://node", .regtest))
        let first = broadcaster.send(Broadcast(sent), to: [arc, node, node])
        #expect(first.map(\.target) == [arc.target, node.target])
        #expect(first.map(\.outcome.isTaken) == [false, true])
        let all = broadcaster.send(Broadcast(sent), to: [node, arc, node], .everywhere)
        #expect(all.map(\.outcome.isTaken) == [true, false, true])
        let many = [BroadcastEndpoint](repeating: arc, count: Limits.broadcastTargets + 1)
        #expect(broadcaster.send(Broadcast(sent), to: many).count == Limits.broadcastTargets)
        #expect(try broadcaster.fees(at: node) == nil)
    }

    @Test func `whoever is told to stop, stops`() throws {
        let broadcaster = Broadcaster(surroundings(isStopped: { true }))
        let endpoint = try BroadcastEndpoint(.node(host: "node", port: 1))
        #expect(
            broadcaster.send(Broadcast(sent), to: [endpoint]).first?.outcome
                == .unavailable(reason: "it was stopped", retry: true))
    }
}
