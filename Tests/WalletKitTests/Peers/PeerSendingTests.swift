// Having a peer clear: what is verified, what is kept, what happens when answers are lost.
import Bytes
import Documents
import Files
import Graphstore
import Network
import Service
import Testing

@testable import WalletKit

@Suite struct PeerSendingTests {
    private func taken(_ answer: PeerAnswer) throws -> (line: [UInt8], isNew: Bool) {
        guard case .taken(let line, let isNew) = answer else {
            throw Refusal(.malformedDocument, "\(answer)")
        }
        return (line, isNew)
    }

    @Test func `a payment clears there, and its receipt is kept`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        let session = try fixture.session()
        let promise = try fixture.promise()
        let answer = try taken(try session.deliver(promise))
        #expect(answer.isNew)
        #expect(try fixture.receipts == [answer.line])
        #expect(try session.unsent().isEmpty)
        let transaction = try TransactionDocument(Envelope(line: answer.line)).transaction
        #expect(try transaction.inputs == [Envelope(line: promise).hash])
        let head = try CounterHead(line: #require(try fixture.kept("counters.ndjson").first))
        #expect(head?.pointer.transaction == transaction.hash)
        #expect(head?.state.net.text == "2")
    }

    @Test func `sent again, a promise clears once and its receipt is kept once`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        let promise = try fixture.promise()
        let first = try taken(try fixture.session().deliver(promise))
        // Others have followed in the meantime.
        _ = try fixture.session().deliver(try fixture.promise())
        let again = try taken(try fixture.session().deliver(promise))
        #expect(first.line == again.line && !again.isNew)
        #expect(try fixture.receipts.count == 2)
        let head = try CounterHead(line: #require(try fixture.kept("counters.ndjson").first))
        #expect(head?.state.net.text == "1")
    }

    @Test func `an answer that is lost is had by sending again`() throws {
        for isCleared in [true, false] {
            let fixture = try PeerFixture()
            try fixture.give("3", to: fixture.customer.me)
            let promise = try fixture.promise(id: "order-7")
            fixture.sender.interpose { request, answer throws(NetworkError) in
                if isCleared { _ = try answer(request) }
                throw .disconnected(host: "shop.example")
            }
            let session = try fixture.session()
            let error = peerError { _ = try session.deliver(promise) }
            #expect(error == .unsent(peer: "shop", .network(.disconnected(host: "shop.example"))))
            #expect(error?.code == "disconnected")
            fixture.sender.interpose(nil)
            // Another process finds the promise.
            try fixture.customer.restart()
            #expect(try fixture.session().unsent() == [promise])
            #expect(try fixture.promise(id: "order-7") == promise)
            #expect(try taken(try fixture.session().deliver(promise)).isNew == !isCleared)
            #expect(try fixture.session().unsent().isEmpty)
            #expect(try fixture.receipts.count == 1)
        }
    }

    @Test func `a refusal is the other side's, and nothing stays behind`() throws {
        let fixture = try PeerFixture()
        let promise = try fixture.promise("5")
        guard case .refused(let error) = try fixture.session().deliver(promise) else {
            Issue.record("it was not refused")
            return
        }
        #expect(error.code == "lower-limit-reached" && error.status == 422)
        #expect(try fixture.session().unsent().isEmpty)
        #expect(try fixture.receipts.isEmpty)
    }

    @Test func `what nobody would clear is not sent`() throws {
        let fixture = try PeerFixture()
        let session = try fixture.session()
        let asked = fixture.sender.asked("POST")
        var promise = Promise(amount: "1", unit: try fixture.shop.me.text, target: "me")
        promise.domain = "elsewhere"
        promise.source = try fixture.customer.wallet.newAddress(
            name: "other", scheme: .eddsaEd25519
        ).name
        let foreign = try fixture.customer.wallet.pay(promise).iou.document
        let forged = String(decoding: try fixture.promise(), as: UTF8.self)
            .replacing("\"amount\":\"1\"", with: "\"amount\":\"9\"")
        for line in [foreign, Array(forged.utf8), Array("{}".utf8), []] {
            #expect(throws: Refusal.self) { try session.send(line) }
        }
        #expect(fixture.sender.asked("POST") == asked)
    }

    @Test func `a unit is defined there`() throws {
        let fixture = try PeerFixture()
        let unit = try fixture.customer.wallet.newUnit(
            (code: "WINE", name: nil, scale: nil, form: nil, terms: nil), issuer: nil)
        let answer = try taken(try fixture.session().send(unit.document))
        #expect(answer.line == unit.document && answer.isNew)
        #expect(try !taken(try fixture.session().send(unit.document)).isNew)
        #expect(try fixture.receipts.isEmpty)
        // The issuer brings it about there, and everybody pays by its code.
        let promise = Promise(amount: "2.5", unit: "WINE", target: try fixture.shop.me.text)
        let issued = try fixture.customer.wallet.promise(
            promise, isIssue: true, at: fixture.session())
        #expect(
            issued.unit.label == "WINE" && issued.iou.terms.domain == fixture.live.identity.domain)
        _ = try taken(try fixture.session().deliver(issued.iou.document))
    }

    @Test func `who asks to wait a little is waited for, others are not`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        let promise = try fixture.promise()
        let session = try fixture.session()
        func busy(_ status: Int, _ seconds: String?, times: Int) {
            fixture.sender.interpose {
                [sender = fixture.sender] request, answer throws(NetworkError) in
                guard request.method == "POST", sender.asked("POST") <= times else {
                    return try answer(request)
                }
                var response = HTTPResponse(
                    status: status, body: Array(#"{"error":{"code":"busy"}}"#.utf8))
                if let seconds { response.headers.add("Retry-After", seconds) }
                return response
            }
        }
        for (status, seconds) in [(503, nil), (503, "86400"), (500, nil), (429, "61")] {
            busy(status, seconds, times: .max)
            let error = peerError { _ = try session.deliver(promise) }
            #expect(error?.code == "busy", "\(status)")
            #expect(try session.unsent() == [promise])
        }
        busy(503, "1", times: fixture.sender.asked("POST") + 1)
        #expect(try taken(try session.deliver(promise)).isNew)
        #expect(try session.unsent().isEmpty)
    }

    // MARK: - Answers that are false

    /// What the customer says where the answer to a `POST` is changed.
    private func error(
        _ fixture: PeerFixture, _ promise: [UInt8],
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws -> PeerError? {
        let session = try fixture.session()
        fixture.sender.interpose { request, answer throws(NetworkError) in
            var response = try answer(request)
            if request.method == "POST" { response.body = change(response.body) }
            return response
        }
        defer { fixture.sender.interpose(nil) }
        return peerError { _ = try session.send(promise) }
    }

    private static func replacing(_ body: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        let text = String(decoding: body, as: UTF8.self)
        precondition(text.contains(old), "there is no '\(old)'")
        return Array(text.replacing(old, with: new).utf8)
    }

    @Test func `a transaction that was touched is no receipt`() throws {
        let fixture = try PeerFixture()
        let given = try fixture.give("3", to: fixture.customer.me)
        let promise = try fixture.promise()
        let changes: [@Sendable ([UInt8]) -> [UInt8]] = [
            { _ in [] },
            { _ in Array("{}".utf8) },
            { _ in promise },
            { Array($0.dropLast(2)) },
            { Self.replacing($0, "\"net\":\"2\"", "\"net\":\"3\"") },
            { Self.replacing($0, "\"types\":\"sha256:sha256\"", "\"types\":\"sha256\"") },
            { $0 + $0 },
        ]
        for (number, change) in changes.enumerated() {
            let error = try error(fixture, promise, change)
            #expect(error?.code == "peer-receipt", "\(number)")
        }
        #expect(try fixture.receipts.isEmpty)
        // Somebody else's transaction is one, but not ours: what the domain signs is kept.
        #expect(try error(fixture, promise) { _ in given }?.code == "peer-receipt")
        #expect(try fixture.receipts == [given])
        #expect(try fixture.kept("counters.ndjson").isEmpty)
    }

    /// Has the shop's own key sign something that its rules would never give.
    private func signed(
        _ fixture: PeerFixture, _ body: [UInt8],
        _ change: ([Transaction.Output]) -> [Transaction.Output]
    ) throws -> [UInt8] {
        let document = try TransactionDocument(Envelope(line: body.filter { $0 != 0x0a }))
        let transaction = Transaction(
            clock: document.transaction.clock, domain: document.transaction.domain,
            inputs: document.transaction.inputs, outputs: change(document.transaction.outputs))
        let wallet = try fixture.shop.again()
        let key = try wallet.deviceKey()
        let receipt = DocumentSignature(
            publicKey: key.publicKey, scheme: key.scheme, signer: try wallet.deviceAddress(),
            signature: try key.sign(transaction.hash))
        return transaction.document(
            instructions: document.instructions.map(\.bytes), receipt: receipt)
    }

    @Test func `a domain that reckons wrongly is caught, and its signature kept`() throws {
        let fixture = try PeerFixture()
        try fixture.give("7", to: fixture.customer.me)
        _ = try fixture.session().deliver(try fixture.promise())
        let me = try fixture.customer.me
        let promise = try fixture.promise()
        // What it would answer rightly.
        let session = try fixture.session()
        let right = try taken(try session.send(promise)).line
        try FileSystem.remove(
            fixture.customer.parent + "/.wallet/peers/" + fixture.live.identity.domain
                + "/counters.ndjson")
        func output(
            _ output: Transaction.Output, net: String? = nil, source: Transaction.Pointer?,
            max: Bound? = nil
        ) throws -> Transaction.Output {
            var state = output.state
            if let net { state.net = try Amount(Array(net.utf8), .signed) }
            if let max { state.max = max }
            return Transaction.Output(
                address: output.address, symbol: output.symbol, state: state, source: source)
        }
        let own = try #require(
            try TransactionDocument(Envelope(line: right)).transaction.outputs.first {
                $0.address == me
            })
        let wrongs: [Transaction.Output] = [
            try output(own, net: "4", source: own.source),
            try output(own, net: "6", source: own.source),
            try output(own, source: own.source, max: .finite(try Amount(Array("9".utf8)))),
            try output(own, source: nil),
            try output(
                own,
                source: own.source.map { .init(transaction: $0.transaction, index: $0.index ^ 1) }),
            try output(
                own, source: .init(transaction: try Envelope(line: promise).hash, index: 0)),
        ]
        for (number, wrong) in wrongs.enumerated() {
            let answer = try signed(fixture, right) { outputs in
                outputs.map { $0.address == me ? wrong : $0 }
            }
            let error = try error(fixture, promise) { _ in answer }
            #expect(error?.code == "peer-receipt", "\(number): \(String(describing: error))")
            // Whatever could be shown to others is kept.
            let isSigned = (try? PeerReceipt(answer, domain: fixture.live.identity.domain)) != nil
            #expect(try fixture.receipts.contains(answer) == isSigned, "\(number)")
        }
        #expect(try fixture.kept("counters.ndjson").isEmpty)
        #expect(try !taken(try fixture.session().send(promise)).isNew)
    }

    @Test func `a device that nobody certified signs nothing`() throws {
        let fixture = try PeerFixture(domain: "shop")
        try fixture.give("3", to: fixture.customer.me)
        let promise = try fixture.promise()
        let impostor = try PeerWallet("impostor", domain: "shop", clock: fixture.clock)
        let live = try LiveDomain(
            wallet: impostor.wallet, isReadOnly: false, version: "test"
        ) { _ in }
        defer { live.stop() }
        let other = LoopbackSender(Processor(domain: live, options: ServiceOptions()))
        let session = try fixture.session()
        // The impostor lets the customer's promise clear, by a line of credit that he makes up.
        let right = try taken(try session.send(promise)).line
        let key = try impostor.again().deviceKey()
        let document = try TransactionDocument(Envelope(line: right))
        let clock = document.transaction.clock
        let transaction = Transaction(
            clock: .init(
                device: Address(of: key.publicKey), sequence: 1, tick: clock.tick,
                time: clock.time),
            domain: "shop", inputs: document.transaction.inputs,
            outputs: document.transaction.outputs)
        let receipt = DocumentSignature(
            publicKey: key.publicKey, scheme: key.scheme, signer: Address(of: key.publicKey),
            signature: try key.sign(transaction.hash))
        let forged = transaction.document(
            instructions: document.instructions.map(\.bytes), receipt: receipt)
        #expect(try error(fixture, promise) { _ in forged }?.code == "peer-uncertified")
        // With the impostor's own identity it is another key.
        fixture.sender.interpose { request, answer throws(NetworkError) in
            if request.method == "POST" { return HTTPResponse(status: 201, body: forged) }
            return request.url.path == "/" ? try other.send(request) : try answer(request)
        }
        let error = peerError { _ = try fixture.session().send(promise) }
        #expect(error?.code == "peer-key-changed")
        fixture.sender.interpose(nil)
        #expect(try fixture.receipts == [right])
    }

    @Test func `a history that is told otherwise than before is a fork`() throws {
        let fixture = try PeerFixture()
        try fixture.give("7", to: fixture.customer.me)
        let (one, two) = (try fixture.promise("1"), try fixture.promise("2"))
        _ = try fixture.session().send(one)
        let forked = try taken(try fixture.session().send(two)).line
        let me = try fixture.customer.me
        // The second payment as if the first had never been.
        let source = try TransactionDocument(Envelope(line: try fixture.receipts[0]))
            .transaction.outputs.first { $0.address == me }?.source
        let answer = try signed(fixture, forked) { outputs in
            outputs.map { output in
                guard output.address == me else { return output }
                var state = output.state
                state.net =
                    state.net.adding(Amount(quanta: 1_000_000_000_000_000_000) ?? .zero) ?? .zero
                return Transaction.Output(
                    address: me, symbol: output.symbol, state: state, source: source)
            }
        }
        let error = try error(fixture, two) { _ in answer }
        #expect(error?.code == "peer-forked")
        #expect(try fixture.receipts.last == answer)
    }

    // MARK: - Units

    @Test func `a code that several units have is refused, a name of ours is certain`() throws {
        let fixture = try PeerFixture()
        let other = try PeerWallet("other", clock: fixture.clock)
        let namesake = try other.wallet.newUnit(
            (code: "BEER", name: nil, scale: 2, form: nil, terms: nil), issuer: nil)
        _ = try fixture.session().send(namesake.document)
        func unit(_ name: String, isIssuer: Bool = false) throws -> UnitView {
            try fixture.session().unit(
                named: name, book: fixture.customer.wallet.book, isIssuer: isIssuer)
        }
        let error = #expect(throws: WalletError.self) { try unit("BEER") }
        #expect(error?.code == "ambiguous-name")
        _ = try fixture.customer.wallet.addContact("pub", namesake.terms.symbol.text)
        #expect(try unit("pub").scale == 2)
        #expect(try unit(namesake.terms.symbol.text).label == "BEER")
        #expect(throws: WalletError.self) { try unit("beer") }
        // One's own unit of that name is the one to issue, and not the one to pay with.
        let own = try fixture.customer.wallet.newUnit(
            (code: "BEER", name: nil, scale: 3, form: nil, terms: nil), issuer: nil)
        #expect(try unit("BEER", isIssuer: true).symbol == own.terms.symbol)
        #expect(throws: WalletError.self) { try unit("BEER") }
    }

    @Test func `a definition that its issuer has not signed is refused`() throws {
        let fixture = try PeerFixture()
        let session = try fixture.session()
        let symbol = try #require(fixture.live.units(page: Page(skip: 0, limit: 1)).first?.symbol)
        fixture.sender.interpose { request, answer throws(NetworkError) in
            var response = try answer(request)
            response.body = Self.replacing(response.body, "\"scale\":0", "\"scale\":9")
            return response
        }
        let error = peerError {
            _ = try session.unit(symbol, book: fixture.customer.wallet.book)
        }
        #expect(error?.code == "peer-unit")
        // In a list it is left out.
        #expect(throws: WalletError.self) { try fixture.promise() }
    }
}
