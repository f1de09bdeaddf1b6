import Cryptography
import Files
import Foundation
import Testing

@testable import HeaderService

@Suite struct AccessTokenTests {
    @Test func `tokens are kept as hashes, and end`() throws {
        let path = NSTemporaryDirectory() + "access-\(UUID().uuidString)"
        defer { try? FileSystem.remove(path) }
        let tokens = try AccessTokens(path, SystemRandom())
        #expect(!tokens.hasAdministrator)
        let admin = try #require(try tokens.make(.administrator, now: 5))
        let member = try #require(try tokens.make(.member, now: 6))
        #expect(admin.utf8.count == 43 && admin != member)
        let again = try AccessTokens(path, SystemRandom())
        #expect(again.hasAdministrator)
        #expect(again.role(admin) == .administrator && again.role(member) == .member)
        #expect(again.role("mQZQ6WmxURxWz5ch") == nil && again.role("") == nil)
        #expect(try !again.remove(admin) && again.remove(member) && !again.remove(member))
        #expect(again.role(member) == nil)
        let kept = String(
            decoding: try FileSystem.read(path, limit: 10_000), as: UTF8.self)
        #expect(!kept.contains(admin) && kept.split(separator: "\n").count == 1)
        #expect(try FileSystem.status(path)?.mode == 0o600)
    }
}
