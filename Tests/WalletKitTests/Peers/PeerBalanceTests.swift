// Balances at a peer: what proves them, and what is found out.
import Bytes
import Documents
import Files
import Network
import Service
import Testing

@testable import WalletKit

@Suite struct PeerBalanceTests {
    private func balances(
        _ fixture: PeerFixture, _ who: String? = nil, _ unit: String? = nil
    ) throws -> [PeerBalance] {
        try fixture.customer.wallet.balances(of: who, unit: unit, at: fixture.session())
    }

    private func seal(_ fixture: PeerFixture) throws {
        _ = try #require(try fixture.shop.again(7).seal(.init()))
        fixture.live.look()
    }

    @Test func `before the first block receipts prove everything`() throws {
        let fixture = try PeerFixture()
        #expect(try balances(fixture).isEmpty)
        try fixture.give("3", to: fixture.customer.me)
        try fixture.give("4", to: fixture.customer.me)
        let balance = try #require(try balances(fixture).first)
        #expect(balance.state.net.text == "7" && balance.block == nil && balance.receipts == 2)
        #expect(balance.proved == "2 receipts" && balance.name == "me")
        #expect(balance.unit.label == "BEER")
        #expect(
            balance.row.members.map(\.name) == [
                "name", "net", "unit", "min", "max", "address", "symbol", "proved", "receipts",
            ])
    }

    @Test func `a block proves a balance, receipts what came since`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        try seal(fixture)
        #expect(try balances(fixture).map(\.proved) == ["block 0"])
        try fixture.give("4", to: fixture.customer.me)
        _ = try fixture.session().send(try fixture.promise("2"))
        let balance = try #require(try balances(fixture).first)
        #expect(balance.proved == "block 0 + 2 receipts" && balance.state.net.text == "5")
        #expect(balance.row["height"] == "0" && balance.row["receipts"] == "2")
        try seal(fixture)
        #expect(try balances(fixture).map(\.proved) == ["block 1"])
        // A counter that no block has yet.
        try fixture.give("1", to: fixture.shop.me)
        let shop = try fixture.shop.me.text
        #expect(try balances(fixture, shop).map(\.state.net.text) == ["3"])
        #expect(try balances(fixture, shop, "BEER").count == 1)
        #expect(throws: WalletError.self) { try balances(fixture, nil, "WINE") }
    }

    @Test func `a counter that the last block does not have begins with receipts`() throws {
        let fixture = try PeerFixture()
        try seal(fixture)
        try fixture.give("1", to: fixture.customer.me)
        #expect(try balances(fixture).map(\.proved) == ["1 receipt"])
    }

    // MARK: - What is found out

    private func error(
        _ fixture: PeerFixture, _ path: String,
        _ change: @escaping @Sendable (HTTPResponse) -> HTTPResponse
    ) throws -> PeerError? {
        let session = try fixture.session()
        fixture.sender.interpose { request, answer throws(NetworkError) in
            let response = try answer(request)
            return request.url.path.contains(path) ? change(response) : response
        }
        defer { fixture.sender.interpose(nil) }
        return peerError {
            _ = try fixture.customer.wallet.balances(of: nil, unit: nil, at: session)
        }
    }

    private static func edit(
        _ response: HTTPResponse, _ old: String, _ new: String
    ) -> HTTPResponse {
        var response = response
        let text = String(decoding: response.body, as: UTF8.self)
        precondition(text.contains(old), "there is no '\(old)'")
        response.body = Array(text.replacing(old, with: new).utf8)
        return response
    }

    @Test func `a balance that is only said is not believed`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        try seal(fixture)
        try fixture.give("4", to: fixture.customer.me)
        let net = try error(fixture, "/address/") { Self.edit($0, #""net":"7""#, #""net":"8""#) }
        #expect(net?.code == "peer-unproved")
        let max = try error(fixture, "/address/") {
            Self.edit($0, #""max":"Infinity""#, #""max":"9""#)
        }
        #expect(max?.code == "peer-unproved")
        let index = try error(fixture, "/address/") {
            let isFirst = String(decoding: $0.body, as: UTF8.self).contains("::0\"")
            return Self.edit($0, isFirst ? "::0\"" : "::1\"", "::7\"")
        }
        #expect(index?.code == "peer-receipt")
        let gone = try error(fixture, "/transaction/") { _ in
            HTTPResponse(
                status: 404, body: Array(#"{"error":{"code":"unknown-transaction"}}"#.utf8))
        }
        #expect(gone?.code == "peer-unproved")
    }

    @Test func `a proof is of this counter, of this domain, and whole`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        try seal(fixture)
        let changes: [@Sendable (HTTPResponse) -> HTTPResponse] = [
            { Self.edit($0, #""net":"3""#, #""net":"4""#) },
            { _ in HTTPResponse(status: 200, body: Array("{}".utf8)) },
            { Self.edit($0, #""height":0"#, #""height":1"#) },
        ]
        for change in changes {
            #expect(try error(fixture, "/proof/", change)?.code == "peer-unproved")
        }
        let other = try PeerFixture(domain: "other")
        try other.give("3", to: fixture.customer.me)
        try seal(other)
        let symbol = try #require(
            try fixture.live.units(page: Page(skip: 0, limit: 1)).first?.symbol)
        let key = CounterKey(try fixture.customer.me, symbol)
        // The same people in another domain: the proof is true, and of another log.
        guard case .proof(let line, _) = try other.live.balanceProof(of: key) else {
            Issue.record("there is no proof")
            return
        }
        let foreign = try error(fixture, "/proof/") { _ in HTTPResponse(status: 200, body: line) }
        #expect(foreign?.code == "peer-unproved")
        let shop = CounterKey(symbol, symbol)
        guard case .proof(let wrong, _) = try fixture.live.balanceProof(of: shop) else {
            Issue.record("there is no proof")
            return
        }
        let issuer = try error(fixture, "/proof/") { _ in HTTPResponse(status: 200, body: wrong) }
        #expect(issuer?.code == "peer-unproved")
    }

    @Test func `a block that the receipts do not reach proves nothing`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        try seal(fixture)
        let symbol = try #require(
            try fixture.live.units(page: Page(skip: 0, limit: 1)).first?.symbol)
        let key = CounterKey(try fixture.customer.me, symbol)
        guard case .proof(let first, _) = try fixture.live.balanceProof(of: key) else {
            Issue.record("there is no proof")
            return
        }
        try fixture.give("4", to: fixture.customer.me)
        // Counters of this domain, sealed in a log that never was: same key, other states.
        let twin = try PeerFixture()
        try twin.give("2", to: fixture.customer.me)
        try seal(twin)
        guard case .proof(let line, _) = try twin.live.balanceProof(of: key) else {
            Issue.record("there is no proof")
            return
        }
        #expect(first != line)
        let error = try error(fixture, "/proof/") { _ in HTTPResponse(status: 200, body: line) }
        #expect(error?.code == "peer-unproved")
    }

    @Test func `what was seen once is not taken back`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        let path = "/address/\(try fixture.customer.me)/balance"
        let session = try fixture.session()
        let old = try fixture.sender.send(
            HTTPRequest("GET", session.peer.url.appending(path: path)))
        try fixture.give("4", to: fixture.customer.me)
        #expect(try balances(fixture).count == 1)
        // An earlier state, with everything that proved it then.
        #expect(try error(fixture, "/address/") { _ in old }?.code == "peer-forked")
        let none = try error(fixture, "/address/") { _ in
            HTTPResponse(status: 200, body: Array(#"{"data":{"balances":[]}}"#.utf8))
        }
        #expect(none?.code == "peer-forked")
        #expect(try balances(fixture).map(\.state.net.text) == ["7"])
    }

    @Test func `only what is new is fetched`() throws {
        let fixture = try PeerFixture()
        for _ in 0..<5 { try fixture.give("1", to: fixture.customer.me) }
        try seal(fixture)
        _ = try balances(fixture)
        try fixture.give("1", to: fixture.customer.me)
        let before = fixture.sender.asked("GET")
        #expect(try balances(fixture).map(\.proved) == ["block 0 + 1 receipt"])
        // The balance, the transaction, the proof, the one before it, the unit.
        #expect(fixture.sender.asked("GET") - before == 5)
    }
}
