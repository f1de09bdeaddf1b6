// Watching a wallet as a whole: ears, eyes, and the end.
import Bytes
import Dispatch
import Documents
import Files
import Glibc
import Synchronization
import Testing

@testable import WalletKit

@Suite("Watching")
struct WatchTests {
    @Test(
        "Lines that are added are given once: torn ones when they are whole, old files to their end"
    )
    func tail() throws {
        let fixture = try LogFixture()
        let path = fixture.parent + "/lines"
        var tail = try LineTail(atEndOf: path)
        #expect(try tail.next().isEmpty)
        func append(_ text: String, to name: String = "lines") throws {
            let file = try File(fixture.parent + "/" + name, .readWrite)
            try file.write(Array(text.utf8)[...], at: file.status().size)
        }
        func next() throws -> [String] {
            try tail.next().map { String(decoding: $0, as: UTF8.self) }
        }
        try append("a\nb")
        #expect(try next() == ["a"])
        try append("c\n\n")
        #expect(try next() == ["bc", ""])
        try append("last\n")
        try FileSystem.rename(path, to: path + ".1")
        #expect(try next() == ["last"])
        try append("later\n", to: "lines.1")
        try append("new\n")
        #expect(try next() == ["later", "new"])
        try append("x\nhalf")
        tail = try LineTail(atEndOf: path)
        try append("\n")
        #expect(try next() == ["half"])
    }

    /// Kinds that a watch of `wallet` tells until `enough` of them have come.
    private func kinds(
        _ fixture: HookFixture, enough: Int, _ body: () throws -> Void
    ) throws -> [String] {
        let kinds = Mutex<[String]>([])
        let stop = Bell()
        let ready = DispatchSemaphore(value: 0)
        let over = DispatchSemaphore(value: 0)
        let directory = fixture.directory
        let watching = Watching(wallet: try fixture.opened())
        DispatchQueue.global().async {
            defer { over.signal() }
            ready.signal()
            let options = WatchOptions(start: .beginning, isFollowing: true, stop: stop)
            try? watching.wallet.watch(options) { events in
                for event in events {
                    let isWhole = (try? JSONText(event.json)) != nil
                    kinds.withLock { $0.append(isWhole ? event.kind : "broken") }
                    #expect(!watching.wallet.line(for: event).contains("\n"))
                }
                if kinds.withLock({ $0.count }) >= enough { stop.ring() }
            }
        }
        ready.wait()
        // What is added before it listens is told too: it is in the log. The rest is not.
        while kinds.withLock({ $0.count }) < 2 { usleep(10_000) }
        usleep(200_000)
        try body()
        if over.wait(timeout: .now() + 60) == .timedOut { stop.ring() }
        #expect(try FileSystem.status(directory) != nil)
        return kinds.withLock { $0 }
    }

    /// A wallet that another thread uses.
    private struct Watching: @unchecked Sendable {  // Safe: only that thread uses it.
        let wallet: Wallet
    }

    @Test("Documents, hooks, messages and reports are told as they come")
    func everything() throws {
        let fixture = try HookFixture()
        try FileSystem.makeDirectory(fixture.hooks)
        let found = try kinds(fixture, enough: 7) {
            try fixture.hook(.postClear, "echo oh >&2; exit 1")
            let wallet = try fixture.opened()
            _ = try wallet.clear(fixture.promise("1", wallet))
            _ = try wallet.runHooks()
            _ = try wallet.seal(SealOptions())
            let document = try fixture.promise("2", wallet)
            let name = String(repeating: "ab", count: 32)
            try FileSystem.makeDirectory(fixture.directory + "/inbox")
            _ = try FileSystem.create(
                "\(fixture.directory)/inbox/\(name).json", with: document + Array("\n{}\n".utf8))
            try FileSystem.makeDirectory(fixture.directory + "/replica")
            let terms = Entry.Terms(
                device: try wallet.defaultAddress().address, domain: "test", name: "report/x",
                tick: 0, time: HookFixture.now, value: "{}")
            _ = try FileSystem.create(
                "\(fixture.directory)/replica/entries.ndjson", with: Entry(terms).bytes + [0x0a])
        }
        #expect(found.prefix(2) == ["device", "unit"])
        #expect(
            found.dropFirst(2).sorted()
                == ["block", "hook", "message", "report", "transaction"])
    }

    @Test("Whoever listens no more ends it, and so does the bell")
    func ends() throws {
        let fixture = try HookFixture()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        // It returns: that is the test.
        try fixture.opened().watch(
            WatchOptions(start: .now, isFollowing: true, listener: ends[1])
        ) { _ in }
        close(ends[1])
        let stop = Bell()
        stop.ring()
        try fixture.opened().watch(
            WatchOptions(start: .now, isFollowing: true, stop: stop)
        ) { _ in }
        var count = 0
        try fixture.opened().watch(
            WatchOptions(start: .beginning, isFollowing: false)
        ) { count += $0.count }
        #expect(count == 2)
    }
}
