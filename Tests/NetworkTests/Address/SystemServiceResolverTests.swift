// The system's resolver before a name server of ours.
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Network

/// A name server on this machine that answers one question with what it is told.
private final class NameServer: Sendable {
    let place: sockaddr_in
    private let descriptor: Int32

    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        place = address
        // A thread of its own: queues wait where many tests block theirs, and an answer may not.
        // It closes the socket itself: a number that is used again would give it another's questions.
        Thread.detachNewThread {
            defer { close(descriptor) }
            var buffer = [UInt8](repeating: 0, count: 2_048)
            var from = sockaddr()
            var size = socklen_t(MemoryLayout<sockaddr>.size)
            while true {
                let count = recvfrom(descriptor, &buffer, buffer.count, 0, &from, &size)
                guard count > 0 else { return }
                guard let bytes = answer(Array(buffer[..<count])) else { continue }
                sendto(descriptor, bytes, bytes.count, 0, &from, size)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

struct SystemServiceResolverTests {
    private static let name = "_bsvalias._tcp.example.com"

    /// The question as an answer: with flags, a code, and records behind it.
    private static func answer(
        _ question: [UInt8], code: UInt8 = 0, _ records: [[UInt8]] = []
    ) -> [UInt8] {
        // A question for more, such as EDNS, is not repeated.
        let end = 12 + name.utf8.count + 2 + 4
        var bytes = Array(question[..<end])
        bytes[2] = 0x81
        bytes[3] = 0xa0 | code
        bytes[7] = UInt8(records.count)
        bytes[11] = 0
        return bytes + records.flatMap { $0 }
    }

    private static let record: [UInt8] =
        [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 12, 0, 10, 0, 10, 1, 0xbb]
        + [3] + Array("pay".utf8) + [0xc0, 12 + 10 + 5]

    @Test func `a record is asked for and read`() throws {
        let server = try NameServer { Self.answer($0, [Self.record]) }
        let records = try SystemServiceResolver(server: server.place).services(Self.name)
        #expect(
            records.records == [
                ServiceRecord(priority: 10, weight: 10, port: 443, target: "pay.example.com")
            ])
        withExtendedLifetime(server) {}
    }

    @Test(arguments: [UInt8(0), 3])
    func `no record is an answer`(_ code: UInt8) throws {
        let server = try NameServer { Self.answer($0, code: code) }
        let records = try SystemServiceResolver(server: server.place).services(Self.name)
        #expect(records.records.isEmpty)
        withExtendedLifetime(server) {}
    }

    @Test func `what cannot be read is no answer`() throws {
        let server = try NameServer { question in
            var bytes = Self.answer(question, [Self.record])
            bytes[bytes.count - 1] = 0xff
            return bytes
        }
        #expect(throws: NetworkError.self) {
            try SystemServiceResolver(server: server.place).services(Self.name)
        }
        withExtendedLifetime(server) {}
    }

    @Test(arguments: ["a b.example", "\u{0}", String(repeating: "a.", count: 200)])
    func `what is no name is not asked for`(_ name: String) throws {
        let server = try NameServer { _ in nil }
        #expect(throws: NetworkError.self) {
            try SystemServiceResolver(server: server.place).services(name)
        }
        withExtendedLifetime(server) {}
    }
}
