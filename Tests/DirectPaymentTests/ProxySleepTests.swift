// What is kept for a wallet that sleeps, and for how long.
import Bytes
import Documents
import Testing

@testable import DirectPayment

@Suite struct ProxySleepTests {
    private let terms = ProxyQuestion(channel: "invoice1", kind: .terms)

    private func payment() throws -> ProxyQuestion {
        ProxyQuestion(channel: "invoice1", kind: .payment, try foreign(Captured.payment))
    }

    /// A wallet has given terms and sleeps since.
    private func asleep() throws -> Scene {
        var scene = Scene()
        scene.now = 1_795_226_523_000
        let wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(terms, 1)
        try scene.giveTerms(wallet)
        scene.leave(wallet)
        return scene
    }

    @Test func `its terms are there, and payments wait for it`() throws {
        var scene = try asleep()
        try scene.ask(terms, 2)
        #expect(scene.answers[2] == scene.answers[1] && scene.answers[1]?.status == 200)
        for number in [3, 4] {
            try scene.ask(payment(), number)
            #expect(scene.answers[number]?.status == 202)
            #expect(scene.answers[number]?.retryAfter != nil)
        }
        // The process ends; another one has what was kept.
        var later = scene.restarted()
        let wallet = try later.join("invoice1", secret: "s")
        let brought = try later.last(wallet)
        #expect(try brought.type == "payment" && brought.body == payment().body.json)
        #expect(later.inboxes[wallet]?.count == 2)
        try later.send(
            later.response("payment.ack", to: brought, foreign(Captured.acknowledgement)),
            from: wallet)
        try later.ask(payment(), 5)
        #expect(later.answers[5]?.status == 201)
        #expect(later.core.heldBytes == 0)
        // It is not brought again.
        later.leave(wallet)
        let again = try later.join("invoice1", secret: "s")
        #expect(later.inboxes[again]?.count == 1)
        // Expired terms are none.
        scene.now = 1_800_000_000_000
        try scene.ask(terms, 6)
        #expect(scene.answers[6]?.status == 404)
    }

    @Test func `the same terms are written once`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        for number in 0..<5 {
            try scene.ask(terms, number)
            try scene.giveTerms(wallet)
        }
        #expect(scene.kept.count == 2)
    }

    @Test func `nothing is kept for a channel that belongs to nobody`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        try scene.ask(terms, 1)
        try scene.giveTerms(wallet)
        scene.leave(wallet)
        #expect(scene.kept.isEmpty && scene.core.channels.isEmpty)
        for (number, question) in [terms, try payment()].enumerated() {
            try scene.ask(question, number + 2)
            #expect(scene.answers[number + 2]?.status == 404)
        }
    }

    @Test func `there is an end to what waits`() throws {
        var scene = try asleep()
        scene.options.waitingMessages = 2
        for number in 0..<3 {
            let body: ForeignJSON = ["rawTx": .string("0\(number)")]
            try scene.ask(
                ProxyQuestion(channel: "invoice1", kind: .payment, body), number + 10)
        }
        #expect(scene.answers[11]?.status == 202 && scene.answers[12]?.status == 503)
        scene = try asleep()
        scene.options.waitingBytes = 300
        try scene.ask(payment(), 20)
        let length = try payment().body.count
        #expect(scene.answers[20]?.status == (length <= 300 ? 202 : 503))
        let long: ForeignJSON = ["rawTx": .string(String(repeating: "00", count: 200))]
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, long), 21)
        #expect(scene.answers[21]?.status == 503)
    }

    @Test func `proofs wait too`() throws {
        var scene = try asleep()
        let name = String(repeating: "ab", count: 32)
        let proof = ProxyQuestion(
            channel: "invoice1", kind: .proof(transaction: name), ["payload": "{}"])
        try scene.ask(proof, 2)
        #expect(scene.answers[2]?.status == 202 && scene.answers[2]?.body == [])
        var later = scene.restarted()
        let wallet = try later.join("invoice1", secret: "s", frameBytes: 100_000)
        let brought = try later.last(wallet)
        #expect(brought.type == "proof.create" && brought.header("x-tx-id") == name)
        try later.send(later.response("proof.ack", to: brought, .null), from: wallet)
        try later.ask(proof, 3)
        #expect(later.answers[3] == ProxyAnswer(status: 201, .null))
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
        #expect(scene.core.channels.isEmpty)
    }

    @Test func `nothing is kept for ever`() throws {
        var scene = try asleep()
        try scene.ask(payment(), 2)
        scene.now = 1_795_312_923_752 + 7 * 86_400_000 - 1
        try scene.tick()
        #expect(scene.core.channels.count == 1)
        scene.now += 1_001
        try scene.tick()
        #expect(scene.core.channels.isEmpty && scene.core.heldBytes == 0)
        #expect(scene.kept.last == .forgotten(channel: "invoice1"))
        // One that never had anything to offer goes sooner.
        let wallet = try scene.join("invoice2", secret: "s")
        scene.leave(wallet)
        scene.now += 7_200_000
        try scene.tick()
        #expect(scene.core.channels.isEmpty)
    }

    @Test func `a payer at a socket is told what was kept`() throws {
        var scene = try asleep()
        let payer = try scene.join("invoice1", isInternal: false)
        for type in ["paymentrequest", "paymentterms"] {
            let create = SocketMessage(
                type: type + ".create", channel: "invoice1", correlation: type)
            try scene.send(create, from: payer)
            #expect(try scene.last(payer).type == type + ".response")
            #expect(try scene.last(payer).correlation == type)
            #expect(try scene.last(payer).body == #require(scene.answers[1]).json)
        }
        try scene.send(
            SocketMessage(type: "payment", channel: "invoice1", correlation: "p"), from: payer)
        #expect(try scene.last(payer).type == "payment.error")
        #expect(try scene.last(payer).body["code"]?.string == "503")
    }
}

extension [UInt8] {
    /// The text, read.
    var json: ForeignJSON { (try? ForeignJSON(self)) ?? .null }
}
