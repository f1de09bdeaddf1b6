// Frames of members: who hears what, whose answer counts.
import Bytes
import Documents
import Testing

@testable import DirectPayment

@Suite struct ProxyFrameTests {
    @Test func `what a payer says at a socket is for the payee, and echoed to him`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        let curious = try scene.join("invoice1", isInternal: false)
        let other = try scene.join("invoice2")
        var create = SocketMessage(
            type: "paymentrequest.create", channel: "invoice1", correlation: "mine")
        create.headers = [("X-Origin-Id", ["payer"])]
        try scene.send(create, from: payer)
        for member in [wallet, payer] {
            #expect(try scene.last(member).correlation == "mine")
            #expect(try scene.last(member).header("x-origin-id") == "payer")
        }
        try scene.giveTerms(wallet)
        #expect(try scene.last(payer).type == "paymentrequest.response")
        #expect(try scene.last(wallet).type == "paymentrequest.response")
        try scene.send(
            SocketMessage(type: "payment", channel: "invoice1", correlation: "p"), from: payer)
        #expect(try scene.last(wallet).type == "payment")
        try scene.send(
            scene.response("payment.ack", to: try scene.last(wallet), ["id": "invoice1"]),
            from: wallet)
        #expect(try scene.last(payer).type == "payment.ack")
        // The originals let everybody hear everything.
        #expect(scene.inboxes[curious]?.count == 1 && scene.inboxes[other]?.count == 1)
        // What a wallet says of its own accord goes to all, itself among them.
        try scene.send(SocketMessage(type: "notice", channel: "invoice1"), from: wallet)
        for member in [wallet, payer, curious] {
            #expect(try scene.last(member).type == "notice")
        }
        #expect(scene.inboxes[other]?.count == 1)
    }

    @Test func `a channel's name in a frame counts for nothing`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let stranger = try scene.join("invoice2")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        let asked = try scene.last(wallet)
        var forged = scene.response(
            "paymentrequest.response", to: asked, try foreign(Captured.terms))
        forged.channel = "invoice1"
        try scene.send(forged, from: stranger)
        #expect(scene.answers[1] == nil && scene.inboxes[wallet]?.count == 2)
        var notice = SocketMessage(type: "notice", channel: "invoice1")
        notice.correlation = asked.correlation
        try scene.send(notice, from: stranger)
        #expect(scene.inboxes[wallet]?.count == 2)
        #expect(try scene.last(stranger).channel == "invoice2")
    }

    @Test func `a payer may not take another's correlation, nor the relay's`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        let thief = try scene.join("invoice1", isInternal: false)
        let create = SocketMessage(
            type: "paymentrequest.create", channel: "invoice1", correlation: "mine")
        try scene.send(create, from: payer)
        try scene.send(create, from: thief)
        #expect(try #require(scene.frames[thief]?.last).contains(#""type":"error""#))
        try scene.giveTerms(wallet)
        #expect(try scene.last(payer).type == "paymentrequest.response")
        #expect(scene.inboxes[thief]?.contains { $0.type == "paymentrequest.response" } == false)
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        var stolen = create
        stolen.correlation = try scene.last(wallet).correlation
        try scene.send(stolen, from: thief)
        try scene.giveTerms(wallet)
        #expect(scene.answers[1]?.status == 200)
    }

    @Test func `only the right kind of answer answers`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .payment, ["rawTx": "00"]), 1)
        let asked = try scene.last(wallet)
        for type in ["paymentrequest.response", "payment", "proof.ack", "other.error"] {
            try scene.send(scene.response(type, to: asked, ["id": "x"]), from: wallet)
            #expect(scene.answers[1] == nil)
        }
        // Nothing but correlation, type and body is needed.
        let minimal =
            #"{"type":"payment.ack","correlationId":"\#(asked.correlation)","body":{"id":"invoice1"}}"#
        try scene.perform(scene.core.receive(Array(minimal.utf8), from: wallet, scene.stamp()))
        #expect(scene.answers[1]?.status == 201)
    }

    @Test func `ElectrumSV is asked in its own words, in the end`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 1)
        #expect(try scene.last(wallet).type == "paymentrequest.create")
        scene.now += 1_999
        try scene.tick()
        #expect(scene.inboxes[wallet]?.count == 2)
        scene.now += 1
        try scene.tick()
        try scene.tick()
        let again = try scene.last(wallet)
        #expect(again.type == "paymentterms.create" && scene.inboxes[wallet]?.count == 3)
        let envelope = SignedEnvelope(payload: Captured.enveloped).json
        try scene.send(
            scene.response("paymentterms.response", to: again, envelope), from: wallet)
        // What is enveloped stays as it is.
        #expect(scene.answers[1] == ProxyAnswer(status: 200, envelope))
        // From now on it is asked so at once.
        try scene.ask(ProxyQuestion(channel: "invoice1", kind: .terms), 2)
        #expect(try scene.last(wallet).type == "paymentterms.create")
    }

    @Test func `a proof is brought as the originals bring it, and answered where it can be`() throws
    {
        var scene = Scene()
        let old = try scene.join("invoice1")
        let name = String(repeating: "0a", count: 32)
        func proof(_ channel: String, _ text: String) -> ProxyQuestion {
            ProxyQuestion(
                channel: channel, kind: .proof(transaction: name), ["payload": .string(text)])
        }
        try scene.ask(proof("invoice1", "a"), 1)
        #expect(try scene.last(old).correlation == name)
        #expect(
            try #require(scene.frames[old]?.last)
                .hasSuffix(#""type":"proof.create","headers":{"X-Tx-Id":["\#(name)"]}}"# + "\n"))
        #expect(scene.answers[1] == ProxyAnswer(status: 201, .null))
        // A wallet of ours says whether it believes the proof.
        let ours = try scene.join("invoice2", frameBytes: 100_000)
        for (number, type, status) in [(2, "proof.error", 422), (3, "proof.ack", 201)] {
            try scene.ask(proof("invoice2", type), number)
            #expect(scene.answers[number] == nil)
            try scene.send(
                scene.response(type, to: try scene.last(ours), ["code": "422"]), from: ours)
            #expect(scene.answers[number]?.status == status)
        }
    }

    @Test func `a frame that cannot be read is answered, not obeyed`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let nested = String(repeating: "[", count: 100)
        for bad in ["", "{", "[]", #"{"type":1}"#, #"{"type":""}"#, nested, "\u{0}"] {
            try scene.perform(scene.core.receive(Array(bad.utf8), from: wallet, scene.stamp()))
            let text = try #require(scene.frames[wallet]?.last)
            let failure = try #require(SocketFailure(Array(text.utf8)))
            #expect(failure.code == "400" && failure.channel == "invoice1")
            #expect(
                text.hasPrefix(
                    #"{"correlationId":"","appId":"","userId":"","type":"error","originType":"","#
                        + #""originBody":null,"errorBody":{"Title":"Bad Request","Description":""#))
            #expect(text.hasSuffix(#"","headers":{}}"# + "\n"))
        }
    }

    @Test func `control messages of members are not passed on`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1")
        let payer = try scene.join("invoice1", isInternal: false)
        for type in [
            "join.success", "leave.success", "info", "error", "channel.expired", "channel.closed",
            "my-dpp",
        ] {
            for member in [wallet, payer] {
                try scene.send(SocketMessage(type: type, channel: "invoice1"), from: member)
            }
        }
        #expect(scene.inboxes[wallet]?.count == 1 && scene.inboxes[payer]?.count == 1)
        try scene.send(SocketMessage(type: "get.info", channel: "invoice1"), from: payer)
        #expect(try scene.last(payer).type == "info")
        #expect(try scene.last(payer).body["members"]?.integer == 2)
    }
}
