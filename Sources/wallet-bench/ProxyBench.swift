// What a relay costs: memory for wallets that wait, time that it adds to a question.
import Bytes
import DirectPayment
import Dispatch
import Documents
import Glibc
import Network
import Synchronization

extension Benchmark {
    private static let wallets = 10_000
    /// Of which so many are there when the time is first measured.
    private static let few = 500
    private static let questionsPerSecond = 500
    private static let seconds = 10

    /// Measures `wallet proxy serve` between payers over HTTP and wallets at sockets, against the
    /// same question asked of the wallet directly, in the same run and at the same pace.
    func proxying() throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        let direct = HTTPServer(
            loop: loop, addresses: [try ListenAddress("127.0.0.1:0")], clock: { 0 },
            handler: DirectWallet())
        guard case .network(_, let port)? = try direct.start().first else {
            throw BenchError("no port for the direct wallet")
        }
        defer { direct.stop(graceSeconds: 1) }
        let relay = try ServedWallet(
            running: [
                program, "proxy", "serve", "--listen", "127.0.0.1:0", "--store",
                directory + "/relay",
            ], said: directory + "/relay.log")
        defer { relay.stop() }
        let before = relay.mebibytes()
        var sockets = try join(relay.port, loop, 0..<Self.few)
        try asking(UInt16(port), relay, among: Self.few)
        try paying(relay, Self.questionsPerSecond * Self.seconds)
        sockets += try join(relay.port, loop, Self.few..<Self.wallets)
        let idle = relay.mebibytes()
        show(
            "\(Self.wallets) idle wallets at a relay",
            "\(format1(idle)) MiB, \(format1(idle - before)) of them new")
        ratio("  of 400 MB", idle * 1.048576 / 400, atMost: 1)
        try asking(UInt16(port), relay, among: Self.wallets)
        show("  memory of the relay under load", "\(format1(relay.mebibytes())) MiB")
        for socket in sockets { socket.close(code: 1000, reason: "") }
    }

    /// The same questions directly, through the relay, and directly again.
    private func asking(_ direct: UInt16, _ relay: ServedWallet, among wallets: Int) throws {
        let count = Self.questionsPerSecond * Self.seconds
        func ask(_ port: UInt16) throws -> LoadResult {
            let load = try LoadGenerator(port: port).pace(
                count, perSecond: Double(Self.questionsPerSecond), connections: 64
            ) { Self.question($0, among: wallets) }
            guard load.statuses == [200: count] else {
                throw BenchError("not every question was answered: \(load.statuses)")
            }
            return load
        }
        let first = try ask(direct)
        let relayed = try ask(relay.port)
        let own = (first.percentile(0.5) + (try ask(direct).percentile(0.5))) / 2
        show(
            "terms asked of a wallet, \(Self.questionsPerSecond) a second, median, p99",
            [own, first.percentile(0.99)].map { "\(format2($0 * 1_000)) ms" }
                .joined(separator: ", "))
        show(
            "the same through a relay, among \(wallets)",
            [0.5, 0.99].map { "\(format2(relayed.percentile($0) * 1_000)) ms" }
                .joined(separator: ", "))
        ratio("  added at the median, of 2 ms", (relayed.percentile(0.5) - own) / 0.002, atMost: 1)
    }

    /// Payments: each is written to disk before it is answered.
    private func paying(_ relay: ServedWallet, _ count: Int) throws {
        let load = try LoadGenerator(port: relay.port).pace(
            count, perSecond: Double(Self.questionsPerSecond), connections: 64
        ) { Self.payment($0) }
        guard load.statuses == [201: count] else {
            throw BenchError("not every payment was answered: \(load.statuses)")
        }
        show(
            "payments through a relay that keeps them, median, p99",
            [0.5, 0.99].map { "\(format2(load.percentile($0) * 1_000)) ms" }
                .joined(separator: ", "))
    }

    private static func name(_ index: Int) -> String {
        "bench" + String(repeating: "0", count: 6 - String(index).count) + String(index)
    }

    private static func question(_ index: Int, among wallets: Int) -> [UInt8] {
        // A prime step: every question is for another wallet.
        let path = "/api/v1/payment/" + name(index * 7919 % wallets)
        return Array("GET \(path) HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
    }

    private static func payment(_ index: Int) -> [UInt8] {
        // Each wallet is paid several times: it says that it is content.
        let name = name(index * 7919 % few)
        let body =
            #"{"merchantData":{"extendedData":{"paymentReference":"\#(name)"}},"rawTx":""#
            + Hexadecimal.encode(Array("\(index)".utf8)) + #"","refundTo":null,"memo":""}"#
        let head =
            "POST /api/v1/payment/\(name) HTTP/1.1\r\nHost: bench\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    /// Wallets that answer at once.
    private func join(
        _ port: UInt16, _ loop: EventLoop, _ numbers: Range<Int>
    ) throws -> [any WebSocketChannel] {
        let client = WebSocketClient(loop: loop, allowsPrivateAddresses: true)
        let sockets = Mutex<[any WebSocketChannel]>([])
        let dialers = 8
        DispatchQueue.concurrentPerform(iterations: dialers) { dialer in
            for index in stride(
                from: numbers.lowerBound + dialer, to: numbers.upperBound, by: dialers)
            {
                let name = Self.name(index)
                guard let url = try? WebURL("ws://127.0.0.1:\(port)/ws/\(name)?internal=true")
                else { continue }
                let socket = try? client.open(
                    url,
                    headers: [
                        ProxyService.secretHeader: "secret of \(name)",
                        SocketMessage.frameBytesHeader: "1000000",
                    ]
                ) { RelayedWallet(channel: $0, invoice: name) }
                if let socket { sockets.withLock { $0.append(socket) } }
            }
        }
        let joined = sockets.withLock { $0 }
        guard joined.count == numbers.count else {
            throw BenchError("\(joined.count) of \(numbers.count) wallets have joined")
        }
        return joined
    }
}

/// What both kinds of wallet answer.
private enum BenchTerms {
    static func text(_ invoice: String) -> String {
        let fee =
            #"{"miningFee":{"satoshis":500,"bytes":1000},"relayFee":{"satoshis":250,"bytes":1000}}"#
        return
            #"{"network":"regtest","ancestryRequired":false,"destinations":{"outputs":[{"amount":5000,"#
            + #""script":"76a914751e76e8199196d454941c45d1b3a323f1433bd688ac","description":""}]},"#
            + #""creationTimestamp":"2026-11-21T02:02:03.752Z","#
            + #""expirationTimestamp":"2096-11-22T02:02:03.752Z","paymentUrl":"","#
            + #""memo":"invoice \#(invoice)","merchantData":{"name":"Bob","#
            + #""extendedData":{"paymentReference":"\#(invoice)"}},"#
            + #""fees":{"data":\#(fee),"standard":\#(fee)}}"#
    }
}

/// A wallet that is asked directly.
private struct DirectWallet: HTTPHandler {
    func disposition(of head: HTTPRequestHead) -> HTTPDisposition {
        let invoice = String(head.path.split(separator: "/").last ?? "")
        return .answer(
            HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"],
                body: Array(BenchTerms.text(invoice).utf8)))
    }

    func response(to fault: HTTPFault) -> HTTPResponse { HTTPResponse(status: fault.status) }
}

/// A wallet behind a relay.
private struct RelayedWallet: WebSocketSink {
    let channel: any WebSocketChannel
    let invoice: String

    func received(_ message: WebSocketMessage) {
        guard case .text(let text) = message,
            let question = try? SocketMessage(Array(text.utf8))
        else { return }
        let answer: (type: String, body: String)
        switch question.type {
        case SocketMessage.TermsKind.request.create:
            answer = (SocketMessage.TermsKind.request.response, BenchTerms.text(invoice))
        case SocketMessage.Kind.payment:
            answer = (
                SocketMessage.Kind.acknowledgement,
                #"{"id":"\#(invoice)","tx_id":"00","memo":"","peer_channel":null}"#
            )
        default: return
        }
        channel.send(
            .text(
                #"{"correlationId":"\#(question.correlation)","type":"\#(answer.type)","body":\#(answer.body)}"#
            ))
    }

    func drained() {}
    func closed(code: Int) {}
}
