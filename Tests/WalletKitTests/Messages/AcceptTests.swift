// What is done with the documents of a message, and done once.
import Bytes
import Cryptography
import Documents
import Files
import Programs
import Service
import Synchronization
import Testing

@testable import WalletKit

@Suite struct AcceptTests {
    /// An IOU of the shop's EUR, for the fridge's domain or the shop's own.
    private func iou(_ fixture: MessageFixture, _ amount: String, at wallet: Wallet) throws -> IOU {
        var promise = Promise(amount: amount, unit: "EUR", target: try fixture.fridge.me.text)
        promise.domain = try wallet.ownDomain()
        return try fixture.shop.wallet.issue(promise).iou
    }

    private func accept(
        _ fixture: MessageFixture, _ message: Message, _ acceptance: Acceptance = .init()
    ) throws -> [MessageOutcome] {
        _ = try fixture.fridge.wallet.receive(message: message.document)
        let entry = try fixture.fridge.wallet.inboxEntry(message.hash.hexadecimal)
        return try fixture.fridge.wallet.accept(entry, acceptance, over: fixture.transport())
    }

    @Test func `a promise of our domain clears once, however often it comes`() throws {
        let fixture = try MessageFixture()
        let iou = try iou(fixture, "5", at: fixture.fridge.wallet)
        let message = try fixture.message([iou.document])
        let first = try accept(fixture, message)
        #expect(first.map(\.outcome) == ["cleared", "read"])
        #expect(first.allSatisfy { $0.refusal == nil })
        // Accepted again, and carried by another message, and after it was deleted and sent again.
        #expect(try accept(fixture, message).first?.document == first.first?.document)
        #expect(
            try accept(fixture, fixture.message([iou.document])).first?.document
                == first.first?.document)
        for entry in try fixture.fridge.wallet.inbox() { try fixture.fridge.wallet.delete(entry) }
        #expect(try !fixture.fridge.wallet.receive(message: message.document).isNew)
        #expect(try fixture.fridge.wallet.inbox().isEmpty)
        let rows = try fixture.fridge.wallet.reader().graph.counter(
            CounterKey(try fixture.fridge.me, iou.terms.symbol))
        #expect(rows.state.net.text == "5")
    }

    @Test func `what the rules refuse is refused, and can be accepted later`() throws {
        let fixture = try MessageFixture()
        let good = try iou(fixture, "5", at: fixture.fridge.wallet)
        let unsigned = try iou(fixture, "7", at: fixture.fridge.wallet).replacing(.init())
        let message = try fixture.message([good.document, unsigned.document])
        let outcomes = try accept(fixture, message)
        #expect(outcomes.map(\.outcome) == ["cleared", "signature-missing", "read"])
        let entry = try fixture.fridge.wallet.inboxEntry(message.hash.hexadecimal)
        #expect(entry.status == .read && entry.outcomes.count == 3)
    }

    @Test func `a promise for another domain is left`() throws {
        let fixture = try MessageFixture()
        let iou = try iou(fixture, "5", at: fixture.shop.wallet)
        #expect(try accept(fixture, fixture.message([iou.document])).first?.outcome == "left")
        let graph = try fixture.fridge.wallet.reader().graph
        #expect(try graph.counter(CounterKey(fixture.fridge.me, iou.terms.symbol)).head == nil)
    }

    @Test func `a file is saved where nothing is, under a name that we choose`() throws {
        let fixture = try MessageFixture()
        let note = Note(
            .file(Note.File(name: "passwd", type: "text/plain", content: [1, 2, 3])),
            random: "r", written: fixture.clock.now)
        let message = try fixture.message([note.document])
        var acceptance = Acceptance()
        acceptance.savePath = fixture.fridge.parent + "/saved"
        #expect(try accept(fixture, message, acceptance).map(\.outcome) == ["saved", "read"])
        #expect(try FileSystem.read(fixture.fridge.parent + "/saved", limit: 10) == [1, 2, 3])
        #expect(messageCode { try accept(fixture, message, acceptance) } == "file-exists")
        let plain = try fixture.message()
        #expect(messageCode { try accept(fixture, plain, acceptance) } == "not-one-file")
        #expect(try FileSystem.status(fixture.fridge.parent + "/passwd") == nil)
    }

    @Test func `a unit's issuer can be named`() throws {
        let fixture = try MessageFixture()
        let symbol = try fixture.shop.wallet.resolver().symbol("EUR")
        let draft = UnitDefinition(
            UnitDefinition.Terms(
                symbol: symbol, code: "EUR", name: "", scale: 0, form: .currency, terms: ""))
        let line = try fixture.shop.wallet.sign(line: draft.document, preimage: nil)
        var acceptance = Acceptance()
        acceptance.unitName = "market"
        let message = try fixture.message([line])
        #expect(try accept(fixture, message, acceptance).first?.outcome == "named")
        #expect(fixture.fridge.wallet.book["market"] == symbol)
        let unsigned = try fixture.message([draft.document])
        #expect(try accept(fixture, unsigned).first?.outcome == "signature-missing")
    }

    @Test func `a peer's receipt is verified and kept, any other is refused`() throws {
        let fixture = try PeerFixture()
        let me = try fixture.customer.me
        _ = try fixture.session()
        let receipt = try fixture.give("3", to: me)
        let sender = fixture.sender
        let transport = MessageTransport(
            http: { _, _ in sender }, directory: { _ in throw WalletError.noBlocks },
            program: { _, _, _ in throw WalletError.noBlocks })
        let wallet = fixture.customer.wallet
        func outcome(_ line: [UInt8]) throws -> MessageOutcome? {
            var letter = Letter()
            letter.documents = [line]
            let recipient = Recipient(
                destination: .peer("x"), domain: try wallet.ownDomain(), key: nil)
            let message = try fixture.shop.wallet.post(letter, to: recipient).message
            _ = try wallet.receive(message: message.document)
            let entry = try wallet.inboxEntry(message.hash.hexadecimal)
            return try wallet.accept(entry, .init(), over: transport).first
        }
        #expect(try outcome(receipt)?.outcome == "kept")
        #expect(try fixture.receipts == [receipt])
        #expect(try outcome(receipt)?.outcome == "kept")
        #expect(try fixture.receipts == [receipt])
        // The same transaction without a receipt shows nothing.
        let document = try TransactionDocument(Envelope(line: receipt))
        let bare = document.transaction.document(
            instructions: document.instructions.map(\.bytes), receipt: nil)
        #expect(try outcome(bare)?.refusal != nil)
        // Our own domain's are in our own log, or are none of ours.
        let stranger = try PeerFixture(domain: "other.example")
        #expect(try outcome(stranger.give("1", to: me))?.outcome == "not-trusted")
    }

    // MARK: - Hooks

    @Test func `what a hook answers is sent to whom it answers, once for the same answer`() throws {
        let fixture = try MessageFixture()
        var promise = Promise(amount: "2", unit: "EUR", target: try fixture.fridge.me.text)
        promise.domain = try fixture.shop.wallet.ownDomain()
        let iou = try fixture.shop.wallet.issue(promise).iou.document
        let hook = PlayedHook { _ in iou + [0x0a] }
        let wallet = try fixture.fridge.opened(hook)
        let message = try fixture.message { $0.reply = "https://shop.example" }
        _ = try wallet.receive(message: message.document)
        let report = try wallet.announceReceived()
        #expect(report.complaints == [])
        let answer = try #require(report.answers.first)
        #expect(answer.message.terms.answers == message.hash)
        #expect(answer.message.terms.to == message.terms.domain)
        #expect(answer.message.documents.map { Array($0.bytes) } == [iou])
        #expect(try wallet.announceReceived().answers.isEmpty)
        #expect(hook.runs.withLock { $0.count } == 1)
        // A crash has forgotten that the hook was told: the same answer is the same message.
        let marker = fixture.fridge.parent + "/.wallet/inbox/\(message.hash).hook"
        _ = try FileSystem.create(marker, with: [])
        let again = try wallet.announceReceived()
        #expect(again.answers.map(\.message.hash) == [answer.message.hash])
        #expect(try wallet.outbox().count == 1)
    }

    @Test func `no word of a message becomes a word of a command`() throws {
        let fixture = try MessageFixture()
        let evil = "$(touch /tmp/x); `reboot` | sh && '\"\n-rf --help"
        let hook = PlayedHook { _ in [] }
        let wallet = try fixture.fridge.opened(hook)
        let note = Note(.text(evil), random: evil, written: fixture.clock.now)
        let file = Note(
            .file(Note.File(name: "$(reboot)", type: "text/plain", content: Array(evil.utf8))),
            random: "r", written: fixture.clock.now)
        let message = try fixture.message([note.document, file.document]) {
            $0.subject = evil
            $0.random = evil
            $0.reply = evil
        }
        _ = try wallet.receive(message: message.document)
        _ = try wallet.announceReceived()
        let run = try #require(hook.runs.withLock { $0.first })
        #expect(run.path == fixture.fridge.parent + "/.wallet/hooks/post-receive")
        #expect(run.arguments.isEmpty)
        for value in run.environment.values { #expect(!value.contains("reboot")) }
        let input = try JSONText(run.input).root
        #expect(input["details"]?["subject"]?.string == evil)
        #expect(input["documents"]?.elements?.first?["data"]?["text"]?.string == evil)
        for name in try fixture.inboxFiles {
            #expect(Digest256(hexadecimal: String(name.prefix(64))) != nil)
        }
    }

    @Test func `what a hook answers and nobody has signed is not sent`() throws {
        let fixture = try MessageFixture()
        var promise = Promise(amount: "2", unit: "EUR", target: try fixture.fridge.me.text)
        promise.domain = try fixture.shop.wallet.ownDomain()
        let unsigned = try fixture.shop.wallet.issue(promise).iou.replacing(.init()).document
        for output in [unsigned, Array("milk".utf8), Array("{}".utf8)] {
            let wallet = try fixture.fridge.opened(PlayedHook { _ in output + [0x0a] })
            let message = try fixture.message { $0.reply = "https://shop.example" }
            _ = try wallet.receive(message: message.document)
            let report = try wallet.announceReceived()
            #expect(report.answers.isEmpty && report.complaints.count == 1)
        }
        #expect(try fixture.fridge.wallet.outbox().isEmpty)
    }

    @Test func `two hooks that answer each other come to an end`() throws {
        let fixture = try MessageFixture()
        let clock = fixture.clock
        let hook = PlayedHook { _ in
            Note(.text("and you?"), random: "\(clock.now)", written: clock.now).document + [0x0a]
        }
        let wallet = try fixture.fridge.opened(hook)
        var last: Digest256?
        var answers = 0
        for _ in 0..<20 {
            let message = try fixture.message {
                $0.reply = "https://shop.example"
                $0.answers = last
            }
            _ = try wallet.receive(message: message.document)
            let report = try wallet.announceReceived()
            guard let answer = report.answers.first else {
                #expect(report.complaints.first?.contains("refused-by-policy") ?? false)
                break
            }
            answers += 1
            last = answer.message.hash
        }
        #expect((2..<10).contains(answers))
    }
}
