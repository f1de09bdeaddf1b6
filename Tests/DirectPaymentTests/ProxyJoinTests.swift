// Who may join a channel: a stranger may neither take a payee's place nor answer for him.
import Bytes
import Cryptography
import Documents
import Testing

@testable import DirectPayment

@Suite struct ProxyJoinTests {
    @Test func `a channel belongs to who came first with a secret`() throws {
        var scene = Scene()
        let wallet = try scene.join("invoice1", secret: "s3cret")
        for secret in [nil, "other", "", "s3cret "] {
            #expect(throws: ProxyCore.Refusal.wrongSecret) {
                try scene.join("invoice1", secret: secret)
            }
        }
        // The same wallet may join twice, as payd does after a restart.
        _ = try scene.join("invoice1", secret: "s3cret")
        // Payers join without.
        _ = try scene.join("invoice1", isInternal: false)
        // Also when he is gone, and after a restart.
        scene.leave(wallet)
        var later = scene.restarted()
        for secret in [nil, "other"] {
            #expect(throws: ProxyCore.Refusal.wrongSecret) {
                try later.join("invoice1", secret: secret)
            }
        }
        _ = try later.join("invoice1", secret: "s3cret")
    }

    @Test func `without a secret the channel is held by whoever is there, from where he is`() throws
    {
        var scene = Scene()
        let wallet = try scene.join("invoice2", origin: "192.0.2.1")
        _ = try scene.join("invoice2", origin: "192.0.2.1")
        for (secret, origin) in [("x", "192.0.2.1"), (nil, "192.0.2.2"), (nil, nil)] {
            #expect(throws: ProxyCore.Refusal.wrongSecret) {
                try scene.join("invoice2", secret: secret, origin: origin)
            }
        }
        // It moves to another network when its socket there is gone.
        scene.leave(wallet)
        scene.leave(wallet + 1)
        _ = try scene.join("invoice2", origin: "192.0.2.2")
    }

    @Test func `an operator may let in only those whom he knows`() throws {
        var scene = Scene()
        scene.options.admission = Hash.sha256(Array("club".utf8))
        for admission in [nil, "", "pub"] {
            #expect(throws: ProxyCore.Refusal.notAdmitted) {
                try scene.join("invoice1", secret: "s", admission: admission)
            }
        }
        _ = try scene.join("invoice1", secret: "s", admission: "club")
        // Its own channel is the wallet's, whatever becomes of the admission.
        _ = try scene.join("invoice1", secret: "s")
        // Payers need none.
        _ = try scene.join("invoice1", isInternal: false)
        _ = try scene.join("health")
    }

    @Test func `an operator may ask for a secret`() throws {
        var scene = Scene()
        scene.options.requiresSecret = true
        #expect(throws: ProxyCore.Refusal.missingSecret) { try scene.join("invoice1") }
        _ = try scene.join("invoice1", secret: "s")
        _ = try scene.join("invoice1", isInternal: false)
    }

    @Test func `whoever asks for what is not there is told so`() throws {
        var scene = Scene()
        #expect(throws: ProxyCore.Refusal.unknownChannel) {
            try scene.join("nothing", isInternal: false)
        }
        let long = String(repeating: "a", count: 257)
        for name in ["a/b", "short", "", "sp ace", "ünicode", "..%2f..", long] {
            #expect(throws: ProxyCore.Refusal.malformedName) { try scene.join(name) }
        }
        for name in ["sixsix", "NvEMQKX", "a-b_c1", String(repeating: "a", count: 256)] {
            _ = try scene.join(name)
        }
        for (number, kind) in [ProxyQuestion.Kind.terms, .payment, .proof(transaction: "t")]
            .enumerated()
        {
            try scene.ask(ProxyQuestion(channel: "nothing", kind: kind), number)
            let answer = try #require(scene.answers[number])
            #expect(answer.status == 404 && answer.json["code"]?.string == "N00001")
            #expect(answer.json["message"]?.string == "invoice not found")
            #expect(answer.json["title"]?.string == "Not found")
            #expect(answer.json.members?.map(\.name) == ["id", "code", "title", "message"])
        }
    }

    @Test func `there is an end to members, channels and channels of one address`() throws {
        var scene = Scene()
        scene.options.channelMembers = 3
        scene.options.channels = 4
        scene.options.channelsOfOrigin = 2
        for _ in 0..<3 { _ = try scene.join("invoice1") }
        #expect(throws: ProxyCore.Refusal.full) { try scene.join("invoice1") }
        _ = try scene.join("invoice2", origin: "a")
        let third = try scene.join("invoice3", origin: "a")
        #expect(throws: ProxyCore.Refusal.full) { try scene.join("invoice4", origin: "a") }
        scene.leave(third)
        _ = try scene.join("invoice4", origin: "a")
        _ = try scene.join("invoice5", origin: "b")
        #expect(throws: ProxyCore.Refusal.full) { try scene.join("invoice6", origin: "c") }
    }

    @Test func `joining is answered as the originals answer`() throws {
        var scene = Scene()
        let old = try scene.join("NvEMQKX")
        let frame = try #require(scene.frames[old]?.first)
        let client = try scene.last(old).client
        let id = try scene.last(old).id
        #expect(
            frame
                == #"{"correlationId":"","appId":"","clientID":"\#(client)","userId":"","expiration":null,"#
                + #""body":null,"messageId":"\#(id)","channelId":"NvEMQKX","#
                + #""timestamp":"2023-11-14T22:13:20.000Z","type":"join.success","headers":{}}"#
                + "\n")
        #expect(client != id && client.utf8.count == 36)
        // Whoever says how much he takes is told how much is taken here.
        let ours = try scene.join("NvEMQKX", frameBytes: 20_000)
        #expect(try scene.last(ours).header("x-frame-bytes") == "10485760")
    }

    @Test func `the health channel takes everybody and answers nothing`() throws {
        var scene = Scene()
        for _ in 0..<50 {
            let member = try scene.join("health")
            #expect(try scene.last(member).type == "join.success")
            for _ in 0..<2 {
                try scene.send(
                    SocketMessage(type: "my-dpp", channel: "health", body: "ping", headers: nil),
                    from: member)
            }
            try scene.perform(
                scene.core.receive(Array("not JSON".utf8), from: member, scene.stamp()))
            #expect(scene.inboxes[member]?.count == 1)
        }
        // Nobody is asked anything there.
        try scene.ask(ProxyQuestion(channel: "health", kind: .terms), 1)
        #expect(scene.answers[1]?.status == 404)
        for member in 1...50 { scene.leave(member) }
        #expect(scene.core.members.isEmpty && scene.core.channels.isEmpty)
    }
}
