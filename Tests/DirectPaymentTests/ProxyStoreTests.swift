// What a relay keeps is there after a restart, and nothing else.
import Bytes
import Cryptography
import Documents
import Files
import Glibc
import SQLite
import Testing

@testable import DirectPayment

/// A directory that is removed again.
final class Scratch {
    let path: String

    init() {
        do { path = try FileSystem.makeTemporaryDirectory("proxy") } catch {
            fatalError("\(error)")
        }
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink(path + "/proxy.db" + suffix) }
        rmdir(path)
    }
}

@Suite struct ProxyStoreTests {
    private let digests = (0..<4).map { Hash.sha256([UInt8($0)]) }

    @Test func `all kinds of records come back, the last of each, in order`() throws {
        let scratch = Scratch()
        let path = scratch.path + "/proxy.db"
        let kinds: [ProxyQuestion.Kind] = [.terms, .payment, .proof(transaction: "ab")]
        var wanted: [ProxyRecord] = [.channel("invoice1", secret: digests[0])]
        wanted.append(.terms(channel: "invoice1", Array("{}".utf8), expires: 5))
        for (index, kind) in kinds.enumerated() {
            wanted.append(
                .message(
                    channel: "invoice1", digest: digests[index], kind: kind, Array("[1]".utf8)))
        }
        wanted.append(
            .answer(
                channel: "invoice1", digest: digests[3],
                ProxyAnswer(status: 422, body: Array("\"x\"".utf8))))
        do {
            let store = try ProxyStore(path: path)
            try store.keep([.terms(channel: "invoice1", [1], expires: nil)], now: 1)
            try store.keep(wanted, now: 2)
            // What was replaced came first, and stands where the later one was written.
            #expect(try store.records() == wanted)
        }
        let store = try ProxyStore(path: path)
        #expect(try store.records() == wanted)
        // An answer takes its question away.
        try store.keep(
            [.answer(channel: "invoice1", digest: digests[1], ProxyAnswer(status: 201, .null))],
            now: 3)
        #expect(try store.records().count == wanted.count)
        try store.keep([.channel("invoice2", secret: digests[1])], now: 4)
        try store.keep([.forgotten(channel: "invoice1")], now: 5)
        #expect(try store.records() == [.channel("invoice2", secret: digests[1])])
    }

    @Test func `a secret is kept as its digest`() throws {
        let scratch = Scratch()
        var scene = Scene()
        _ = try scene.join("invoice1", secret: "the secret of all secrets")
        let store = try ProxyStore(path: scratch.path + "/proxy.db")
        try store.keep(scene.kept, now: 1)
        let digest = Hash.sha256(Array("the secret of all secrets".utf8))
        #expect(try store.records() == [.channel("invoice1", secret: digest)])
    }

    @Test func `a store has one relay, of this version or an earlier one`() throws {
        let scratch = Scratch()
        let path = scratch.path + "/proxy.db"
        do {
            let first = try ProxyStore(path: path)
            try first.keep([.channel("invoice1", secret: digests[0])], now: 1)
            #expect(throws: DirectPaymentError.storage(path: path, reason: "another relay uses it"))
            { try ProxyStore(path: path) }
        }
        do {
            let database = try Database(path: path, mode: .readWriteCreate)
            try database.execute("PRAGMA user_version = 99")
        }
        #expect(throws: DirectPaymentError.self) { try ProxyStore(path: path) }
        #expect(throws: DirectPaymentError.self) {
            try ProxyStore(path: scratch.path + "/nothing/proxy.db")
        }
    }

    @Test func `many records do not make the log grow without end`() throws {
        let scratch = Scratch()
        let store = try ProxyStore(path: scratch.path + "/proxy.db")
        for round in 0..<30 {
            let records = (0..<100).map {
                ProxyRecord.terms(
                    channel: "invoice\($0)", [UInt8](repeating: 0x20, count: 500),
                    expires: Int64(round))
            }
            try store.keep(records, now: 1)
        }
        #expect(try store.records().count == 100)
        var status = stat()
        #expect(stat(scratch.path + "/proxy.db-wal", &status) == 0)
        #expect(status.st_size < 4_000_000)
    }
}
