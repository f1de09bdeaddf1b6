import Bytes
import Cryptography
import Files
import Foundation
import Testing

@testable import Channels

private let day: Int64 = 86_400_000

private func withStore(_ body: (ChannelStore, String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "channels-\(UUID().uuidString).db"
    defer { for suffix in ["", "-wal", "-shm"] { try? FileSystem.remove(path + suffix) } }
    try body(
        try ChannelStore(
            path: path, secret: [UInt8](repeating: 7, count: 32), random: SystemRandom()), path)
}

@Suite struct ChannelStoreTests {
    private func account(_ store: ChannelStore) throws -> Int {
        try store.createAccount(
            name: "shop", user: "username", password: SecretBytes(Array("password".utf8)))
    }

    private func channel(
        _ store: ChannelStore, publicRead: Bool = false, publicWrite: Bool = false,
        sequenced: Bool = false, minimum: Int? = nil, maximum: Int? = nil, prunes: Bool = false
    ) throws -> (Channel, ChannelToken) {
        let account = try store.accounts().first?.id ?? account(store)
        return try store.create(
            account: account, publicRead: publicRead, publicWrite: publicWrite,
            isSequenced: sequenced,
            retention: ChannelRetention(
                minimumDays: minimum, maximumDays: maximum, prunes: prunes))
    }

    @Test func `a password opens its account and no other does`() throws {
        try withStore { store, _ in
            let first = try account(store)
            #expect(first == 1)
            let password = SecretBytes(Array("password".utf8))
            #expect(try store.account(user: "username", password: password) == first)
            for (user, wrong) in [("username", "Password"), ("Username", "password"), ("", "")] {
                #expect(
                    try store.account(user: user, password: SecretBytes(Array(wrong.utf8))) == nil)
            }
            // The same name: another credential of the same account.
            #expect(try store.createAccount(name: "shop", user: "b", password: password) == first)
            #expect(try store.createAccount(name: "bar", user: "c", password: password) == 2)
            #expect(throws: ChannelError.taken(what: "user", name: "b")) {
                try store.createAccount(name: "new", user: "b", password: password)
            }
            #expect(try store.accounts().map(\.name) == ["shop", "bar"])
        }
    }

    @Test func `neither tokens nor passwords stand in the database`() throws {
        try withStore { store, path in
            let (channel, owner) = try channel(store)
            let token = try store.createToken(
                channel.id, description: "reader", canRead: true, canWrite: false)
            #expect(owner.value.utf8.count == 86 && channel.id.utf8.count == 86)
            // The owner sees them again, as the API has it.
            #expect(try store.tokens(of: channel.id) == [owner, token])
            for suffix in ["", "-wal"] {
                let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path + suffix))) ?? Data()
                for secret in [owner.value, token.value, "password"] {
                    #expect(bytes.range(of: Data(secret.utf8)) == nil)
                }
            }
            // Another server's secret makes other tokens.
            let other = try ChannelStore(
                path: path, secret: [UInt8](repeating: 8, count: 32), random: SystemRandom())
            #expect(try other.tokens(of: channel.id).map(\.value) != [owner.value, token.value])
        }
    }

    @Test func `messages are for the tokens that were there`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store)
            func now() throws -> Channel { try store.channel(made.id) }
            let writer = try store.createToken(
                made.id, description: "w", canRead: false, canWrite: true)
            let first = try store.write(
                [1], type: "text/plain", to: made.id, by: .token(writer), now: 10)
            #expect(first.sequence == 1 && first.author == writer.id)
            let late = try store.createToken(
                made.id, description: "late", canRead: true, canWrite: false)
            #expect(late.since == 1)
            _ = try store.write([2], type: "text/plain", to: made.id, by: .token(writer), now: 11)
            func seen(_ token: ChannelToken, unread: Bool) throws -> [Int] {
                try store.messages(of: try now(), for: .token(token), unreadOnly: unread, now: 100)
                    .map(\.sequence)
            }
            #expect(try seen(owner, unread: false) == [1, 2])
            #expect(try seen(owner, unread: true) == [1, 2])
            #expect(try seen(late, unread: false) == [2])
            #expect(try seen(writer, unread: false) == [1, 2])
            #expect(try seen(writer, unread: true) == [])
            #expect(try store.highest(of: try now(), for: .token(writer), now: 100) == 0)
            #expect(try store.highest(of: try now(), for: .token(owner), now: 100) == 2)
            try store.mark(1, of: try now(), by: owner, isRead: true, older: false)
            #expect(try seen(owner, unread: true) == [2])
            try store.mark(2, of: try now(), by: owner, isRead: true, older: true)
            #expect(try seen(owner, unread: true) == [])
            try store.mark(1, of: try now(), by: owner, isRead: false, older: false)
            #expect(try seen(owner, unread: true) == [1])
            #expect(throws: ChannelError.unknown(what: "message")) {
                try store.mark(1, of: try now(), by: late, isRead: true, older: false)
            }
            #expect(throws: ChannelError.unknown(what: "message")) {
                try store.mark(3, of: try now(), by: owner, isRead: true, older: false)
            }
        }
    }

    @Test func `whoever has not read does not write to a sequenced channel`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store, sequenced: true)
            let other = try store.createToken(
                made.id, description: "", canRead: true, canWrite: true)
            func write(_ token: ChannelToken) throws {
                _ = try store.write([1], type: "a/b", to: made.id, by: .token(token), now: 1)
            }
            try write(owner)
            // His own messages are born read.
            try write(owner)
            #expect(throws: ChannelError.unread(sequence: 1)) { try write(other) }
            try store.mark(1, of: made, by: other, isRead: true, older: false)
            #expect(throws: ChannelError.unread(sequence: 2)) { try write(other) }
            try store.mark(2, of: made, by: other, isRead: true, older: false)
            try write(other)
            #expect(throws: ChannelError.unread(sequence: 3)) { try write(owner) }
        }
    }

    @Test func `a locked channel, an empty and a long message are refused`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store)
            let limit = Limits.channelMessageBytes
            #expect(throws: ChannelError.empty) {
                try store.write([], type: "a/b", to: made.id, by: .token(owner), now: 1)
            }
            let long = [UInt8](repeating: 1, count: limit + 1)
            #expect(throws: ChannelError.tooLarge(bytes: limit + 1, limit: limit)) {
                try store.write(long, type: "a/b", to: made.id, by: .token(owner), now: 1)
            }
            _ = try store.write(
                Array(long.dropLast()), type: "a/b", to: made.id, by: .token(owner), now: 1)
            try store.change(made.id, publicRead: false, publicWrite: false, isLocked: true)
            #expect(throws: ChannelError.locked) {
                try store.write([1], type: "a/b", to: made.id, by: .token(owner), now: 1)
            }
            try store.change(made.id, publicRead: true, publicWrite: false, isLocked: false)
            #expect(try store.channel(made.id).publicRead)
            #expect(
                try store.write([1], type: "a/b", to: made.id, by: .token(owner), now: 1).sequence
                    == 2)
        }
    }

    @Test func `retention is kept, from both ends`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store, minimum: 2, maximum: 5, prunes: true)
            let (kept, other) = try channel(store, minimum: nil, maximum: 5, prunes: false)
            for when in [0, 3 * day] {
                for (id, token) in [(made.id, owner), (kept.id, other)] {
                    _ = try store.write([1], type: "a/b", to: id, by: .token(token), now: when)
                }
            }
            #expect(throws: ChannelError.tooYoung(minimumDays: 2)) {
                try store.delete(1, of: made, now: 2 * day - 1)
            }
            #expect(try store.prune(now: 5 * day) == 0)
            #expect(try store.prune(now: 5 * day + 1) == 1)
            func left(_ id: String) throws -> [Int] {
                try store.messages(
                    of: try store.channel(id), for: .anybody, unreadOnly: false, now: 0
                ).map(\.sequence)
            }
            #expect(try left(made.id) == [2])
            #expect(try left(kept.id) == [1, 2])
            try store.delete(2, of: made, now: 5 * day)
            #expect(throws: ChannelError.unknown(what: "message")) {
                try store.delete(2, of: made, now: 5 * day)
            }
            // A sequence is never used again.
            #expect(
                try store.write([1], type: "a/b", to: made.id, by: .token(owner), now: 1).sequence
                    == 3)
            #expect(throws: ChannelError.self) {
                try ChannelRetention(minimumDays: 3, maximumDays: 2, prunes: true)
            }
        }
    }

    @Test func `a bearer opens its channel alone, and as long as it lasts`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store)
            let (other, stranger) = try channel(store, publicRead: true)
            func caller(_ bearer: String?, _ channel: Channel) throws -> ChannelCaller {
                try store.caller(bearer, of: channel, isPublic: channel.publicRead)
            }
            #expect(try caller(owner.value, made) == .token(owner))
            #expect(try caller(nil, other) == .anybody)
            #expect(throws: ChannelError.unauthenticated) { try caller(nil, made) }
            #expect(throws: ChannelError.unauthenticated) { try caller("x", made) }
            #expect(throws: ChannelError.forbidden) { try caller(stranger.value, made) }
            try store.end(token: owner.id, of: made.id)
            #expect(throws: ChannelError.unauthenticated) { try caller(owner.value, made) }
            #expect(throws: ChannelError.unknown(what: "token")) {
                try store.end(token: owner.id, of: made.id)
            }
            #expect(throws: ChannelError.unknown(what: "token")) {
                try store.end(token: stranger.id, of: made.id)
            }
            try store.delete(other.id)
            #expect(throws: ChannelError.unknown(what: "channel")) { try store.channel(other.id) }
            #expect(try store.token(bearer: stranger.value) == nil)
        }
    }

    @Test func `a log that cannot be moved takes nothing back`() throws {
        struct Refused: Error {}
        let path = NSTemporaryDirectory() + "channels-\(UUID().uuidString).db"
        defer { for suffix in ["", "-wal", "-shm"] { try? FileSystem.remove(path + suffix) } }
        func open(_ isRefused: Bool) throws -> ChannelStore {
            try ChannelStore(
                path: path, secret: [UInt8](repeating: 7, count: 32), random: SystemRandom()
            ) { body in
                if isRefused { throw Refused() }
                try body()
            }
        }
        let made = try channel(try open(false))
        let store = try open(true)
        let payload = [UInt8](repeating: 1, count: Limits.channelMessageBytes)
        for number in 1...120 {
            try store.together {
                _ = try store.write(
                    payload, type: "a/b", to: made.0.id, by: .token(made.1), now: Int64(number))
            }
        }
        #expect(throws: Refused.self) { try store.moveLongLog() }
        #expect(try store.channel(made.0.id).head == 120)
        func size(_ suffix: String) throws -> Int {
            try FileSystem.status(path + suffix)?.size ?? 0
        }
        #expect(try size("-wal") > 7_000_000)
        #expect(try size("") < 7_000_000)
        let other = try open(false)
        try other.moveLog()
        #expect(try size("") > 7_000_000)
        #expect(
            try other.messages(
                of: other.channel(made.0.id), for: .anybody, unreadOnly: false, now: 0
            ).count == 120)
    }

    @Test func `one of several operations that fails takes nothing from the others`() throws {
        try withStore { store, _ in
            let (made, owner) = try channel(store)
            try store.together {
                for payload in [[1], [], [3]] as [[UInt8]] {
                    do {
                        _ = try store.transaction {
                            let message = try store.write(
                                [9], type: "a/b", to: made.id, by: .token(owner), now: 1)
                            _ = try store.write(
                                payload, type: "a/b", to: made.id, by: .token(owner), now: 1)
                            return message
                        }
                    } catch is ChannelError { continue }
                }
            }
            #expect(
                try store.messages(
                    of: store.channel(made.id), for: .anybody, unreadOnly: false, now: 1
                ).map(\.payload) == [[9], [1], [9], [3]])
            #expect(try store.channel(made.id).head == 4)
        }
    }
}
