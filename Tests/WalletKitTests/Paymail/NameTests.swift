// Aliases, promises of outputs and others' handles, as they are kept.
import Bitcoin
import Bytes
import Coins
import Cryptography
import Documents
import Network
import Paymail
import Testing

@testable import WalletKit

/// Nobody is there.
private struct Silence: HTTPSender, ServiceResolver {
    func send(_ request: HTTPRequest) throws(NetworkError) -> HTTPResponse {
        throw .unreachable(host: request.url.host, reason: "nobody is there")
    }
    func services(_ name: String) throws(NetworkError) -> ServiceRecords { ServiceRecords() }
}

@Suite struct NameTests {
    let clock = PeerClock()
    let alice: PeerWallet
    let bob: PeerWallet

    init() throws {
        alice = try PeerWallet("alice", domain: "alice.example", clock: clock)
        bob = try PeerWallet("bob", clock: clock)
    }

    // MARK: - Aliases

    @Test func `an alias is kept, found, and taken away`() throws {
        var order = AliasOrder(alias: "Alice")
        order.name = "Alice A."
        order.avatar = "https://example.com/a.png"
        let made = try alice.wallet.addAlias(order)
        let me = try alice.me
        #expect(made.alias == "alice" && made.address == me)
        #expect(try alice.again().aliases() == [made])
        #expect(PaymailAlias(made.json.bytes) == made)
        #expect(throws: WalletError.self) { try alice.wallet.addAlias(order) }
        try alice.wallet.removeAlias("alice")
        #expect(try alice.again().aliases().isEmpty)
        #expect(throws: WalletError.self) { try alice.wallet.removeAlias("alice") }
    }

    @Test(arguments: [
        "", "a b", "a/b", "..", "../a", ".", "a@b", "\u{e4}", "a\u{0}b", "a\nb",
        String(repeating: "a", count: 65),
    ])
    func `no alias`(_ name: String) throws {
        #expect(throws: WalletError.self) { try alice.wallet.addAlias(AliasOrder(alias: name)) }
        #expect(throws: WalletError.self) { try alice.wallet.removeAlias(name) }
        #expect(try alice.wallet.alias(name) == nil)
    }

    @Test func `an alias is never under another one's name`() throws {
        let made = try alice.wallet.addAlias(AliasOrder(alias: "alice"))
        let directory = try alice.wallet.paymailDirectory()
        try directory.write("aliases/bob", made.json.bytes)
        #expect(try alice.wallet.alias("bob") == nil)
        #expect(throws: WalletError.self) { try alice.wallet.aliases() }
        for count in 0..<made.json.bytes.count {
            #expect(PaymailAlias(Array(made.json.bytes[..<count])) == nil)
        }
    }

    // MARK: - References

    private func reference(_ digit: String) throws -> PeerReference {
        let script = Script.publicKeyHash([UInt8](repeating: 7, count: 20))
        return PeerReference(
            alias: "alice",
            destination: PeerDestination(
                outputs: [TransactionOutput(satoshis: 5, script: script)],
                reference: String(repeating: digit, count: 32)),
            satoshis: 5, created: try #require(Timestamp(typed: "2030-01-01")),
            expires: try #require(Timestamp(typed: "2030-01-02")))
    }

    @Test func `a reference is promised, claimed, paid and released`() throws {
        let store = ReferenceStore(directory: try alice.wallet.paymailDirectory())
        let promised = try reference("a")
        let name = promised.destination.reference
        #expect(try store.reference(name) == nil)
        try store.keep(promised)
        #expect(try store.reference(name) == promised)
        #expect(try store.isUnpaid(name) && store.references() == [name])
        let id = try #require(Digest256([UInt8](repeating: 1, count: 32)))
        let other = try #require(Digest256([UInt8](repeating: 2, count: 32)))
        for payload in [TransactionPayload.raw([1, 2]), .beef([3])] {
            try store.setClaim(name, .init(transaction: id, payload: payload))
            let claim = try #require(try store.claim(name))
            #expect(claim.transaction == id && claim.payload == payload)
            #expect(try store.interrupted() == [name] && !store.isUnpaid(name))
        }
        try store.setPaid(name, id)
        #expect(try store.paid(name) == id)
        #expect(try store.claim(name) == nil && store.interrupted().isEmpty)
        // Only what has paid it can be taken back.
        try store.release(name, of: other)
        #expect(try store.paid(name) == id)
        try store.release(name, of: id)
        #expect(try store.paid(name) == nil && store.isUnpaid(name))
        try store.forget(name)
        #expect(try store.reference(name) == nil && store.references().isEmpty)
    }

    @Test func `what is damaged is said, and names that are none are nothing`() throws {
        let store = ReferenceStore(directory: try alice.wallet.paymailDirectory())
        let promised = try reference("b")
        let name = promised.destination.reference
        let moved = String(repeating: "c", count: 32)
        try store.directory.write("references/\(moved)/promise", promised.json.bytes)
        #expect(throws: RequestError.self) { try store.reference(moved) }
        try store.directory.write("references/\(name)/paid", Array("nonsense".utf8))
        #expect(throws: RequestError.self) { try store.paid(name) }
        try store.directory.write("references/\(name)/claim", Array("{}".utf8))
        #expect(throws: RequestError.self) { try store.claim(name) }
        for text in [
            "", "..", "../../config", name + "a", name.uppercased(), "\(name.dropLast())/",
        ] {
            #expect(!ReferenceStore.isReference(text))
            #expect(try store.reference(text) == nil)
        }
    }

    // MARK: - Others' handles

    private func client() throws -> PaymailClient {
        try bob.wallet.paymailClient(
            PaymailClient.Reach(named: Silence(), strange: Silence()), services: Silence(),
            named: ["alice.example=http://127.0.0.1:1"])
    }

    /// What Alice's server would have said, and Bob has kept.
    private func remember(_ handle: PaymailHandle, key: [UInt8]? = nil) throws {
        let alias = try #require(try alice.wallet.alias("alice"))
        let said = try alice.wallet.promiseDestination(of: alias, handle)
        let signed = try alice.wallet.aliasSigningKey(alias).envelope(said.json.bytes)
        let memory = PaymailMemoryFiles(directory: try bob.wallet.paymailDirectory())
        try memory.keep(
            PinnedKey(publicKey: key ?? alias.publicKey, since: clock.now), of: handle)
        try memory.keep(signed.json.bytes, of: handle)
    }

    @Test func `a handle that was known is found without its server`() throws {
        _ = try alice.wallet.addAlias(AliasOrder(alias: "alice"))
        let handle = try PaymailHandle("alice@alice.example")
        let client = try client()
        #expect(throws: NetworkError.self) { try bob.wallet.resolve(handle, with: client) }
        try remember(handle)
        let found = try bob.wallet.resolve(handle, with: client)
        let me = try alice.me
        #expect(!found.isFresh && found.address == me)
        #expect(found.domain == "alice.example")
        // What was said of one handle says nothing of another.
        let other = try PaymailHandle("carol@alice.example")
        #expect(throws: NetworkError.self) { try bob.wallet.resolve(other, with: client) }
    }

    @Test func `what another key has signed is not believed`() throws {
        _ = try alice.wallet.addAlias(AliasOrder(alias: "alice"))
        let handle = try PaymailHandle("alice@alice.example")
        let stranger = try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: 5, count: 32)))
        try remember(handle, key: stranger.publicKey.compressed)
        let client = try client()
        #expect(throws: NetworkError.self) { try bob.wallet.resolve(handle, with: client) }
        // Nor is what the disk has spoilt.
        let memory = PaymailMemoryFiles(directory: try bob.wallet.paymailDirectory())
        try remember(handle)
        try memory.keep(Array("nonsense".utf8), of: handle)
        #expect(throws: NetworkError.self) { try bob.wallet.resolve(handle, with: client) }
    }

    @Test(arguments: ["x", "=http://a", "a=b=c d", "a=ftp://h", "a=http://h?q=1", "a="])
    func `servers that are none`(_ text: String) throws {
        #expect(throws: WalletError.self) {
            try bob.wallet.paymailClient(
                PaymailClient.Reach(named: Silence(), strange: Silence()), services: Silence(),
                named: [text])
        }
    }
}
