import Bytes
import Documents
import Testing

@testable import DirectPayment

/// A proxy with members that keep what they are sent.
private struct Scene {
    var core = ProxyCore(ProxyOptions(publicURL: "https://proxy"))
    var now: Int64 = 1_700_000_000_000
    var count = 0
    var inboxes: [Int: [SocketMessage]] = [:]
    var closed: Set<Int> = []
    var answers: [Int: ProxyAnswer] = [:]
    var kept: [ProxyRecord] = []

    mutating func stamp() -> ProxyStamp {
        count += 1
        return ProxyStamp(now: now, seed: Array("seed \(count)".utf8))
    }

    mutating func perform(_ actions: [ProxyAction]) throws {
        for action in actions {
            switch action {
            case .send(let member, let frame):
                inboxes[member, default: []].append(try SocketMessage(frame))
            case .close(let member, _, _):
                closed.insert(member)
                core.leave(member)
            case .answer(let question, let answer):
                #expect(answers[question] == nil, "a question is answered once")
                answers[question] = answer
            case .keep(let record): kept.append(record)
            }
        }
    }

    mutating func join(
        _ channel: String, isInternal: Bool = true, secret: String? = nil, frameBytes: Int? = nil
    ) throws -> Int {
        let (member, actions) = try core.join(
            channel, isInternal: isInternal, secret: secret, frameBytes: frameBytes, stamp())
        try perform(actions)
        return member
    }

    mutating func ask(_ question: ProxyQuestion, _ number: Int) throws {
        try perform(core.ask(question, number: number, stamp()))
    }

    mutating func send(_ message: SocketMessage, from member: Int) throws {
        try perform(core.receive(message.bytes, from: member, stamp()))
    }

    mutating func tick() throws { try perform(core.tick(stamp())) }

    func last(_ member: Int) throws -> SocketMessage { try #require(inboxes[member]?.last) }
}

@Suite struct ProxyCoreTests {
    private let terms = Captured.terms

    private func response(
        _ type: String, to message: SocketMessage, _ body: ForeignJSON
    ) -> SocketMessage {
        SocketMessage(
            type: type, channel: message.channel, correlation: message.correlation,
            application: "payd", body: body)
    }

    @Test func `terms and a payment go to the wallet and back`() throws {
        var scene = Scene()
        let wallet = try scene.join("NvEMQKX")
        #expect(try scene.last(wallet).type == "join.success")
        #expect(try !scene.last(wallet).client.isEmpty)
        try scene.ask(ProxyQuestion(channel: "NvEMQKX", kind: .terms), 1)
        let asked = try scene.last(wallet)
        #expect(asked.type == "paymentrequest.create" && asked.body == .null)
        #expect(asked.application == "dpp" && asked.correlation.utf8.count == 36)
        try scene.send(
            response("paymentrequest.response", to: asked, try foreign(terms)), from: wallet)
        let answer = try #require(scene.answers[1])
        #expect(answer.status == 200)
        #expect(
            answer.body["paymentUrl"]?.string == "https://proxy/api/v1/payment/NvEMQKX")
        try scene.ask(
            ProxyQuestion(
                channel: "NvEMQKX", kind: .payment, body: try foreign(Captured.payment)), 2)
        let paid = try scene.last(wallet)
        #expect(paid.type == "payment" && paid.body["rawTx"]?.string == "0100")
        try scene.send(
            response("payment.ack", to: paid, try foreign(Captured.acknowledgement)), from: wallet)
        #expect(scene.answers[2]?.status == 201)
        #expect(try scene.answers[2]?.body == foreign(Captured.acknowledgement))
    }

    @Test func `the same payment again has the same answer, and reaches the wallet once`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let question = ProxyQuestion(
            channel: "invoice1", kind: .payment, body: try foreign(Captured.payment))
        try scene.ask(question, 1)
        try scene.ask(question, 2)
        #expect(scene.inboxes[wallet]?.filter { $0.type == "payment" }.count == 1)
        try scene.send(
            response("payment.ack", to: try scene.last(wallet), ["error": 1, "memo": "no"]),
            from: wallet)
        #expect(scene.answers[1]?.status == 422 && scene.answers[2] == scene.answers[1])
        try scene.ask(question, 3)
        #expect(scene.answers[3] == scene.answers[1])
        // And after a restart.
        var again = ProxyCore(scene.core.options)
        for record in scene.kept { again.restore(record, now: scene.now) }
        #expect(
            again.ask(question, number: 4, scene.stamp())
                == [.answer(question: 4, try #require(scene.answers[1]))])
    }

    @Test func `an answer comes from the payee's wallet on the channel, from nobody else`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        let stranger = try scene.join("invoice2")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        let asked = try scene.last(wallet)
        let forged = response("paymentrequest.response", to: asked, try foreign(terms))
        for member in [payer, stranger] {
            try scene.send(forged, from: member)
            #expect(scene.answers[1] == nil)
        }
        // The question itself has not gone to anybody else.
        #expect(scene.inboxes[stranger]?.contains { $0.correlation == asked.correlation } != true)
        try scene.send(forged, from: wallet)
        #expect(scene.answers[1]?.status == 200)
        // The first answer counts; a second one answers nothing.
        try scene.send(forged, from: wallet)
    }

    @Test func `a channel belongs to who came first with a secret`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s3cret")
        #expect(throws: ProxyCore.Refusal.wrongSecret) { try scene.join("invoice1") }
        #expect(throws: ProxyCore.Refusal.wrongSecret) {
            try scene.join("invoice1", secret: "other")
        }
        _ = try scene.join("invoice1", secret: "s3cret")
        scene.core.leave(wallet)
        // Also when he is gone, and after a restart.
        var again = Scene()
        for record in scene.kept { again.core.restore(record, now: again.now) }
        #expect(throws: ProxyCore.Refusal.wrongSecret) { try again.join("invoice1") }
        _ = try again.join("invoice1", secret: "s3cret")
        // payd has none: others may join, but nobody takes the channel while it is there.
        _ = try scene.join("invoice2")
        _ = try scene.join("invoice2")
        #expect(throws: ProxyCore.Refusal.wrongSecret) { try scene.join("invoice2", secret: "x") }
    }

    @Test func `whoever asks for what is not there is told so`() throws {
        var scene = Scene()
        #expect(throws: ProxyCore.Refusal.unknownChannel) {
            try scene.join("nothing", isInternal: false)
        }
        #expect(throws: ProxyCore.Refusal.malformedName) { try scene.join("a/b") }
        #expect(throws: ProxyCore.Refusal.malformedName) { try scene.join("short") }
        for (number, kind) in [ProxyQuestion.Kind.terms, .payment, .proof(transaction: "t")]
            .enumerated()
        {
            try scene.ask(ProxyQuestion(channel: "nothing", kind: kind), number)
            let answer = try #require(scene.answers[number])
            #expect(answer.status == 404 && answer.body["code"]?.string == "N00001")
            #expect(answer.body["message"]?.string == "invoice not found")
        }
    }

    @Test func `a wallet that says nothing is not waited for longer than ten seconds`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        let asked = try scene.last(wallet)
        scene.now += 9_999
        try scene.tick()
        #expect(scene.answers[1] == nil)
        scene.now += 1
        try scene.tick()
        #expect(scene.answers[1]?.status == 504)
        #expect(
            scene.answers[1]?.body["message"]?.string?.contains("timeout waiting for message")
                == true)
        // What comes too late answers nothing.
        try scene.send(
            response("paymentrequest.response", to: asked, try foreign(terms)), from: wallet)
    }

    @Test(arguments: [
        ("404", 404), ("N0001", 404), ("D001", 409), ("E001", 422), ("F001", 500), ("", 500),
    ])
    func `a wallet's error has the status that it deserves`(_ code: String, _ status: Int) throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        let body: ForeignJSON = ["id": "1", "code": .string(code), "title": "t", "message": "m"]
        try scene.send(
            response("paymentrequest.error", to: try scene.last(wallet), body), from: wallet)
        #expect(scene.answers[1] == ProxyAnswer(status: status, body: body))
    }

    @Test func `terms without outputs or fees are no answer`() throws {
        for bad in [
            "{}", Captured.terms.replacing(#""fees":"#, with: #""sees":"#),
            Captured.terms.replacing(#""outputs":["#, with: #""outputs":[],"x":["#),
        ] {
            var scene = Scene()
            let wallet = try scene.join("invoice1")
            try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
            try scene.send(
                response(
                    "paymentrequest.response", to: try scene.last(wallet), try foreign(bad)),
                from: wallet)
            #expect(scene.answers[1]?.status == 502)
        }
    }

    @Test func `while the wallet sleeps its terms are there, and payments wait for it`() throws {
        var scene = Scene()
        var wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        try scene.send(
            response("paymentrequest.response", to: try scene.last(wallet), try foreign(terms)),
            from: wallet)
        scene.core.leave(wallet)
        scene.now = 1_795_226_523_000
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 2)
        #expect(scene.answers[2] == scene.answers[1])
        let payment = ProxyQuestion(
            channel: "invoice1", kind: .payment, body: try foreign(Captured.payment))
        for number in [3, 4] {
            try scene.ask(payment, number)
            #expect(scene.answers[number]?.status == 202)
            #expect(scene.answers[number]?.retryAfter != nil)
        }
        // The process ends; another one has what was kept.
        var later = Scene()
        later.now = scene.now
        for record in scene.kept { later.core.restore(record, now: later.now) }
        wallet = try later.join("invoice1", secret: "s")
        let brought = try later.last(wallet)
        #expect(brought.type == "payment" && brought.body == payment.body)
        #expect(later.inboxes[wallet]?.count == 2)
        try later.send(
            response("payment.ack", to: brought, try foreign(Captured.acknowledgement)),
            from: wallet)
        try later.ask(payment, 5)
        #expect(later.answers[5]?.status == 201)
        // Expired terms are none.
        scene.now = 1_800_000_000_000
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 6)
        #expect(scene.answers[6]?.status == 404)
    }

    @Test func `a peer that takes little is sent little`() throws {
        var scene = Scene()
        let old = try scene.join("invoice1")
        let long = ForeignJSON.object([
            .init("rawTx", .string(String(repeating: "0", count: 20_000)))
        ])
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, body: long), 1)
        #expect(scene.answers[1]?.status == 413 && scene.inboxes[old]?.count == 1)
        let ours = try scene.join("invoice1", frameBytes: 10_485_760)
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, body: long), 2)
        #expect(scene.inboxes[ours]?.last?.type == "payment" && scene.inboxes[old]?.count == 1)
    }

    @Test func `what nobody asked over HTTP goes to all, the sender among them`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        let other = try scene.join("invoice2")
        let before = scene.inboxes[other]?.count
        var create = SocketMessage(
            type: "paymentrequest.create", channel: "invoice1", correlation: "mine")
        create.headers = [("X-Origin-Id", ["payer"])]
        try scene.send(create, from: payer)
        for member in [wallet, payer] {
            #expect(try scene.last(member).correlation == "mine")
            #expect(try scene.last(member).header("x-origin-id") == "payer")
        }
        try scene.send(
            response("paymentrequest.response", to: create, try foreign(terms)), from: wallet)
        #expect(try scene.last(payer).type == "paymentrequest.response")
        #expect(scene.inboxes[other]?.count == before)
    }

    @Test func `the health channel takes everybody and answers nothing`() throws {
        var scene = Scene()
        for _ in 0..<50 {
            let member = try scene.join("health")
            #expect(try scene.last(member).type == "join.success")
            try scene.send(
                SocketMessage(type: "my-dpp", channel: "health", body: "ping", headers: nil),
                from: member)
            #expect(scene.inboxes[member]?.count == 1)
        }
    }

    @Test func `a channel expires, with a word`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        scene.now += 7_199_999
        try scene.tick()
        #expect(scene.closed.isEmpty)
        scene.now += 1
        try scene.tick()
        #expect(try scene.last(wallet).type == "channel.expired" && scene.closed == [wallet])
    }

    @Test func `a frame that cannot be read is answered, not obeyed`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        for bad in ["", "{", "[]", #"{"type":1}"#] {
            try scene.perform(scene.core.receive(Array(bad.utf8), from: wallet, scene.stamp()))
            #expect(try scene.last(wallet).type == "error")
        }
    }

    @Test func `an answer never reaches another channel`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var scene = Scene()
            var wallets: [(channel: String, member: Int)] = []
            for index in 0..<12 {
                let channel = "invoice-\(index % 8)"
                wallets.append((channel, try scene.join(channel)))
            }
            var wanted: [Int: String] = [:]
            for number in 0..<120 {
                let channel = "invoice-\(Int.random(in: 0..<8, using: &random))"
                wanted[number] = channel
                let body: ForeignJSON = ["n": ForeignJSON(number), "rawTx": "00"]
                try scene.ask(
                    ProxyQuestion(channel: channel, kind: .payment, body: body), number)
                // Some wallet answers everything that it has seen, in any order.
                let (name, member) = wallets[Int.random(in: 0..<wallets.count, using: &random)]
                for message in (scene.inboxes[member] ?? []).shuffled(using: &random)
                where message.type == "payment" {
                    let reply = response(
                        "payment.ack", to: message,
                        ["id": .string(name), "n": message.body["n"] ?? .null])
                    try scene.send(reply, from: member)
                }
                scene.inboxes[member] = []
            }
            #expect(!scene.answers.isEmpty)
            for (number, answer) in scene.answers {
                #expect(answer.body["id"]?.string == wanted[number])
                #expect(answer.body["n"]?.integer == number)
            }
        }
    }
}
