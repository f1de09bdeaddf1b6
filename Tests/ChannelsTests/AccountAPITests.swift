// The account API over sockets: shapes as the real programs exchange them, and every refusal.
import Bytes
import Documents
import Network
import Testing

@testable import Channels

@Suite struct AccountAPITests {
    /// What payd asks, byte for byte, and what it needs of the answers.
    @Test func `payd's own requests`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let both = "application/json; charset=utf-8"
        let accept = [("Accept", both)]
        var names: [String] = []
        let made = try rig.ask(
            "POST", "/account/1/channel", as: ChannelRig.basic(), type: both,
            #"{"accountid":1,"public_read":true,"public_write":true,"sequenced":true,"#
                + #""retention":{"min_age_days":0,"max_age_days":9999,"auto_prune":false}}"#,
            fields: accept)
        #expect(made.status == 200)
        #expect(
            made.masked(&names)
                == #"{"access_tokens":[{"can_read":true,"can_write":true,"description":"Owner","#
                + #""id":"1","token":"<1>"}],"head":0,"href":"\#(rig.url.text)<2>","id":"<2>","#
                + #""locked":false,"public_read":true,"public_write":true,"retention":{"#
                + #""auto_prune":false,"max_age_days":9999,"min_age_days":0},"sequenced":true}"#)
        let id = names[1]
        for (number, (description, read, write)) in [
            ("publishing proofs for NvEMQKX", false, true),
            ("reading proofs for NvEMQKX", true, false),
            ("reading proofs for NvEMQKX", true, false),
        ].enumerated() {
            let token = try rig.ask(
                "POST", "/account/1/channel/\(id)/api-token", as: ChannelRig.basic(), type: both,
                #"{"accountid":1,"channelid":"\#(id)","description":"\#(description)","#
                    + #""can_read":\#(read),"can_write":\#(write)}"#, fields: accept)
            #expect(token.status == 200)
            #expect(
                token.masked(&names)
                    == #"{"can_read":\#(read),"can_write":\#(write),"description":"#
                    + #""\#(description)","id":"\#(number + 2)","token":"<\#(number + 3)>"}"#)
        }
        // The miner writes, both read with the fields that payd sends with a GET too.
        let writer = "Bearer " + names[2]
        let proof = try rig.ask(
            "POST", "/channel/\(id)", as: writer, type: "application/json", #"{"payload":"{}"}"#)
        #expect(proof.status == 200)
        #expect(
            proof.text
                == #"{"content_type":"application/json","payload":"eyJwYXlsb2FkIjoie30ifQ==","#
                + #""received":"2026-10-03T04:00:00.000Z","sequence":1}"#)
        for reader in names[3...4] {
            let read = try rig.ask(
                "GET", "/channel/\(id)?unread=true", as: "Bearer " + reader, type: both,
                fields: accept)
            #expect(read.status == 200)
            #expect(read.text == "[" + proof.text + "]")
            #expect(read.headers["ETag"] == "1")
        }
    }

    @Test func `channels and tokens are listed, changed and deleted`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let basic = ChannelRig.basic()
        var names: [String] = []
        #expect(
            try rig.ask("GET", "/account/1/channel/list", as: basic).text == #"{"channels":[]}"#)
        let (id, owner) = try rig.channel(#"{"retention":{"auto_prune":true}}"#)
        names = [String(owner.dropFirst(7)), id]
        let shape =
            #"{"access_tokens":[{"can_read":true,"can_write":true,"description":"Owner","id":"1","#
            + #""token":"<1>"}],"head":0,"href":"\#(rig.url.text)<2>","id":"<2>","locked":false,"#
            + #""public_read":false,"public_write":false,"retention":{"auto_prune":true,"#
            + #""max_age_days":null,"min_age_days":null},"sequenced":false}"#
        #expect(
            try rig.ask("GET", "/account/1/channel/list", as: basic).masked(&names)
                == #"{"channels":["# + shape + "]}")
        #expect(try rig.ask("GET", "/account/1/channel/\(id)", as: basic).masked(&names) == shape)
        let changed = try rig.ask(
            "POST", "/account/1/channel/\(id)", as: basic, type: "application/json",
            #"{"public_read":true,"public_write":false,"locked":true}"#)
        #expect(changed.status == 200)
        #expect(changed.text == #"{"locked":true,"public_read":true,"public_write":false}"#)
        // What is not said stays.
        let unlocked = try rig.ask(
            "POST", "/account/1/channel/\(id)", as: basic, type: "application/json",
            #"{"Locked":false}"#)
        #expect(unlocked.text == #"{"locked":false,"public_read":true,"public_write":false}"#)
        let token = try rig.token(id, write: false)
        let tokens = "/account/1/channel/\(id)/api-token"
        let listed = try rig.ask("GET", tokens, as: basic)
        #expect(try ForeignJSON(listed.body).elements?.count == 2)
        let one = try rig.ask("GET", tokens + "/" + token.id, as: basic)
        let value = token.bearer.dropFirst(7)
        #expect(
            one.text
                == #"{"can_read":true,"can_write":false,"description":"t","id":"\#(token.id)","#
                + #""token":"\#(value)"}"#)
        #expect(
            try rig.ask("GET", tokens + "?token=\(value)", as: basic).text == "[" + one.text + "]")
        #expect(try rig.ask("GET", tokens + "?token=x", as: basic).status == 404)
        #expect(try rig.ask("DELETE", tokens + "/" + token.id, as: basic).status == 204)
        #expect(try rig.ask("GET", tokens + "/" + token.id, as: basic).code == "unknown-token")
        #expect(try rig.ask("DELETE", tokens + "/" + token.id, as: basic).status == 404)
        #expect(try rig.ask("GET", "/channel/\(id)", as: token.bearer).status == 401)
        #expect(try rig.ask("DELETE", "/account/1/channel/\(id)", as: basic).status == 204)
        #expect(try rig.ask("GET", "/account/1/channel/\(id)", as: basic).code == "unknown-channel")
        #expect(try rig.ask("GET", "/channel/\(id)", as: owner).status == 404)
    }

    @Test(arguments: [
        ("GET", "/account/x/channel/list", 404, "unknown-path"),
        ("GET", "/account/1/channels", 404, "unknown-path"),
        ("GET", "/account/2/channel/list", 403, "forbidden"),
        ("GET", "/account/1/channel/nobody", 404, "unknown-channel"),
        ("DELETE", "/account/1/channel/nobody", 404, "unknown-channel"),
        ("GET", "/account/1/channel/nobody/api-token", 404, "unknown-channel"),
        ("GET", "/account/1/channel/nobody/api-token/x", 404, "unknown-path"),
        ("PUT", "/account/1/channel/nobody", 405, "method-not-allowed"),
        ("DELETE", "/account/1/channel", 405, "method-not-allowed"),
        ("GET", "/proofs/" + String(repeating: "0", count: 64), 404, "unknown-path"),
        ("GET", "/elsewhere", 404, "unknown-path"),
    ])
    func `paths that lead nowhere`(
        method: String, path: String, status: Int, code: String
    ) throws {
        let rig = try ChannelRig()
        try rig.account()
        let answer = try rig.ask(method, path, as: ChannelRig.basic())
        #expect(answer.status == status)
        #expect(answer.code == code)
    }

    @Test func `who is not who he says`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let other = try rig.account("bar", user: "other")
        #expect(other == 2)
        let path = "/account/1/channel/list"
        for who in [
            nil, ChannelRig.basic("username", "wrong"), ChannelRig.basic("nobody"), "Basic !!!",
            "Basic " + Base64.encode(Array("nocolon".utf8)), "Bearer abc", "Basic",
        ] {
            let answer = try rig.ask("GET", path, as: who)
            #expect(answer.status == 401, "\(who ?? "nobody")")
            #expect(answer.code == "unauthenticated")
        }
        #expect(
            try rig.ask("GET", path, as: ChannelRig.basic("nobody")).headers["WWW-Authenticate"]
                == #"Basic realm="channels""#)
        #expect(try rig.ask("GET", path, as: ChannelRig.basic("other")).status == 403)
        #expect(
            try rig.ask("GET", "/account/2/channel/list", as: ChannelRig.basic("other")).status
                == 200)
        // Of another account's channel nobody learns that it is there.
        let (id, _) = try rig.channel()
        #expect(
            try rig.ask("GET", "/account/2/channel/\(id)", as: ChannelRig.basic("other")).code
                == "unknown-channel")
        // A second credential of the same account is as good as the first.
        #expect(try rig.account(user: "second") == 1)
        #expect(try rig.ask("GET", path, as: ChannelRig.basic("second")).status == 200)
    }

    @Test(arguments: [
        #"{"retention":{"min_age_days":2,"max_age_days":1}}"#,
        #"{"retention":{"min_age_days":-1}}"#, #"{"retention":{"max_age_days":36501}}"#,
        #"{"retention":{"max_age_days":1.5}}"#, #"{"retention":[]}"#, #"{"public_read":1}"#,
        #"{"sequenced":"true"}"#, "[]", "", "{", #"{"locked":true,"Locked":false}"#,
    ])
    func `channels that cannot be`(body: String) throws {
        let rig = try ChannelRig()
        try rig.account()
        let answer = try rig.ask(
            "POST", "/account/1/channel", as: ChannelRig.basic(), type: "application/json", body)
        #expect(answer.status == 400)
        #expect(answer.code == "malformed")
    }

    @Test func `a token's description has its limit`() throws {
        let rig = try ChannelRig()
        try rig.account()
        let (id, _) = try rig.channel()
        for (count, status) in [(1_024, 200), (1_025, 400)] {
            let text = String(repeating: "d", count: count)
            let answer = try rig.ask(
                "POST", "/account/1/channel/\(id)/api-token", as: ChannelRig.basic(),
                type: "application/json", #"{"description":"\#(text)","can_read":true}"#)
            #expect(answer.status == status)
        }
        let number = try rig.ask(
            "POST", "/account/1/channel/\(id)/api-token", as: ChannelRig.basic(),
            type: "application/json", #"{"description":1}"#)
        #expect(number.code == "malformed")
    }

    @Test func `both shapes of errors, and the fields of every answer`() throws {
        let rig = try ChannelRig()
        let refused = try rig.ask("GET", "/account/1/channel/list")
        let error = try ForeignJSON(refused.body)
        #expect(
            error.members?.map(\.name)
                == ["code", "message", "status", "title", "traceId", "type"])
        #expect(error["status"]?.integer == 401)
        #expect(error["title"] == error["message"])
        #expect(refused.headers["Content-Type"] == "application/problem+json")
        let preflight = try rig.ask("OPTIONS", "/account/1/channel/list")
        #expect(preflight.status == 204)
        #expect(preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS")
        let first = try ForeignJSON(try rig.ask("GET", "/x").body)["traceId"]
        let second = try ForeignJSON(try rig.ask("GET", "/x").body)["traceId"]
        #expect(first != second)
        for answer in [refused, preflight] {
            for (name, value) in [
                ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "frame-ancestors 'none'"),
                ("X-Frame-Options", "DENY"), ("Access-Control-Allow-Origin", "*"),
                ("Strict-Transport-Security", "max-age=31536000"),
                ("Access-Control-Expose-Headers", "authorization,etag"),
            ] { #expect(answer.headers[name] == value) }
        }
    }

    @Test func `false passwords are counted, and those who are known come in all the same`() throws
    {
        let rig = try ChannelRig { $0.falsePasswordsPerMinute = 3 }
        try rig.account()
        let path = "/account/1/channel/list"
        #expect(try rig.ask("GET", path, as: ChannelRig.basic()).status == 200)
        for number in 1...3 {
            #expect(try rig.ask("GET", path, as: ChannelRig.basic("a", "\(number)")).status == 401)
        }
        let late = try rig.ask("GET", path, as: ChannelRig.basic("a", "4"))
        #expect(late.status == 429)
        #expect(late.headers["Retry-After"] == "60")
        #expect(try rig.ask("GET", path, as: ChannelRig.basic()).status == 200)
        rig.pass(milliseconds: 60_000)
        #expect(try rig.ask("GET", path, as: ChannelRig.basic("a", "5")).status == 401)
    }

    @Test func `an address that others see`() throws {
        let rig = try ChannelRig { $0.publicURL = "https://channels.example" }
        try rig.account()
        let made = try rig.ask(
            "POST", "/account/1/channel", as: ChannelRig.basic(), type: "application/json", "{}")
        let json = try ForeignJSON(made.body)
        #expect(
            json["href"]?.string
                == "https://channels.example/api/v1/channel/" + (json["id"]?.string ?? ""))
    }
}

extension WebURL {
    /// What the addresses of channels begin with.
    var text: String { "http://\(host):\(port)/api/v1/channel/" }
}
