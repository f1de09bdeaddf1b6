// What is to be delivered is kept until somebody has signed that it was taken.
import Bytes
import Cryptography
import Documents
import Files
import Network
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite struct OutboxTests {
    @Test func `a message is durable before anything is sent, and gone when it was taken`() throws {
        let fixture = try MessageFixture()
        let entry = try fixture.post()
        let hash = entry.message.hash
        let path = fixture.shop.parent + "/.wallet/outbox/\(hash).json"
        let seen = Mutex(0)
        fixture.way.state.withLock {
            $0.change = { line in
                if try FileSystem.status(path) != nil { seen.withLock { $0 += 1 } }
                return line
            }
        }
        let delivery = try fixture.shop.wallet.deliver(entry, over: fixture.transport())
        #expect(seen.withLock { $0 } == 1)
        let acknowledgement = try #require(delivery.acknowledgement)
        #expect(try Acknowledgement(Envelope(line: acknowledgement)).message == hash)
        #expect(try fixture.outboxFiles.isEmpty)
        let kept = try #require(
            try fixture.shop.wallet.outboxStore().acknowledgement(of: hash))
        #expect(kept == acknowledgement)
        #expect(try fixture.fridge.wallet.inbox().map(\.message.hash) == [hash])
    }

    @Test func `a receiver that ends between storing and answering takes it once`() throws {
        let fixture = try MessageFixture()
        let entry = try fixture.post()
        fixture.way.state.withLock { $0.change = { _ in throw Obstacle("killed", "kill -9") } }
        let first = try fixture.shop.wallet.deliver(entry, over: fixture.transport())
        #expect(first.acknowledgement == nil && first.entry.status == .waiting)
        #expect(try fixture.fridge.wallet.inbox().count == 1)
        fixture.way.state.withLock { $0.change = nil }
        let second = try fixture.shop.wallet.deliverPending(
            over: fixture.transport(), isForced: true)
        #expect(second.first?.acknowledgement != nil)
        #expect(try fixture.fridge.wallet.inbox().count == 1)
        #expect(try fixture.outboxFiles.isEmpty)
    }

    @Test func `a sender that ends between delivery and forgetting sends nothing twice`() throws {
        let fixture = try MessageFixture()
        let entry = try fixture.post()
        let path = fixture.shop.parent + "/.wallet/outbox/\(entry.message.hash).json"
        let file = try FileSystem.read(path, limit: 100_000)
        _ = try fixture.shop.wallet.deliver(entry, over: fixture.transport())
        // Its files are there again, as if they had never been removed.
        _ = try FileSystem.create(path, with: file)
        let asked = fixture.way.asked
        let again = try fixture.shop.again().deliverPending(
            over: fixture.transport(), isForced: true)
        #expect(again.count == 1 && again.first?.acknowledgement != nil)
        #expect(fixture.way.asked == asked)
        #expect(try fixture.outboxFiles.isEmpty)
        // Or the answer came, and was not kept.
        try FileSystem.remove(
            fixture.shop.parent + "/.wallet/outbox/delivered/\(entry.message.hash).json")
        _ = try FileSystem.create(path, with: file)
        let third = try fixture.shop.again().deliverPending(
            over: fixture.transport(), isForced: true)
        #expect(third.first?.acknowledgement == again.first?.acknowledgement)
        #expect(try fixture.fridge.wallet.inbox().count == 1)
    }

    @Test func `who does not answer is asked again later and later, and once for many`() throws {
        let fixture = try MessageFixture()
        let entries = try (0..<3).map { try fixture.post("\($0)") }
        fixture.way.breakDown()
        let asked = fixture.way.asked
        let transport = try fixture.transport()
        let deliveries = try fixture.shop.wallet.deliverPending(over: transport)
        #expect(fixture.way.asked == asked + 1)
        #expect(deliveries.map(\.wasSkipped) == [false, true, true])
        let first = try #require(deliveries.first?.entry)
        #expect(first.obstacle?.code == "ssh" && first.attempts == 1)
        #expect(fixture.clock.now < first.next)
        // Before that time it is left alone.
        _ = try fixture.shop.wallet.deliverPending(over: transport)
        #expect(fixture.way.asked == asked + 2)
        fixture.way.breakDown(false)
        let all = try fixture.shop.wallet.deliverPending(over: transport, isForced: true)
        #expect(all.count { $0.acknowledgement != nil } == entries.count)
        #expect(try fixture.fridge.wallet.inbox().count == entries.count)
    }

    @Test func `pauses double up to their bound, and end with the message's time`() throws {
        let fixture = try MessageFixture()
        var entry = try fixture.post()
        let obstacle = Obstacle("unreachable", "x")
        var earlier: Int64 = 0
        let start = entry.route.queued
        for attempt in 1...20 {
            entry.fail(obstacle, at: start)
            let pause = entry.next.milliseconds - start.milliseconds
            #expect(pause >= earlier && entry.attempts == attempt)
            #expect(pause <= MessageTexts.pauseSeconds * 1_250)
            if attempt < 9 { #expect(pause >= MessageTexts.firstPauseSeconds << (attempt - 1)) }
            earlier = pause
        }
        entry.fail(Obstacle("busy", "x", retryAfterSeconds: 80_000), at: start)
        #expect(entry.next.milliseconds - start.milliseconds >= 80_000_000)
        entry.fail(obstacle, at: try #require(entry.route.expires.adding(milliseconds: -1)))
        #expect(entry.next == entry.route.expires && entry.status == .waiting)
        entry.fail(Obstacle("wrong-domain", "x", isFinal: true), at: start)
        #expect(entry.status == .refused)
    }

    @Test func `what was refused or has expired waits for a person`() throws {
        let fixture = try MessageFixture()
        let other = try PeerWallet("other", clock: fixture.clock)
        let recipient = Recipient(
            destination: .directory(fixture.fridge.parent), domain: try other.wallet.ownDomain(),
            key: nil)
        var letter = Letter()
        letter.note = "x"
        let transport = try fixture.transport()
        let entry = try fixture.shop.wallet.post(letter, to: recipient)
        let refused = try fixture.shop.wallet.deliver(entry, over: transport)
        #expect(refused.entry.status == .refused)
        #expect(refused.entry.obstacle?.code == "wrong-domain")
        letter.expires = "30s"
        let short = try fixture.post("y", expires: "5s")
        for _ in 0..<10 { _ = fixture.clock.now }
        let all = try fixture.shop.wallet.deliverPending(over: transport, isForced: true)
        #expect(all.allSatisfy { $0.acknowledgement == nil })
        #expect(try fixture.shop.wallet.outbox().map(\.status) == [.refused, .expired])
        #expect(try fixture.inboxFiles.isEmpty)
        try fixture.shop.wallet.giveUp(short)
        #expect(try fixture.shop.wallet.outbox().map(\.status) == [.refused])
        #expect(messageCode { try fixture.post("z", expires: "61d") } == "invalid-argument")
    }

    @Test func `what is no acknowledgement of this message delivers nothing`() throws {
        let fixture = try MessageFixture()
        let stranger = try PeerWallet("other", clock: fixture.clock)
        let other = try stranger.wallet.messageIdentity()
        let fridge = try fixture.fridge.wallet.messageIdentity()
        let entry = try fixture.post()
        let hash = entry.message.hash
        let unsigned = Acknowledgement(
            by: fridge.device, domain: fridge.domain, message: hash, received: .latest,
            certificate: fridge.certificate)
        let claimed = Acknowledgement(
            by: other.device, domain: fridge.domain, message: hash, received: .latest,
            certificate: other.certificate)
        let answers: [[UInt8]] = [
            Array("ok".utf8), Array("{}".utf8), entry.message.document, unsigned.document,
            try fridge.acknowledge(.zero).document, try other.acknowledge(hash).document,
            claimed.replacing(Endorsements(signatures: [try other.sign(claimed.hash)])).document,
        ]
        for answer in answers {
            fixture.way.state.withLock { $0.change = { _ in answer } }
            let delivery = try fixture.shop.wallet.deliver(entry, over: fixture.transport())
            #expect(delivery.acknowledgement == nil)
            #expect(delivery.entry.obstacle?.code == "false-acknowledgement")
            #expect(delivery.entry.status == .waiting)
        }
        fixture.way.state.withLock { $0.change = nil }
        let good = try fixture.shop.wallet.deliver(entry, over: fixture.transport())
        #expect(good.acknowledgement != nil)
        withExtendedLifetime(stranger) {}
    }

    @Test func `a pinned key judges the acknowledgement of a named domain`() throws {
        let fixture = try MessageFixture(domain: "fridge.example")
        let entry = try fixture.post()
        let wrong = try VerifierKey(
            name: KeyName("fridge.example"), kind: .ed25519,
            publicKey: [UInt8](repeating: 9, count: 32))
        var courier = try fixture.shop.wallet.courier(fixture.transport())
        let pinned = Peer(
            name: "f", url: try WebURL("https://f.example"), key: wrong, authorities: nil)
        courier = MessageCourier(
            outbox: courier.outbox, peers: [pinned], ssh: courier.ssh,
            transport: courier.transport, surroundings: courier.surroundings)
        #expect(try courier.deliver(entry).entry.obstacle?.code == "false-acknowledgement")
        #expect(
            try fixture.shop.wallet.deliver(entry, over: fixture.transport())
                .acknowledgement != nil)
    }

    // MARK: - Ways

    @Test func `ssh is given words that no shell can misread`() throws {
        let place = try SSHPlace("ssh://ann@fridge.example:2222/home/ann/kitchen")
        #expect(
            place.arguments(["inbox", "receive"]) == [
                "-p", "2222", "ann@fridge.example", "wallet", "-C", "/home/ann/kitchen", "inbox",
                "receive",
            ])
        #expect(try SSHPlace("ssh://fridge/~/kitchen").path == "~/kitchen")
        for text in ["ssh://fridge/~/kitchen", "ssh://ann@f:22/a", "ssh://f/a_b-c.d/e"] {
            #expect(try SSHPlace(text).description == text)
        }
        let refused = [
            "ssh://-oProxyCommand=reboot/x", "ssh://a@-x/x", "ssh://-a@x/x", "ssh://x", "ssh:///x",
            "ssh://x/a b", "ssh://x/$(reboot)", "ssh://x/a;b", "ssh://x/a'b", "ssh://x/a`b`",
            "ssh://x/a|b", "ssh://x/a&b", "ssh://x/a>b", "ssh://x/a\nb", "ssh://x:0/a",
            "ssh://x:99999/a", "ssh://x:+1/a", "ssh://a b/x", "ssh://a;b/x", "ssh://a@b@c/x",
            "ssh://x/a*b", "ssh://x/a~b", "ssh://x/ä",
            "ssh://x/" + String(repeating: "a", count: 1_100),
        ]
        for text in refused {
            #expect(messageCode { try SSHPlace(text) } == "invalid-destination", "\(text)")
        }
    }

    @Test func `a way is kept as text, and read again`() throws {
        let ways: [MessageDestination] = [
            .peer("shop"), .url(try WebURL("https://shop.example/api"), isStrange: false),
            .url(try WebURL("http://shop.example:81/"), isStrange: true),
            .url(try WebURL("unix:/run/till.sock"), isStrange: false),
            .directory("/home/ann/a b"), .ssh(try SSHPlace("ssh://fridge/home")),
        ]
        for way in ways { #expect(MessageDestination(stored: way.text) == way, "\(way.text)") }
        #expect(MessageDestination(stored: "ftp://x") == nil)
        #expect(MessageDestination(stored: "ssh://-x/y") == nil)
    }

    @Test func `a stranger's way for answers is on the public network, and nothing but HTTP`()
        throws
    {
        let fixture = try MessageFixture()
        let replies: [(String?, MessageDestination?)] = [
            ("https://shop.example", .url(try WebURL("https://shop.example"), isStrange: true)),
            ("unix:/run/x.sock", nil), ("file:/etc", nil), ("ssh://x/y", nil), ("/tmp/x", nil),
            ("wss://shop.example", nil), ("https://shop.example?x=1", nil), (nil, nil),
        ]
        for (reply, expected) in replies {
            let message = try fixture.message { $0.reply = reply }
            let found = try? Correspondence(peers: []).recipient(answering: message)
            #expect(found?.destination == expected, "\(reply ?? "none")")
        }
        let asked = Mutex<[(String?, Bool)]>([])
        let transport = try fixture.transport { authorities, isStrange in
            asked.withLock { $0.append((authorities, isStrange)) }
            throw NetworkError.insecure(host: "shop.example", reason: "self-signed certificate")
        }
        let message = try fixture.message { $0.reply = "https://shop.example" }
        let recipient = try Correspondence(peers: []).recipient(answering: message)
        var letter = Letter()
        letter.note = "x"
        let entry = try fixture.fridge.wallet.post(letter, to: recipient)
        let delivery = try fixture.fridge.wallet.deliver(entry, over: transport)
        #expect(delivery.acknowledgement == nil && delivery.entry.status == .waiting)
        #expect(asked.withLock { $0.map(\.1) } == [true])
    }

    @Test func `whom a word means is asked for the domain`() throws {
        let fixture = try MessageFixture()
        let wallet = fixture.shop.wallet
        let transport = try fixture.transport()
        let domain = try fixture.fridge.wallet.ownDomain()
        #expect(try wallet.recipient(MessageFixture.place, over: transport).domain == domain)
        let directory = try wallet.recipient(fixture.fridge.parent, over: transport)
        #expect(directory.domain == domain)
        #expect(directory.destination == .directory(fixture.fridge.parent))
        #expect(messageCode { try wallet.recipient("bob", over: transport) } == "unknown-name")
        fixture.way.breakDown()
        #expect(
            messageCode { try wallet.recipient(MessageFixture.place, over: transport) } == "ssh")
        #expect(try wallet.outbox().isEmpty)
    }

    @Test func `what cannot be sent is not kept`() throws {
        let fixture = try MessageFixture()
        let (wallet, transport) = (fixture.shop.wallet, try fixture.transport())
        let recipient = try wallet.recipient(MessageFixture.place, over: transport)
        func code(_ change: (inout Letter) throws -> Void) -> String? {
            messageCode {
                var letter = Letter()
                try change(&letter)
                return try wallet.post(letter, to: recipient)
            }
        }
        #expect(code { _ in } == "malformed-document")
        #expect(code { $0.documents = [Array("{}".utf8)] } == "malformed-document")
        #expect(code { $0.note = String(repeating: "x", count: 40_000) } == "malformed-document")
        #expect(code { $0.file = ("../x", "a/b", []) } == "malformed-document")
        let large = [UInt8](repeating: 1, count: MessageLimits.fileBytes + 1)
        #expect(code { $0.file = ("x", "a/b", large) } == "file-too-large")
        let path = fixture.shop.parent + "/large"
        _ = try FileSystem.create(path, with: large)
        #expect(code { try $0.attach(path) } == "file-too-large")
        #expect(try fixture.outboxFiles.isEmpty)
    }
}
