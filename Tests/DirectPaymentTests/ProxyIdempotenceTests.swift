// The same question again has the same answer; a payment is brought to the wallet once.
import Bytes
import Documents
import Testing

@testable import DirectPayment

@Suite struct ProxyIdempotenceTests {
    private func payment(_ memo: String = "") throws -> ProxyQuestion {
        ProxyQuestion(
            channel: "invoice1", kind: .payment,
            try foreign(Captured.payment.replacing(#""memo":"""#, with: #""memo":"\#(memo)""#)))
    }

    @Test func `the same payment again has the same answer, and reaches the wallet once`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(payment(), 1)
        try scene.ask(payment(), 2)
        #expect(scene.inboxes[wallet]?.filter { $0.type == "payment" }.count == 1)
        try scene.send(
            scene.response(
                "payment.ack", to: try scene.last(wallet), foreign(Captured.acknowledgement)),
            from: wallet)
        #expect(scene.answers[1]?.status == 201 && scene.answers[2] == scene.answers[1])
        try scene.ask(payment(), 3)
        #expect(scene.answers[3] == scene.answers[1])
        #expect(scene.inboxes[wallet]?.filter { $0.type == "payment" }.count == 1)
        // And after a restart, while the wallet is not there.
        var later = scene.restarted()
        try later.ask(payment(), 4)
        #expect(later.answers[4] == scene.answers[1])
        // Another payment is another question: the wallet says what it thinks of it.
        try scene.ask(payment("second"), 5)
        let second = try scene.last(wallet)
        #expect(second.type == "payment" && scene.answers[5] == nil)
        try scene.send(
            scene.response("payment.ack", to: second, ["error": 1, "memo": "Item already exists"]),
            from: wallet)
        #expect(scene.answers[5]?.status == 422)
    }

    @Test func `a refusal may be thought over by whoever is there`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        for number in [1, 2] {
            try scene.ask(payment(), number)
            #expect(try scene.last(wallet).type == "payment")
            try scene.send(
                scene.response("payment.ack", to: try scene.last(wallet), ["error": 1]),
                from: wallet)
            #expect(scene.answers[number]?.status == 422)
        }
        #expect(scene.inboxes[wallet]?.count == 3)
        // While nobody is there, what was said last counts.
        scene.leave(wallet)
        try scene.ask(payment(), 3)
        #expect(scene.answers[3] == scene.answers[2])
    }

    @Test func `what may pass is not remembered`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(payment(), 1)
        try scene.send(
            scene.response(
                "payment.error", to: try scene.last(wallet), ["code": "503", "message": "later"]),
            from: wallet)
        #expect(scene.answers[1]?.status == 503)
        try scene.ask(payment(), 2)
        #expect(scene.answers[2] == nil)
    }

    @Test func `an answer that comes too late is found by whoever asks again`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(payment(), 1)
        let asked = try scene.last(wallet)
        scene.now += 10_000
        try scene.tick()
        #expect(scene.answers[1]?.status == 504 && scene.answers[1]?.retryAfter == 10)
        try scene.send(
            scene.response("payment.ack", to: asked, ["id": "invoice1"]), from: wallet)
        try scene.ask(payment(), 2)
        #expect(scene.answers[2]?.status == 201)
    }

    @Test func `whoever asks again after a silence asks the wallet again, with the same name`()
        throws
    {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s")
        try scene.ask(payment(), 1)
        let first = try scene.last(wallet)
        scene.now += 10_000
        try scene.tick()
        try scene.ask(payment(), 2)
        #expect(try scene.last(wallet) == first && scene.inboxes[wallet]?.count == 3)
        // A minute later it is a new question.
        scene.now += 60_000
        try scene.tick()
        try scene.ask(payment(), 3)
        #expect(try scene.last(wallet).correlation != first.correlation)
        #expect(scene.core.pending.count == 1 && scene.core.asked.count == 1)
    }

    @Test func `a wallet that was lost in the middle is asked again when it is back`() throws {
        for secret in [nil, "s"] {
            var scene = Scene()
            let lost = try scene.join("invoice1", secret: secret)
            try scene.ask(payment(), 1)
            let asked = try scene.last(lost)
            scene.leave(lost)
            scene.now += 5_000
            try scene.tick()
            // Of a wallet that is known to come back the payer need not wait for it.
            #expect(scene.answers[1]?.status == (secret == nil ? nil : 202))
            let back = try scene.join("invoice1", secret: secret)
            #expect(try scene.last(back) == asked && scene.inboxes[back]?.count == 2)
            try scene.send(
                scene.response("payment.ack", to: asked, ["id": "invoice1"]), from: back)
            #expect(scene.answers[1]?.status == (secret == nil ? 201 : 202))
            try scene.ask(payment(), 2)
            #expect(scene.answers[2]?.status == 201)
            #expect(scene.core.heldBytes == 0)
        }
    }

    @Test func `a wallet that does not come back in time finds the payment later`() throws {
        var scene = Scene()
        let lost = try scene.join("invoice1", secret: "s")
        try scene.ask(payment(), 1)
        scene.leave(lost)
        try scene.tick()
        #expect(scene.answers[1]?.status == 202 && scene.answers[1]?.retryAfter == 30)
        scene.now += 100_000
        try scene.tick()
        let back = try scene.join("invoice1", secret: "s")
        #expect(try scene.last(back).type == "payment")
        // The same word twice is one answer.
        let reply = scene.response("payment.ack", to: try scene.last(back), ["id": "invoice1"])
        try scene.send(reply, from: back)
        try scene.send(reply, from: back)
        try scene.ask(payment(), 2)
        #expect(scene.answers[2]?.status == 201)
    }
}
