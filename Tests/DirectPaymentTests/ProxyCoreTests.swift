// What a relay asks, answers and keeps.
import Bytes
import Documents
import Testing

@testable import DirectPayment

@Suite struct ProxyCoreTests {
    private let terms = Captured.terms

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
            scene.response("paymentrequest.response", to: asked, try foreign(terms)), from: wallet)
        let answer = try #require(scene.answers[1])
        #expect(answer.status == 200)
        #expect(
            answer.json["paymentUrl"]?.string == "https://proxy/api/v1/payment/NvEMQKX")
        try scene.ask(
            ProxyQuestion(
                channel: "NvEMQKX", kind: .payment, try foreign(Captured.payment)), 2)
        let paid = try scene.last(wallet)
        #expect(paid.type == "payment" && paid.body["rawTx"]?.string == "0100")
        try scene.send(
            scene.response("payment.ack", to: paid, try foreign(Captured.acknowledgement)),
            from: wallet)
        #expect(scene.answers[2]?.status == 201)
        #expect(try scene.answers[2]?.json == foreign(Captured.acknowledgement))
    }

    @Test func `an answer comes from the payee's wallet on the channel, from nobody else`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        let stranger = try scene.join("invoice2")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        let asked = try scene.last(wallet)
        let forged = scene.response("paymentrequest.response", to: asked, try foreign(terms))
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
            scene.answers[1]?.json["message"]?.string?.contains("timeout waiting for message")
                == true)
        // What comes too late answers nothing.
        try scene.send(
            scene.response("paymentrequest.response", to: asked, try foreign(terms)), from: wallet)
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
            scene.response("paymentrequest.error", to: try scene.last(wallet), body), from: wallet)
        #expect(scene.answers[1] == ProxyAnswer(status: status, body))
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
                scene.response(
                    "paymentrequest.response", to: try scene.last(wallet), try foreign(bad)),
                from: wallet)
            #expect(scene.answers[1]?.status == 502)
        }
    }

    @Test func `a peer that takes little is sent little`() throws {
        var scene = Scene()
        let old = try scene.join("invoice1")
        let long = ForeignJSON.object([
            .init("rawTx", .string(String(repeating: "0", count: 20_000)))
        ])
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, long), 1)
        #expect(scene.answers[1]?.status == 413 && scene.inboxes[old]?.count == 1)
        let ours = try scene.join("invoice1", frameBytes: 10_485_760)
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, long), 2)
        #expect(scene.inboxes[ours]?.last?.type == "payment" && scene.inboxes[old]?.count == 1)
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
                    ProxyQuestion(channel: channel, kind: .payment, body), number)
                // Some wallet answers everything that it has seen, in any order.
                let (name, member) = wallets[Int.random(in: 0..<wallets.count, using: &random)]
                for message in (scene.inboxes[member] ?? []).shuffled(using: &random)
                where message.type == "payment" {
                    let reply = scene.response(
                        "payment.ack", to: message,
                        ["id": .string(name), "n": message.body["n"] ?? .null])
                    try scene.send(reply, from: member)
                }
                scene.inboxes[member] = []
            }
            #expect(!scene.answers.isEmpty)
            for (number, answer) in scene.answers {
                #expect(answer.json["id"]?.string == wanted[number])
                #expect(answer.json["n"]?.integer == number)
            }
        }
    }
}
