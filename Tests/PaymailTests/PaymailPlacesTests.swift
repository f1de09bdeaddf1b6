// Whose server speaks for a domain.
import Cryptography
import Documents
import Network
import Testing

@testable import Paymail

struct PaymailPlacesTests {
    private static let name = "_bsvalias._tcp.example.com"

    private func found(
        _ records: ServiceRecords?, named: [String: String] = [:]
    ) throws -> (places: [String], foreign: String?) {
        let places = PaymailPlaces(
            named: try named.mapValues { try WebURL($0) },
            services: TableResolver(table: [Self.name: records]),
            random: SeededRandom(seed: [3]))
        let found = try places.find("example.com")
        return (found.places.map(\.description), found.foreign)
    }

    private func record(
        _ target: String, _ port: UInt16 = 443, priority: UInt16 = 10
    ) -> ServiceRecord {
        ServiceRecord(priority: priority, weight: 10, port: port, target: target)
    }

    @Test func `without a record the domain itself is asked`() throws {
        #expect(try found(ServiceRecords()).places == ["https://example.com/"])
        #expect(try found(nil).places == ["https://example.com/"])
    }

    @Test func `a server below the domain counts`() throws {
        let records = ServiceRecords([record("pay.example.com", 3000), record("example.com")])
        #expect(
            Set(try found(records).places)
                == ["https://pay.example.com:3000/", "https://example.com/"])
    }

    @Test(arguments: [
        "evil.com", "example.com.evil.com", "notexample.com", "com", "other.example.net",
    ])
    func `a server elsewhere does not count`(_ target: String) throws {
        let answer = try found(ServiceRecords([record(target)]))
        #expect(answer.places == ["https://example.com/"])
        #expect(answer.foreign == target)
    }

    @Test func `a verified record may name any server`() throws {
        let records = ServiceRecords([record("cloud.host.net")], isAuthenticated: true)
        #expect(try found(records).places == ["https://cloud.host.net/"])
    }

    @Test func `what the user has named needs no record`() throws {
        let answer = try found(
            ServiceRecords([record("evil.com")]),
            named: ["example.com": "http://127.0.0.1:8080"])
        #expect(answer.places == ["http://127.0.0.1:8080/"])
    }

    @Test func `priorities are kept, and a domain may say that it has nothing`() throws {
        let records = ServiceRecords([
            record("c.example.com", priority: 30), record("a.example.com", priority: 10),
            record("b.example.com", priority: 20),
        ])
        #expect(
            try found(records).places == [
                "https://a.example.com/", "https://b.example.com/", "https://c.example.com/",
            ])
        #expect(throws: PaymailError.self) { try found(ServiceRecords([record("", 0)])) }
    }

    @Test func `at most four servers are tried`() throws {
        let many = (0..<10).map { record("s\($0).example.com", priority: UInt16($0)) }
        #expect(try found(ServiceRecords(many)).places.count == PaymailLimits.places)
    }

    @Test func `a foreign server is named in the refusal when the domain does not answer`() throws {
        let clock = Clock()
        let sender = TableSender([:])
        let client = PaymailClient(
            PaymailClient.Reach(named: sender, strange: sender),
            services: TableResolver(table: [Self.name: ServiceRecords([record("evil.com")])]),
            memory: VolatileMemory(), random: SeededRandom(seed: [3]), now: { clock.now })
        #expect {
            try client.capabilities(of: "example.com")
        } throws: { error in
            guard case .foreignServer("example.com", "evil.com", _) = error as? PaymailError else {
                return false
            }
            return sender.asked.withLock { $0.map(\.url.host) } == ["example.com"]
        }
    }
}
