// The message API over sockets: sequences, rights, limits, retention.
import Bytes
import Documents
import Foundation
import Network
import Synchronization
import Testing

@testable import Channels

@Suite struct MessageAPITests {
    private func started(
        _ body: String = "{}", _ change: (inout ChannelOptions) -> Void = { _ in }
    ) throws -> (rig: ChannelRig, id: String, owner: String) {
        let rig = try ChannelRig(change)
        try rig.account()
        let (id, owner) = try rig.channel(body)
        return (rig, id, owner)
    }

    @Test func `written, counted, read, marked and deleted`() throws {
        let (rig, id, owner) = try started()
        let reader = try rig.token(id, write: false).bearer
        let path = "/channel/\(id)"
        func highest(_ who: String) throws -> String? {
            let head = try rig.ask("HEAD", path, as: who)
            #expect(head.status == 200 && head.body.isEmpty)
            return head.headers["ETag"]
        }
        #expect(try highest(owner) == "0" && highest(reader) == "0")
        for number in 1...3 {
            let answer = try rig.write(id, owner, "message \(number)")
            #expect(answer.status == 200)
            #expect(try ForeignJSON(answer.body)["sequence"]?.integer == number)
        }
        #expect(try highest(owner) == "0" && highest(reader) == "3")
        #expect(try rig.sequences(id, owner) == [1, 2, 3])
        #expect(try rig.sequences(id, owner, unread: true) == [])
        #expect(try rig.sequences(id, reader, unread: true) == [1, 2, 3])
        func mark(_ sequence: Int, _ isRead: Bool, _ query: String = "") throws -> HTTPResponse {
            try rig.ask(
                "POST", path + "/\(sequence)" + query, as: reader, type: "application/json",
                #"{"read":\#(isRead)}"#)
        }
        let marked = try mark(2, true)
        #expect(marked.status == 200 && marked.body.isEmpty)
        #expect(try rig.sequences(id, reader, unread: true) == [1, 3])
        _ = try mark(3, true, "?older=true")
        #expect(try rig.sequences(id, reader, unread: true) == [])
        _ = try mark(1, false, "?older=false")
        #expect(try rig.sequences(id, reader, unread: true) == [1])
        #expect(try rig.sequences(id, reader) == [1, 2, 3])
        let unknown = try mark(4, true)
        #expect(unknown.status == 404)
        #expect(try ForeignJSON(unknown.body)["title"]?.string == "Sequence not found")
        #expect(try rig.ask("DELETE", path + "/2", as: owner).status == 204)
        #expect(try rig.sequences(id, reader) == [1, 3])
        #expect(try rig.ask("DELETE", path + "/2", as: owner).status == 404)
        // A sequence is used once.
        #expect(try rig.ask("DELETE", path + "/3", as: owner).status == 204)
        #expect(try ForeignJSON(try rig.write(id, owner).body)["sequence"]?.integer == 4)
        let page = try rig.ask("GET", path + "?after=1", as: reader)
        #expect(try ForeignJSON(page.body).elements?.count == 1)
    }

    @Test func `who may not`() throws {
        let (rig, id, owner) = try started()
        let path = "/channel/\(id)"
        let reader = try rig.token(id, write: false).bearer
        let writer = try rig.token(id, read: false).bearer
        let (other, stranger) = try rig.channel()
        func statuses(_ who: String?) throws -> [Int] {
            [
                try rig.ask("HEAD", path, as: who).status,
                try rig.ask("GET", path, as: who).status,
                try rig.write(id, who).status,
                try rig.ask("POST", path + "/1", as: who, type: "a/b", #"{"read":true}"#).status,
                try rig.ask("DELETE", path + "/1", as: who).status,
            ]
        }
        #expect(try statuses(nil) == [401, 401, 401, 401, 401])
        #expect(try statuses("Bearer abc") == [401, 401, 401, 401, 401])
        #expect(try statuses("Digest abc") == [401, 401, 401, 401, 401])
        #expect(try statuses(ChannelRig.basic()) == [401, 401, 401, 401, 401])
        #expect(try statuses(stranger) == [403, 403, 403, 403, 403])
        #expect(try statuses(reader) == [200, 200, 401, 404, 401])
        #expect(try statuses(writer) == [401, 401, 200, 401, 204])
        #expect(try statuses("bearer " + owner.dropFirst(7)) == [200, 200, 200, 404, 404])
        #expect(try rig.ask("GET", "/channel/nobody", as: owner).status == 404)
        #expect(try rig.sequences(other, stranger) == [])
        // A token in a query ends up in logs: it opens nothing but a WebSocket.
        #expect(try rig.ask("GET", path + "?token=\(owner.dropFirst(7))").status == 401)
        #expect(try rig.ask("PUT", path, as: owner).status == 405)
        #expect(try rig.ask("GET", path + "/1", as: owner).status == 405)
        #expect(try rig.ask("GET", path + "?unread=maybe", as: owner).status == 400)
        #expect(
            try rig.ask("POST", path + "/1", as: reader, type: "a/b", #"{"read":1}"#).status == 400)
    }

    @Test func `what is public needs no token, and nothing else does`() throws {
        let (rig, id, owner) = try started(#"{"public_read":true,"public_write":true}"#)
        let path = "/channel/\(id)"
        #expect(try rig.write(id, nil).status == 200)
        #expect(try rig.sequences(id, nil) == [1])
        #expect(try rig.ask("HEAD", path).headers["ETag"] == "1")
        #expect(try rig.sequences(id, owner, unread: true) == [1])
        // Marks are of tokens, and only writers delete.
        #expect(
            try rig.ask("POST", path + "/1", type: "a/b", #"{"read":true}"#).status == 401)
        #expect(try rig.ask("DELETE", path + "/1").status == 401)
        // A false token is no better for there being none needed.
        #expect(try rig.ask("GET", path, as: "Bearer abc").status == 401)
        _ = try rig.ask(
            "POST", "/account/1/channel/\(id)", as: ChannelRig.basic(), type: "application/json",
            #"{"public_read":false,"public_write":false,"locked":false}"#)
        #expect(try rig.write(id, nil).status == 401)
        #expect(try rig.ask("GET", path).status == 401)
    }

    @Test func `messages are for tokens that were there`() throws {
        let (rig, id, owner) = try started()
        _ = try rig.write(id, owner)
        let late = try rig.token(id).bearer
        #expect(try rig.sequences(id, late) == [])
        _ = try rig.write(id, owner)
        #expect(try rig.sequences(id, late) == [2])
        #expect(try rig.ask("HEAD", "/channel/\(id)", as: late).headers["ETag"] == "2")
        #expect(
            try rig.ask("POST", "/channel/\(id)/1", as: late, type: "a/b", #"{"read":true}"#).status
                == 404)
    }

    @Test func `in a sequenced channel whoever has not read does not write`() throws {
        let (rig, id, owner) = try started(#"{"sequenced":true}"#)
        let other = try rig.token(id).bearer
        #expect(try rig.write(id, owner).status == 200)
        #expect(try rig.write(id, owner).status == 200)
        let refused = try rig.write(id, other)
        // The true status, with the title of the originals, which send 400.
        #expect(refused.status == 409)
        #expect(try ForeignJSON(refused.body)["title"]?.string == "Sequencing Failure.")
        #expect(try ForeignJSON(refused.body)["status"]?.integer == 409)
        _ = try rig.ask(
            "POST", "/channel/\(id)/2?older=true", as: other, type: "a/b", #"{"read":true}"#)
        #expect(try rig.write(id, other).status == 200)
    }

    @Test func `a write that expects`() throws {
        let (rig, id, owner) = try started()
        let other = try rig.token(id).bearer
        func write(_ expected: String) throws -> Int {
            try rig.ask(
                "POST", "/channel/\(id)", as: owner, type: "text/plain", "x",
                fields: [("If-Match", expected)]
            ).status
        }
        #expect(try write("0") == 200 && write("\"0\"") == 200 && write("*") == 200)
        _ = try rig.write(id, other)
        #expect(try write("0") == 412)
        #expect(try write("4") == 200)
        #expect(try write("four") == 400)
        #expect(try rig.sequences(id, owner).count == 5)
    }

    @Test func `locked, empty, too large, without a type`() throws {
        let (rig, id, owner) = try started()
        let path = "/channel/\(id)"
        let limit = Limits.channelMessageBytes
        #expect(try rig.write(id, owner, "").code == "empty-message")
        let largest = [UInt8](repeating: 0xff, count: limit)
        let taken = try rig.ask("POST", path, as: owner, type: "a/b", bytes: largest)
        #expect(taken.status == 200)
        #expect(
            Base64.decode(try ForeignJSON(taken.body)["payload"]?.string ?? "") == largest)
        let large = try rig.ask("POST", path, as: owner, type: "a/b", bytes: largest + [1])
        #expect(large.status == 413)
        #expect(try ForeignJSON(large.body)["title"]?.string == "Payload Too Large")
        let bare = try rig.ask("POST", path, as: owner, "x")
        #expect(bare.status == 415 && bare.code == "missing-content-type")
        for (count, status) in [(255, 200), (256, 400)] {
            let type = "a/" + String(repeating: "b", count: count - 2)
            #expect(try rig.ask("POST", path, as: owner, type: type, "x").status == status)
        }
        _ = try rig.ask(
            "POST", "/account/1/channel/\(id)", as: ChannelRig.basic(), type: "application/json",
            #"{"locked":true}"#)
        let locked = try rig.write(id, owner)
        #expect(locked.status == 403)
        #expect(try ForeignJSON(locked.body)["title"]?.string == "Channel is locked")
        #expect(try rig.sequences(id, owner) == [1, 2])
    }

    @Test func `retention is enforced`() throws {
        let day: Int64 = 86_400_000
        let (rig, id, owner) = try started(
            #"{"retention":{"min_age_days":1,"max_age_days":2,"auto_prune":true}}"#)
        let reader = try rig.token(id).bearer
        _ = try rig.write(id, owner)
        let young = try rig.ask("DELETE", "/channel/\(id)/1", as: owner)
        #expect(young.status == 400 && young.code == "retention")
        rig.pass(milliseconds: day)
        _ = try rig.write(id, owner)
        #expect(try rig.ask("DELETE", "/channel/\(id)/1", as: owner).status == 204)
        _ = try rig.write(id, owner)
        rig.pass(milliseconds: 2 * day)
        #expect(try rig.sequences(id, reader) == [2, 3])
        rig.pass(milliseconds: 1)
        // Not shown any more, pruned already or not.
        #expect(try rig.sequences(id, reader) == [])
        #expect(try rig.ask("HEAD", "/channel/\(id)", as: reader).headers["ETag"] == "0")
        rig.service.tick()
        let store = try ChannelRig.store(rig.directory + "/channels.db")
        #expect(
            try store.messages(
                of: store.channel(id), for: .anybody, unreadOnly: false, now: 0
            ).isEmpty)
        #expect(try ForeignJSON(try rig.write(id, owner).body)["sequence"]?.integer == 4)
    }

    @Test func `requests of a token are counted apart`() throws {
        let (rig, id, owner) = try started { $0.requestsPerMinute = 5 }
        for _ in 1...5 { #expect(try rig.write(id, owner).status == 200) }
        let late = try rig.write(id, owner)
        #expect(late.status == 429 && late.headers["Retry-After"] == "60")
        #expect(try rig.ask("GET", "/channel/\(id)", as: "Bearer abc").status == 401)
        rig.pass(milliseconds: 60_000)
        #expect(try rig.write(id, owner).status == 200)
    }

    @Test func `many at once have a sequence without holes`() throws {
        let (rig, id, owner) = try started()
        let writers = try (0..<4).map { _ in try rig.token(id).bearer } + [owner]
        let taken = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: 20) { number in
            for turn in 0..<10 {
                let text = "\(number) \(turn)"
                guard
                    let answer = try? rig.write(id, writers[number % writers.count], text),
                    let sequence = (try? ForeignJSON(answer.body))?["sequence"]?.integer
                else { continue }
                taken.withLock { $0.append(sequence) }
            }
        }
        #expect(taken.withLock { $0.sorted() } == Array(1...200))
        #expect(try rig.sequences(id, owner) == Array(1...200))
    }

    @Test func `a store that fails says so and nothing of tokens`() throws {
        let (rig, id, owner) = try started()
        let store = try ChannelRig.store(rig.directory + "/channels.db")
        try store.database.execute(
            "PRAGMA foreign_keys = OFF; DROP TABLE marks; DROP TABLE messages")
        let answer = try rig.write(id, owner, "secret words")
        #expect(answer.status == 503 && answer.code == "storage-failed")
        #expect(!rig.reported.isEmpty)
        for text in rig.reported + [answer.text] {
            #expect(!text.contains(owner.dropFirst(7)) && !text.contains("secret words"))
        }
    }
}
