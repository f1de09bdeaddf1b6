// A relay, a wallet's link and a payer on one machine.
import Bytes
import Cryptography
import Dispatch
import Documents
import Glibc
import Network
import Synchronization
import Testing

@testable import DirectPayment

/// A relay on a port of the system's choice, a wallet that dials out, and a payer.
private final class Street: Sendable {
    let loop: EventLoop
    let server: ProxyServer
    let url: String
    let desk = StubDesk()
    let link: WalletLink
    let events = Mutex<[String]>([])
    /// How far the relay's clock is ahead.
    let ahead: Ahead

    final class Ahead: Sendable {
        let milliseconds = Atomic<Int64>(0)
    }

    init(
        options change: (inout ProxyOptions) -> Void = { _ in },
        link changeLink: (inout LinkOptions) -> Void = { _ in }
    ) throws {
        loop = try EventLoop()
        let ahead = Ahead()
        self.ahead = ahead
        var options = ProxyOptions(publicURL: "")
        change(&options)
        server = try ProxyServer(
            ProxyServing(options: options, addresses: [try ListenAddress("127.0.0.1:0")]),
            ProxyService.Surroundings(
                now: { Street.now.milliseconds + ahead.milliseconds.load(ordering: .relaxed) },
                random: SystemRandom(), onFailure: { _ in }))
        url = try #require(try server.start().first)
        var linkOptions = LinkOptions()
        linkOptions.firstPauseMilliseconds = 20
        linkOptions.longestPauseMilliseconds = 100
        linkOptions.healthMilliseconds = 20
        changeLink(&linkOptions)
        let sink = Sink()
        link = WalletLink(
            proxy: try WebURL(url),
            client: WebSocketClient(loop: loop, allowsPrivateAddresses: true), desk: desk,
            options: linkOptions,
            LinkSurroundings(now: { Street.now }, random: SystemRandom()) { sink.tell($0) })
        sink.street.withLock { $0 = self }
    }

    /// What a link tells may come before the street is built.
    private final class Sink: Sendable {
        let street = Mutex<Street?>(nil)

        func tell(_ event: LinkEvent) {
            let text: String =
                switch event {
                case .joined(let invoice): "joined \(invoice)"
                case .lost(let invoice, let reason, _): "lost \(invoice): \(reason)"
                case .closed(let invoice): "closed \(invoice)"
                case .answered(let invoice, let type): "answered \(invoice): \(type)"
                case .failed(let invoice, _): "failed \(invoice)"
                }
            street.withLock { $0 }?.events.withLock { $0.append(text) }
        }
    }

    static var now: Timestamp { Timestamp(milliseconds: 1_795_226_523_000) ?? .earliest }

    var payer: PayerClient {
        var limits = PayerLimits()
        limits.answerMilliseconds = 3_000
        return PayerClient(
            PayerClient.Reach(loop: loop), random: SystemRandom(), now: { Street.now },
            limits: limits)
    }

    func terms(_ invoice: String) throws -> WebURL {
        try WebURL(url + "/api/v1/payment/" + invoice)
    }

    func socket(_ invoice: String) throws -> WebURL {
        try WebURL("ws" + url.dropFirst(4) + "/ws/" + invoice)
    }

    func waits(_ what: String, _ holds: () throws -> Bool) rethrows {
        for _ in 0..<1_000 {
            if try holds() { return }
            usleep(5_000)
        }
        Issue.record("\(what): \(events.withLock { $0 })")
    }

    func open(_ invoices: String...) {
        for invoice in invoices { link.open(invoice, secret: "secret of " + invoice) }
        waits("all are joined") { invoices.allSatisfy { link.invoices[$0] == true } }
    }

    func stop() {
        link.stop()
        server.requestStop()
        server.wait()
        loop.stop()
    }
}

@Suite(.serialized) struct WalletLinkTests {
    private let payment = Payment(
        means: .promises([Array(#"{"data":{"amount":"1"}}"#.utf8)]), reference: "invoice1")

    @Test func `a payment goes from the payer through the relay to the wallet and back`() throws {
        let street = try Street()
        defer { street.stop() }
        street.desk.state.withLock { $0.key = try? ProxyChannelStub.key() }
        street.open("invoice1", "invoice2")
        for url in [try street.terms("invoice1"), try street.socket("invoice1")] {
            let offer = try street.payer.terms(at: url)
            #expect(offer.terms.party.reference == "invoice1" && offer.dialect == .classic)
            #expect(
                try offer.signature == .signed(ProxyChannelStub.key().publicKey.compressed))
            #expect(offer.paymentURL == (try street.terms("invoice1")))
            for _ in 0..<2 {
                guard case .acknowledged(let ack) = try street.payer.pay(payment, offer) else {
                    Issue.record("not acknowledged")
                    return
                }
                #expect(ack.reference == "invoice1" && ack.channel == ProxyChannelStub.channel)
            }
        }
        #expect(street.desk.state.withLock { $0.payments } == [payment])
    }

    @Test func `a payer at a socket pays there`() throws {
        let street = try Street(options: { $0.mode = .socket })
        defer { street.stop() }
        street.open("invoice1")
        let found = try street.payer.terms(at: street.socket("invoice1"))
        let offer = PaymentOffer(
            terms: found.terms, dialect: found.dialect, signature: .unsigned,
            source: found.source, paymentURL: found.source, bytes: [])
        guard case .acknowledged(let ack) = try street.payer.pay(payment, offer) else {
            Issue.record("not acknowledged")
            return
        }
        #expect(ack.transactions == ["2341"])
        street.desk.state.withLock { $0.refusal = PaymentRefusal(.alreadyPaid, "paid") }
        #expect(throws: PayerError.self) { try street.payer.pay(payment, offer) }
        // There are no routes for payments then.
        #expect(throws: PayerError.self) { try street.payer.terms(at: street.terms("invoice1")) }
        #expect(throws: (any Error).self) { try street.payer.terms(at: street.socket("nothing")) }
    }

    @Test func `refusals reach the payer`() throws {
        let street = try Street()
        defer { street.stop() }
        street.open("invoice1")
        let offer = try street.payer.terms(at: street.terms("invoice1"))
        for (reason, status) in [
            (PaymentRefusal.Reason.alreadyPaid, 422), (.invalid, 422), (.expired, 422),
            (.unknownInvoice, 404), (.unavailable, 503),
        ] {
            street.desk.state.withLock { $0.refusal = PaymentRefusal(reason, "because") }
            do {
                _ = try street.payer.pay(payment, offer)
                Issue.record("it was taken")
            } catch let PayerError.refused(found, _, _, message) {
                #expect(found == status && message.hasSuffix("because"))
            }
        }
    }

    @Test func `a link comes back when its channel expires, and stays away when it is told`()
        throws
    {
        let street = try Street()
        defer { street.stop() }
        func count(_ event: String) -> Int {
            street.events.withLock { $0.filter { $0.hasPrefix(event) }.count }
        }
        street.open("invoice1", "invoice2")
        street.link.close("invoice2")
        #expect(count("closed invoice2") == 1)
        street.ahead.milliseconds.store(7_200_000, ordering: .relaxed)
        street.waits("it is lost and found") { count("joined invoice1") == 2 }
        #expect(count("lost invoice1") >= 1 && count("joined invoice2") == 1)
        #expect(street.link.invoices.keys.sorted() == ["invoice1"])
    }

    @Test func `another wallet's channel is refused, and tried again quietly`() throws {
        let street = try Street()
        defer { street.stop() }
        let thief = WalletLink(
            proxy: try WebURL(street.url),
            client: WebSocketClient(loop: street.loop, allowsPrivateAddresses: true),
            desk: StubDesk(), LinkSurroundings(now: { Street.now }, random: SystemRandom()) { _ in }
        )
        street.open("invoice1")
        thief.open("invoice1", secret: "guess")
        usleep(200_000)
        #expect(thief.invoices == ["invoice1": false])
        thief.stop()
    }

    @Test func `signs of life are sent`() throws {
        let street = try Street()
        defer { street.stop() }
        street.link.beginHealth()
        street.waits("the health channel is joined") { street.link.invoices["health"] == true }
        usleep(100_000)
        #expect(street.link.invoices["health"] == true)
    }

    @Test func `what is asked while the link stops is answered or left to another time`() throws {
        let street = try Street()
        street.open("invoice1")
        let offer = try street.payer.terms(at: street.terms("invoice1"))
        street.link.stop()
        street.link.open("invoice2", secret: "s")
        #expect(street.link.invoices.isEmpty)
        street.waits("the relay has noticed") {
            guard case .stored? = try? street.payer.pay(payment, offer) else { return false }
            return true
        }
        // The terms are still there.
        #expect(try street.payer.terms(at: street.terms("invoice1")).terms == offer.terms)
        street.stop()
    }
}

/// A relay like the originals': it says nothing of sizes, and ends whoever sends too much.
private final class OldProxy: HTTPHandler {
    let inbox = Mutex<[String]>([])
    private let sockets = Mutex<[any WebSocketChannel]>([])

    struct Sink: WebSocketSink {
        let proxy: OldProxy
        func received(_ message: WebSocketMessage) {
            if case .text(let text) = message { proxy.inbox.withLock { $0.append(text) } }
        }
        func drained() {}
        func closed(code: Int) {}
    }

    func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        .upgrade { [self] socket in
            sockets.withLock { $0.append(socket) }
            socket.send(.text(Captured.joined + "\n"))
            return Sink(proxy: self)
        }
    }

    func response(to fault: HTTPFault) -> HTTPResponse { HTTPResponse(status: fault.status) }

    func ask(_ type: String) {
        let message = SocketMessage(
            type: type, channel: "invoice1", correlation: String(repeating: "ab", count: 32))
        let text = String(decoding: message.bytes, as: UTF8.self)
        for socket in sockets.withLock({ $0 }) { socket.send(.text(text)) }
    }

    func closeAll() {
        for socket in sockets.withLock({ $0 }) { socket.close(code: 1001, reason: "") }
        sockets.withLock { $0 = [] }
    }
}

@Suite(.serialized) struct OldProxyTests {
    private func wait(_ holds: () -> Bool) -> Bool {
        for _ in 0..<1_000 {
            if holds() { return true }
            usleep(5_000)
        }
        return false
    }

    @Test func `an old relay is sent less than 10,000 bytes, and no answers that it does not know`()
        throws
    {
        let (loop, old, desk) = (try EventLoop(), OldProxy(), StubDesk())
        let server = HTTPServer(
            loop: loop, addresses: [try ListenAddress("127.0.0.1:0")], clock: { 0 }, handler: old)
        let address = try #require(try server.start().first)
        let failures = Mutex(0)
        var options = LinkOptions()
        options.firstPauseMilliseconds = 10
        let link = WalletLink(
            proxy: try WebURL("ws://\(address)/ws"),
            client: WebSocketClient(loop: loop, allowsPrivateAddresses: true), desk: desk,
            options: options,
            LinkSurroundings(now: { Street.now }, random: SystemRandom()) { event in
                if case .failed = event { failures.withLock { $0 += 1 } }
            })
        let key = try ProxyChannelStub.key()
        desk.state.withLock { $0.key = key }
        link.open("invoice1", secret: "s")
        #expect(wait { link.invoices["invoice1"] == true })
        func last() -> String { old.inbox.withLock { $0.last ?? "" } }
        old.ask("paymentrequest.create")
        #expect(wait { last().contains("signedTerms") })
        #expect(last().utf8.count < 10_000 && last().hasSuffix("}\n"))
        #expect(last().contains(#""headers":{"X-Origin-Id":[""#))
        // Too long with its signature: the terms matter more.
        desk.state.withLock { $0.memo = String(repeating: "m", count: 4_800) }
        let count = old.inbox.withLock { $0.count }
        old.ask("paymentrequest.create")
        #expect(wait { old.inbox.withLock { $0.count } == count + 1 })
        #expect(!last().contains("signedTerms") && last().utf8.count < 10_000)
        // Too long altogether: it is reported here, and the socket lives on.
        desk.state.withLock { $0.memo = String(repeating: "m", count: 10_000) }
        old.ask("paymentrequest.create")
        #expect(wait { failures.withLock { $0 } == 1 })
        old.ask("proof.create")
        #expect(wait { desk.state.withLock { $0.proofs.count } == 1 })
        #expect(old.inbox.withLock { $0.count } == count + 1)
        // When it goes away, the link comes back.
        old.closeAll()
        desk.state.withLock { $0.memo = "m" }
        #expect(
            wait {
                old.ask("paymentrequest.create")
                return old.inbox.withLock { $0.count } > count + 1
            })
        link.stop()
        server.stop(graceSeconds: 1)
        loop.stop()
    }

    @Test(arguments: [
        ("ws://h/ws", "ws://h/ws", "http://h"), ("wss://h:8/ws/", "wss://h:8/ws", "https://h:8"),
        ("https://h", "https://h/ws", "https://h"), ("http://h/p/", "http://h/p/ws", "http://h/p"),
        ("wss://h/p/ws", "wss://h/p/ws", "https://h/p"),
    ])
    func `a relay is reached in two ways`(_ url: String, _ sockets: String, _ web: String) throws {
        let address = ProxyAddress(try WebURL(url))
        #expect(address.sockets.description == sockets && address.web == web)
    }
}
