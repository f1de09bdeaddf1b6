// Users and their tokens, from the first day to the last.
import Bytes
import Documents
import Files
import Glibc
import Testing

@testable import WalletKit

@Suite("Users")
struct UserTests {
    let fixture: UsersFixture

    init() throws { fixture = try UsersFixture() }

    @Test("A user is an own address with a file that is closed to others")
    func added() throws {
        try fixture.add("till", ("25", "EUR"))
        let user = try fixture.user("till")
        let own = try #require(fixture.wallet.book.own(user.address))
        #expect(own.name == "till")
        #expect(
            own.key
                == .derived(
                    scheme: .ecdsaSecp256k1, index: 2, publicKey: try #require(own.publicKey)))
        #expect(try FileSystem.status(fixture.path(user))?.mode == 0o600)
        #expect(try FileSystem.status(fixture.directory + "/users")?.mode == 0o700)
        // The key is the one that any address has.
        #expect(try fixture.wallet.signingKey(own).publicKey == own.publicKey)
    }

    @Test("A token is kept nowhere and shown nowhere")
    func secrecy() throws {
        let made = try fixture.wallet.addUser("till", allowances: [])
        let text = fixture.text(made.token)
        #expect(text.utf8.count == BearerToken.textBytes)
        #expect(text.hasPrefix("wlt_\(made.user.address)_"))
        let secret = String(text.suffix(64))
        #expect("\(made.token)" == "<secret>")
        var shown = "\(try fixture.wallet.users()) \(try fixture.wallet.user("till").row.json)"
        dump(made, to: &shown)
        #expect(!shown.contains(secret))
        var files = 0
        func look(_ directory: String) throws {
            for name in try FileSystem.list(directory) {
                let path = directory + "/" + name
                if try FileSystem.status(path)?.isDirectory ?? false {
                    try look(path)
                } else {
                    files += 1
                    let bytes = try FileSystem.read(path, limit: 10_000_000)
                    #expect(!String(decoding: bytes, as: UTF8.self).contains(secret), "\(path)")
                }
            }
        }
        try look(fixture.parent)
        #expect(files > 5)
    }

    @Test("Only the whole token opens, and two users' tokens are not exchanged")
    func tokens() throws {
        let token = try fixture.add("till")
        let other = try fixture.add("bob")
        #expect(try fixture.store.user(token: token)?.name == "till")
        #expect(try fixture.store.user(token: other)?.name == "bob")
        let digits = Array(token)
        for position in digits.indices {
            var wrong = digits
            wrong[position] = wrong[position] == "1" ? "2" : "1"
            #expect(try fixture.store.user(token: String(wrong)) == nil, "at \(position)")
        }
        for wrong in [
            "", "wlt_", String(token.dropLast()), token + "0", token + "\n", token.uppercased(),
            "\(token.prefix(39))\(other.suffix(64))", "\(other.prefix(39))\(token.suffix(64))",
            String(token.dropLast(64)) + String(repeating: "é", count: 32),
        ] {
            #expect(try fixture.store.user(token: wrong) == nil, "\(wrong)")
        }
    }

    @Test("A new token ends the old one at once, also for a custody that is open")
    func renewal() throws {
        let token = try fixture.add("till", ("25", "EUR"))
        let custody = try fixture.wallet.custody()
        #expect(try custody.user(token: token)?.name == "till")
        let renewed = fixture.text(try fixture.wallet.renewToken("till").token)
        #expect(try custody.user(token: token) == nil)
        #expect(try custody.user(token: renewed)?.name == "till")
        #expect(try custody.user(token: renewed)?.allowances.count == 1)
    }

    @Test("Who is removed has no token, no allowance, and comes back with the same address")
    func removal() throws {
        let token = try fixture.add("till", ("25", "EUR"))
        let user = try fixture.user("till")
        let custody = try fixture.wallet.custody()
        #expect(try fixture.wallet.removeUser("till").address == user.address)
        #expect(try custody.user(token: token) == nil)
        #expect(try custody.user(user.address) == nil)
        #expect(try fixture.wallet.users().isEmpty)
        #expect(throws: WalletError.self) { try fixture.wallet.removeUser("till") }
        #expect(throws: WalletError.self) { try fixture.wallet.renewToken("till") }
        #expect(throws: WalletError.self) { try fixture.wallet.allow("till", "1", "EUR") }
        let again = try fixture.wallet.addUser("till", allowances: [])
        #expect(again.user.address == user.address)
        #expect(again.user.allowances.isEmpty)
        #expect(try custody.user(token: token) == nil)
        #expect(try custody.user(token: fixture.text(again.token)) == again.user)
        #expect(fixture.wallet.book.own.count { $0.name == "till" } == 1)
    }

    @Test("A user has a name that nobody else has")
    func names() throws {
        try fixture.add("till")
        _ = try fixture.wallet.addContact("carl", "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn")
        for name in ["till", "carl", "me", "EUR"] {
            #expect {
                try fixture.wallet.addUser(name, allowances: [])
            } throws: {
                ($0 as? WalletError)?.code == "name-taken"
            }
        }
        for name in [
            "", "-x", "a b", "a/b", "a\nb", String(repeating: "x", count: 65),
            "wSyk9HvFmS33RBXFRGSnUE3MhP8iPweFbn", "a\u{202e}b",
        ] {
            #expect {
                try fixture.wallet.addUser(name, allowances: [])
            } throws: {
                ($0 as? WalletError)?.code == "invalid-name"
            }
        }
        // Names that would be special as files are none: files are called after addresses.
        for name in ["..", "users", "a.new", "[x]"] { try fixture.add(name) }
        #expect(
            try fixture.wallet.users().map(\.user.name) == ["..", "[x]", "a.new", "till", "users"])
    }

    @Test("Allowances are set, replaced, and taken away")
    func allowances() throws {
        try fixture.add("till", ("25.50", "EUR"))
        func shown() throws -> [String] { try fixture.wallet.user("till").allowances.map(\.shown) }
        #expect(try shown() == ["25.50 EUR"])
        try fixture.wallet.allow("till", "unlimited", "EUR")
        #expect(try shown() == ["unlimited EUR"])
        try fixture.wallet.allow("till", "0", "EUR")
        #expect(try shown() == [])
        try fixture.wallet.allow("till", "3", "EUR")
        try fixture.wallet.allowNothing("till")
        #expect(try shown() == [])
        for (amount, unit) in [("-1", "EUR"), ("x", "EUR"), ("1.001", "EUR"), ("1", "USD")] {
            #expect(throws: (any Error).self) { try fixture.wallet.allow("till", amount, unit) }
        }
        #expect(throws: WalletError.self) {
            try fixture.wallet.addUser(
                "bob", allowances: [(amount: "1", unit: "EUR"), (amount: "2", unit: "EUR")])
        }
        #expect(try fixture.wallet.users().count == 1)
    }

    @Test("A user has allowances in so many units and no more")
    func allowanceLimit() throws {
        try fixture.add("till")
        for number in 0..<UserLimits.allowances {
            try fixture.wallet.allow("till", "1", Address(of: [UInt8(number)]).text)
        }
        #expect(throws: WalletError.self) {
            try fixture.wallet.allow("till", "1", Address(of: [200]).text)
        }
        try fixture.wallet.allow("till", "2", Address(of: [0]).text)
        let user = try fixture.user("till")
        #expect(user.allowances.count == UserLimits.allowances)
        #expect(
            try FileSystem.status(fixture.path(user)).map { $0.size < UserLimits.fileBytes } == true
        )
    }

    @Test("What an interrupted addition has left counts for nothing and stands in nobody's way")
    func interrupted() throws {
        let configuration = try FileSystem.read(fixture.directory + "/config", limit: 100_000)
        let first = try fixture.wallet.addUser("till", allowances: [])
        // As if the process had died before the configuration was written.
        try FileSystem.replace(fixture.directory + "/config", with: configuration)
        try FileSystem.replace(fixture.path(first.user) + ".new", with: [1, 2, 3])
        let wallet = try fixture.opened()
        #expect(try wallet.users().isEmpty)
        let again = try wallet.addUser("till", allowances: [])
        #expect(again.user.address == first.user.address)
        #expect(try fixture.store.user(token: fixture.text(first.token)) == nil)
        #expect(try wallet.users().map(\.user) == [again.user])
    }
}
