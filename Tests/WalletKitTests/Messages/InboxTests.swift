// What is taken, once, and what is not.
import Bytes
import Cryptography
import Dispatch
import Documents
import Files
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite struct InboxTests {
    @Test func `a message is taken once, and always acknowledged alike`() throws {
        let fixture = try MessageFixture()
        let line = try fixture.message().document
        let first = try fixture.fridge.wallet.receive(message: line)
        #expect(first.isNew)
        for wallet in [fixture.fridge.wallet, try fixture.fridge.again()] {
            let again = try wallet.receive(message: line)
            #expect(!again.isNew && again.acknowledgement == first.acknowledgement)
        }
        #expect(try fixture.inboxFiles.count == 1)
        let entry = try #require(try fixture.fridge.wallet.inbox().first)
        #expect(entry.status == .new && entry.message.document == line)
        let acknowledgement = try Acknowledgement(Envelope(line: first.acknowledgement))
        try acknowledgement.checkSignatures()
        #expect(acknowledgement.message == entry.message.hash)
    }

    @Test func `a deleted message is not taken again`() throws {
        let fixture = try MessageFixture()
        let line = try fixture.message().document
        let first = try fixture.fridge.wallet.receive(message: line)
        try fixture.fridge.wallet.delete(try #require(try fixture.fridge.wallet.inbox().first))
        #expect(try fixture.fridge.wallet.inbox().isEmpty)
        let again = try fixture.fridge.wallet.receive(message: line)
        #expect(!again.isNew && again.acknowledgement == first.acknowledgement)
        #expect(try fixture.fridge.wallet.inbox().isEmpty)
    }

    @Test func `a deletion that was cut short ends as a deletion`() throws {
        let fixture = try MessageFixture()
        let line = try fixture.message().document
        let taken = try fixture.fridge.wallet.receive(message: line)
        let store = try fixture.fridge.wallet.inboxStore()
        // The acknowledgement was set aside, and then the power went.
        let gone = store.directory + "/\(taken.message.hash).gone"
        try FileSystem.replace(gone, with: taken.acknowledgement + [0x0a])
        #expect(try store.entries().isEmpty)
        #expect(try !fixture.fridge.wallet.receive(message: line).isNew)
        #expect(try store.delete(taken.message.hash))
        #expect(try fixture.inboxFiles == ["\(taken.message.hash).gone"])
    }

    @Test func `what was deleted long ago is forgotten`() throws {
        let fixture = try MessageFixture()
        let taken = try fixture.fridge.wallet.receive(message: fixture.message().document)
        let store = try fixture.fridge.wallet.inboxStore()
        #expect(try store.delete(taken.message.hash))
        try store.prune(before: .earliest)
        #expect(try fixture.inboxFiles.count == 1)
        try store.prune(before: .latest)
        #expect(try fixture.inboxFiles.isEmpty)
    }

    @Test func `what is wrong with a message refuses it, and nothing is stored`() throws {
        let fixture = try MessageFixture()
        let wallet = fixture.fridge.wallet
        let good = try fixture.message()
        func code(_ line: [UInt8]) -> String? { messageCode { try wallet.receive(message: line) } }
        func changed(_ old: String, _ new: String) -> [UInt8] {
            let text = String(decoding: good.document, as: UTF8.self)
            #expect(text.contains(old))
            return Array(text.replacing(old, with: new).utf8)
        }
        let now = fixture.clock.now.milliseconds
        func sent(_ days: Double) throws -> [UInt8] {
            try fixture.message {
                $0.sent = Timestamp(milliseconds: now + Int64(days * 86_400_000)) ?? .latest
            }.document
        }
        let stranger = try PeerWallet("other", clock: fixture.clock)
        let other = try stranger.wallet.messageIdentity()
        let iou = IOU(
            IOU.Terms(
                domain: try wallet.ownDomain(), source: try fixture.shop.me,
                target: try fixture.fridge.me, amount: Amount(quanta: 1) ?? .zero,
                symbol: try fixture.shop.me, random: "r", expiry: .latest))
        let negative = String(decoding: iou.document, as: UTF8.self)
            .replacing("\"0.000000000000000001\"", with: "\"-5\"")
        let data = try #require(negative.split(separator: ",\"hash\"").first?.dropFirst(8))
        let theft = Envelope.write(
            data: Array(data.utf8), hash: Hash.sha256d(Array(data.utf8))
        ) { _ in }
        let cases: [(String, [UInt8], String)] = [
            ("nothing", [], "malformed-document"),
            ("no JSON", Array("milk".utf8), "malformed-document"),
            ("another document", iou.document, "malformed-document"),
            (
                "too long", [UInt8](repeating: 0x20, count: Limits.lineBytes + 1),
                "malformed-document"
            ),
            ("a changed text", changed("\"text\":\"x\"", "\"text\":\"y\""), "hash-mismatch"),
            ("a changed receiver", changed("\"to\":\"w", "\"to\":\"v"), "hash-mismatch"),
            ("another domain", try fixture.message { $0.to = "shop" }.document, "wrong-domain"),
            ("no signature", good.replacing(.init()).document, "signature-missing"),
            (
                "somebody else's signature",
                good.replacing(Endorsements(signatures: [try other.sign(good.hash)])).document,
                "signature-missing"
            ),
            (
                "somebody else's certificate",
                try fixture.shop.wallet.messageIdentity().sign(
                    Message(good.terms, documents: good.documents, certificate: other.certificate)
                ).document, "signature-invalid"
            ),
            (
                "a domain that is not the sender's",
                try fixture.message { $0.domain = other.domain }.document, "signature-invalid"
            ),
            ("sent long ago", try sent(-91), "expired"),
            ("sent tomorrow", try sent(1.5), "not-yet-active"),
            ("a negative amount", try fixture.message([theft]).document, "malformed-document"),
        ]
        for (what, line, expected) in cases { #expect(code(line) == expected, "\(what)") }
        #expect(try fixture.inboxFiles.isEmpty)
        withExtendedLifetime(stranger) {}
        #expect(code(good.document) == nil)
        #expect(code(try sent(-80)) == nil)
    }

    @Test func `who sends is known as far as is shown`() throws {
        let fixture = try MessageFixture(domain: "fridge.example")
        let (shop, fridge) = (fixture.shop.wallet, fixture.fridge.wallet)
        let message = try fixture.message()
        let key = try VerifierKey(
            name: KeyName(try shop.ownDomain()), kind: .ed25519, publicKey: domainKey(shop))
        let peer = Peer(
            name: "market", url: try .init("https://shop.example"), key: key, authorities: nil)
        func standing(
            _ message: Message, _ peers: [Peer], _ contacts: [Address: String] = [:]
        ) throws -> Acquaintance {
            try Acquaintances(peers: peers, contacts: contacts).standing(of: message)
        }
        #expect(try standing(message, [peer]) == .peer("market"))
        #expect(try standing(message, []) == .certified)
        let bare = Message(message.terms, documents: message.documents, certificate: nil)
        #expect(try standing(bare, [peer]) == .stranger)
        #expect(try standing(bare, [], [message.terms.from: "ann"]) == .contact("ann"))
        // A name that is no address proves nothing by itself, and another key does not make a peer.
        let named = try fridge.messageIdentity()
        let letter = try named.sign(
            Message(
                try named.terms(to: "x"), documents: message.documents,
                certificate: named.certificate))
        #expect(try standing(letter, []) == .stranger)
        let false1 = try VerifierKey(
            name: KeyName("fridge.example"), kind: .ed25519, publicKey: domainKey(shop))
        let impostor = Peer(name: "fridge", url: peer.url, key: false1, authorities: nil)
        #expect(try standing(letter, [impostor]) == .stranger)
    }

    private func domainKey(_ wallet: Wallet) throws -> [UInt8] {
        guard case .device(let device, _) = try wallet.reader().document(at: 0) else { return [] }
        return try #require(device.endorsements.signatures.first?.publicKey)
    }

    @Test func `only some senders are admitted, if so configured`() throws {
        let fixture = try MessageFixture()
        let line = try fixture.message().document
        let wallet = fixture.fridge.wallet
        for admission in [InboxAdmission.peers, .none] {
            #expect(messageCode { try wallet.receiver(admission).take(line) } == "not-admitted")
        }
        #expect(try fixture.inboxFiles.isEmpty)
        let from = try fixture.shop.wallet.messageIdentity().device
        _ = try wallet.addContact("shop", from.text)
        #expect(
            messageCode { try wallet.receiver(InboxAdmission.none).take(line) } == "not-admitted")
        #expect(try wallet.receiver(.peers).take(line).isNew)
    }

    @Test func `strangers fill half of the inbox, those who are known all of it`() throws {
        let fixture = try MessageFixture()
        let wallet = fixture.fridge.wallet
        func receiver(
            _ contacts: [Address: String], messages: Int = 4, bytes: Int = 1_000_000
        ) throws -> MessageReceiver {
            MessageReceiver(
                try wallet.inboxStore(), try wallet.messageIdentity(),
                Acquaintances(peers: [], contacts: contacts), admission: .open,
                limits: (messages, bytes)
            ) { false }
        }
        let strange = try receiver([:])
        let lines = try (0..<6).map { _ in
            let message = try fixture.message()
            let bare = Message(message.terms, documents: message.documents, certificate: nil)
            return try fixture.shop.wallet.messageIdentity().sign(bare).document
        }
        #expect(try strange.take(lines[0]).isNew && strange.take(lines[1]).isNew)
        #expect(messageCode { try strange.take(lines[2]) } == "inbox-full")
        // What is there is acknowledged also when there is no room.
        #expect(try !strange.take(lines[0]).isNew)
        let from = try fixture.shop.wallet.messageIdentity().device
        let known = try receiver([from: "shop"])
        #expect(try known.take(lines[2]).isNew && known.take(lines[3]).isNew)
        #expect(messageCode { try known.take(lines[4]) } == "inbox-full")
        let small = try receiver([from: "shop"], messages: 100, bytes: 4 * lines[0].count)
        #expect(messageCode { try small.take(lines[4]) } == "inbox-full")
        try wallet.delete(try #require(try wallet.inbox().first))
        #expect(try receiver([from: "shop"]).take(lines[4]).isNew)
    }

    @Test func `many at once, each several times: each is taken once`() throws {
        let fixture = try MessageFixture()
        let live = try LiveDomain(
            wallet: fixture.fridge.again(), isReadOnly: false, version: "test"
        ) { _ in }
        defer { live.stop() }
        let lines = try (0..<40).map { _ in try fixture.message().document }
        let outcomes = Mutex<[Int: [(isNew: Bool, line: [UInt8])]]>([:])
        DispatchQueue.concurrentPerform(iterations: lines.count * 5) { number in
            let index = number % lines.count
            guard case .taken(let line, let isNew) = try? live.receive(message: lines[index]) else {
                return
            }
            outcomes.withLock { $0[index, default: []].append((isNew, line)) }
        }
        let all = outcomes.withLock { $0 }
        #expect(all.count == lines.count)
        for (index, answers) in all {
            #expect(answers.count == 5 && answers.count { $0.isNew } == 1, "\(index)")
            #expect(Set(answers.map(\.line)).count == 1)
        }
        #expect(try fixture.fridge.wallet.inbox().count == lines.count)
    }

    @Test func `a served wallet says why it takes nothing`() throws {
        let fixture = try MessageFixture()
        let live = try LiveDomain(
            wallet: fixture.fridge.again(), isReadOnly: false, version: "test"
        ) { _ in }
        defer { live.stop() }
        guard case .refused(let refusal) = try live.receive(message: Array("{}".utf8)) else {
            Issue.record("this is no message")
            return
        }
        #expect(refusal.code == .malformedDocument)
        let reader = try LiveDomain(
            wallet: fixture.fridge.again(), isReadOnly: true, version: "test"
        ) { _ in }
        #expect(throws: ServiceFailure.self) { try reader.receive(message: Array("{}".utf8)) }
    }
}
