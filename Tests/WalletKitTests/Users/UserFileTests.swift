// The file of a user: what it says, and what is refused.
import Bytes
import Documents
import Files
import Glibc
import Testing

@testable import WalletKit

@Suite("Users' files")
struct UserFileTests {
    let fixture: UsersFixture
    let user: User
    let path: String

    init() throws {
        fixture = try UsersFixture()
        try fixture.add("till", ("25", "EUR"), ("unlimited", "me"))
        user = try fixture.user("till")
        path = fixture.path(user)
    }

    private func lines() throws -> [String] {
        String(decoding: try FileSystem.read(path, limit: 10_000), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String]) throws {
        try FileSystem.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    @Test("It is read as it was written")
    func roundTrip() throws {
        let bytes = try FileSystem.read(path, limit: 10_000)
        #expect(try User(ConfigurationFile(bytes, path: path)) == user)
        #expect(try user.contents(path: path) == bytes)
        #expect(user.allowances.count == 2)
        #expect(user.allowances.contains { $0.daily == nil })
    }

    @Test("A line that is missing or says nonsense is named, but for the token, whose end it is")
    func nonsense() throws {
        let whole = try lines()
        for index in whole.indices where !whole[index].hasPrefix("[") {
            let name = whole[index].split(separator: " ")[0].trimmingPrefix("\t")
            var rest = whole
            rest.remove(at: index)
            try write(rest)
            switch name {
            case "token": #expect(try fixture.store.user(user.address)?.tokenDigest == nil)
            case "daily": #expect(try fixture.store.user(user.address)?.allowances.count == 1)
            default:
                #expect(throws: ConfigurationError.self, "\(name)") {
                    try fixture.store.user(user.address)
                }
            }
            for value in ["x", "-1", ""] where name != "name" {
                rest = whole
                rest[index] = "\t\(name) = \(value)"
                try write(rest)
                #expect(throws: ConfigurationError.self, "\(name) = \(value)") {
                    try fixture.store.user(user.address)
                }
                #expect(throws: ConfigurationError.self, "\(name) = \(value)") {
                    try fixture.wallet.users()
                }
            }
        }
        try write(whole + ["[allowance \"nobody\"]", "\tdaily = 1"])
        #expect(throws: ConfigurationError.self) { try fixture.store.user(user.address) }
        try write(whole + ["[allowance"])
        #expect(throws: ConfigurationError.self) { try fixture.store.user(user.address) }
        try write(whole)
        #expect(try fixture.store.user(user.address) == user)
    }

    @Test("It is read only where nobody else could have written it")
    func permissions() throws {
        for mode in [0o604, 0o620, 0o644, 0o666] as [mode_t] {
            #expect(chmod(path, mode) == 0)
            #expect(throws: KeyError.self) { try fixture.store.user(user.address) }
        }
        #expect(chmod(path, 0o600) == 0)
        #expect(try fixture.store.user(user.address) == user)
        #expect(rename(path, path + "-elsewhere") == 0)
        #expect(symlink(path + "-elsewhere", path) == 0)
        #expect(throws: KeyError.self) { try fixture.store.user(user.address) }
    }

    @Test("Another user's file under one's name is refused")
    func exchanged() throws {
        try fixture.add("bob")
        let bob = try fixture.user("bob")
        try FileSystem.replace(
            fixture.path(bob), with: try FileSystem.read(path, limit: 10_000))
        #expect(throws: ConfigurationError.self) { try fixture.store.user(bob.address) }
    }

    @Test("A file that is too long is not read")
    func tooLong() throws {
        let padding = String(repeating: "#", count: UserLimits.fileBytes)
        try write(try lines() + [padding])
        #expect(throws: FileError.self) { try fixture.store.user(user.address) }
    }

    @Test("The bound of a file's length is above what all allowances need")
    func longest() throws {
        var longest = user
        longest.allowances = (0..<UserLimits.allowances).map { number in
            User.Allowance(
                symbol: Address(of: [UInt8(number)]), daily: Amount(quanta: Amount.largestQuanta))
        }
        #expect(try longest.contents(path: path).count < UserLimits.fileBytes)
    }
}
