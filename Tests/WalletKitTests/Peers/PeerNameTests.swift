// Naming peers: who may be one, and whose key stays pinned.
import Bytes
import Cryptography
import Documents
import Files
import Network
import Service
import Testing

@testable import WalletKit

@Suite struct PeerNameTests {
    /// Answers `GET /` with another identity.
    private func claim(
        _ fixture: PeerFixture, domain: String? = nil, key: String? = nil,
        devices: String? = nil
    ) {
        let identity = fixture.live.identity
        let certificates = identity.certificates.map { String(decoding: $0, as: UTF8.self) }
        let devices = devices ?? "[\(certificates.joined(separator: ","))]"
        let body =
            #"{"data":{"devices":\#(devices),"domain":"\#(domain ?? identity.domain)","key":"#
            + #""\#(key ?? identity.verifierKey)"}}"#
        fixture.sender.interpose { request, answer throws(NetworkError) in
            request.url.path == "/"
                ? HTTPResponse(status: 200, body: Array(body.utf8)) : try answer(request)
        }
    }

    @Test func `a peer is kept with its key, under a name of ours`() throws {
        let fixture = try PeerFixture()
        let peer = try fixture.add()
        #expect(peer.name == "shop" && peer.url.description == "https://shop.example/")
        #expect(peer.domain == fixture.live.identity.domain && peer.isSelfCertified)
        #expect(peer.key.text == fixture.live.identity.verifierKey)
        try fixture.customer.restart()
        #expect(try fixture.customer.wallet.knownPeers() == [peer])
        #expect(try fixture.customer.wallet.peer("shop") == peer)
        #expect(try fixture.kept("devices.ndjson") == fixture.live.identity.certificates)
        let report = try fixture.customer.wallet.report(on: peer)
        #expect(report.devices == 1 && report.receipts == 0 && report.unsent == 0)
        #expect(report.row.members.map(\.name) == PeerReport.fields.filter { $0 != "ca" })
        #expect(throws: WalletError.self) { try fixture.customer.wallet.peer("ship") }
        // Nobody is witnessed by being a peer.
        #expect(try fixture.customer.wallet.witnessedLogs().isEmpty)
    }

    @Test func `the same peer may move, and another may not take its name`() throws {
        let fixture = try PeerFixture()
        _ = try fixture.add()
        let moved = try fixture.customer.wallet.addPeer(
            "shop", url: "unix:/run/shop", key: nil, authorities: nil, over: fixture.sender)
        #expect(try fixture.customer.wallet.knownPeers() == [moved])
        let other = try PeerFixture(domain: "other")
        let error = #expect(throws: WalletError.self) {
            try fixture.customer.wallet.addPeer(
                "shop", url: PeerFixture.url, key: nil, authorities: nil, over: other.sender)
        }
        #expect(error?.code == "name-taken")
        #expect(try fixture.customer.wallet.knownPeers() == [moved])
    }

    @Test func `a domain that is an address has the key of that address`() throws {
        let fixture = try PeerFixture()
        let stolen = try VerifierKey(
            name: KeyName(fixture.live.identity.domain), kind: .ed25519,
            publicKey: [UInt8](repeating: 7, count: 32))
        claim(fixture, key: stolen.text)
        #expect(peerError { _ = try fixture.add() }?.code == "foreign-key")
        #expect(try fixture.customer.wallet.knownPeers().isEmpty)
    }

    @Test func `the key's name is the domain`() throws {
        let fixture = try PeerFixture()
        claim(fixture, domain: "shop.example")
        #expect(peerError { _ = try fixture.add() }?.code == "peer-domain-changed")
    }

    @Test(arguments: ["no key", "shop+00000000+AAAA", ""])
    func `a key that is none is refused`(key: String) throws {
        let fixture = try PeerFixture()
        claim(fixture, key: key)
        #expect(throws: NoteError.self) { try fixture.add() }
    }

    @Test func `certificates are signed by the domain's key, for the domain`() throws {
        let fixture = try PeerFixture()
        let identity = fixture.live.identity
        let own = String(decoding: identity.certificates[0], as: UTF8.self)
        let other = String(
            decoding: try PeerFixture(domain: "other").live.identity.certificates[0],
            as: UTF8.self)
        let forged = own.replacing("\"string\":\"", with: "\"string\":\"00", maxReplacements: 1)
        for devices in ["[]", "[{}]", "[\(other)]", "[\(own),\(other)]", "[\(forged)]"] {
            claim(fixture, devices: devices)
            #expect(
                peerError { _ = try fixture.add() }?.code == "peer-certificate", "\(devices)")
        }
        #expect(try fixture.customer.wallet.knownPeers().isEmpty)
        claim(fixture, devices: "[\(own),\(own)]")
        _ = try fixture.add()
        #expect(try fixture.kept("devices.ndjson").count == 1)
    }

    @Test func `a key that was given beforehand is the one`() throws {
        let fixture = try PeerFixture(domain: "shop")
        let other = try PeerFixture(domain: "other").live.identity.verifierKey
        let error = peerError { _ = try fixture.add(key: other) }
        #expect(error?.code == "peer-key-changed")
        let peer = try fixture.add(key: fixture.live.identity.verifierKey)
        #expect(!peer.isSelfCertified)
    }

    @Test func `a domain's key does not change, also where its log is witnessed`() throws {
        let fixture = try PeerFixture(domain: "shop")
        let impostor = try PeerWallet("impostor", domain: "shop", clock: fixture.clock)
        let live = try LiveDomain(
            wallet: impostor.wallet, isReadOnly: false, version: "test"
        ) { _ in }
        defer { live.stop() }
        let sender = LoopbackSender(Processor(domain: live, options: ServiceOptions()))
        func add(_ name: String, _ sender: any HTTPSender) throws {
            _ = try fixture.customer.wallet.addPeer(
                name, url: PeerFixture.url, key: nil, authorities: nil, over: sender)
        }
        _ = try fixture.customer.wallet.trustLog(fixture.live.identity.verifierKey)
        #expect(peerError { try add("shop", sender) }?.code == "peer-key-changed")
        try add("shop", fixture.sender)
        _ = try fixture.customer.wallet.forgetLog("shop")
        for name in ["shop", "shop2"] {
            #expect(peerError { try add(name, sender) }?.code == "peer-key-changed")
        }
        _ = try fixture.customer.wallet.removePeer("shop")
        try add("shop", sender)
        // What the former key has certified does not count.
        let session = try fixture.customer.wallet.session(
            with: try fixture.customer.wallet.peer("shop"), over: fixture.sender)
        let line = try fixture.give("1", to: try fixture.customer.me)
        #expect(peerError { _ = try session.receipt(line) }?.code == "peer-key-changed")
    }

    @Test(arguments: [
        "ws://shop.example", "wss://shop.example", "https://shop.example/?a=1", "ftp://a", "shop",
    ])
    func `what is no URL of a peer is refused before anybody is asked`(url: String) throws {
        let fixture = try PeerFixture()
        let error = #expect(throws: NetworkError.self) {
            try fixture.customer.wallet.addPeer(
                "shop", url: url, key: nil, authorities: nil, over: fixture.sender)
        }
        #expect(error?.code == "invalid-url")
        #expect(fixture.sender.asked("GET") == 0)
    }

    @Test(arguments: ["", "-x", "a b", "a/b", "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn"])
    func `what is no name is refused`(name: String) throws {
        let fixture = try PeerFixture()
        #expect(throws: WalletError.self) { try fixture.add(name) }
    }

    @Test func `who is forgotten leaves the receipts`() throws {
        let fixture = try PeerFixture()
        try fixture.give("3", to: fixture.customer.me)
        _ = try fixture.session().deliver(try fixture.promise())
        _ = try fixture.customer.wallet.removePeer("shop")
        #expect(throws: WalletError.self) { try fixture.customer.wallet.removePeer("shop") }
        #expect(try fixture.customer.wallet.knownPeers().isEmpty)
        #expect(try fixture.receipts.count == 1)
        _ = try fixture.add("pub")
        let peer = try fixture.customer.wallet.peer("pub")
        #expect(try fixture.customer.wallet.report(on: peer).receipts == 1)
    }

    @Test(arguments: [
        ("http://shop.example", true), ("http://127.0.0.1:80", false), ("http://[::1]", false),
        ("http://localhost", false), ("http://10.0.0.1", true), ("https://shop.example", false),
        ("unix:/run/shop", false),
    ])
    func `who can read on the way`(url: String, isOpen: Bool) throws {
        let key = try VerifierKey(
            name: KeyName("shop"), kind: .ed25519, publicKey: [UInt8](repeating: 1, count: 32))
        let peer = Peer(name: "shop", url: try WebURL(url), key: key, authorities: nil)
        #expect(peer.isOpenToOthers == isOpen)
    }
}
