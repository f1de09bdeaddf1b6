// Hooks hear of what is added to the log, and of nothing else; a crash in between is made up for.
import Bytes
import Documents
import Files
import Programs
import Testing

@testable import WalletKit

@Suite("Hooks and the log")
struct HookFeedTests {
    let fixture: HookFixture

    init() throws { fixture = try HookFixture() }

    /// The hashes of the documents that hooks were told of.
    private func told(_ runner: WrittenDown, _ hook: HookName) throws -> [String] {
        try runner.all.filter { $0.environment["WALLET_HOOK"] == hook.rawValue }.flatMap {
            try JSONText(Array($0.input.dropLast())).root["documents"]?.elements ?? []
        }.compactMap { $0["hash"]?["value"]?.string }
    }

    private func hash(_ line: [UInt8]) throws -> String {
        try Envelope(line: Array(line.prefix { $0 != 0x0a })).hash.hexadecimal
    }

    @Test("Each transaction is told once; what was refused, or had cleared, is not")
    func clearing() throws {
        try fixture.hook(.postClear, "")
        let wallet = try fixture.opened()
        let lines = try (1...3).map { try fixture.promise("\($0)", wallet) }
        let input = (lines + [lines[0], Array("{}".utf8)]).map { $0 + [0x0a] }.concatenated()
        var answers: [UInt8] = []
        _ = try wallet.clear([InputStream(bytes: input)], .init()) { answers += $0 }
        let cleared = try answers.split(separator: 0x0a).prefix(3).map { try hash(Array($0)) }
        let runner = WrittenDown()
        #expect(try fixture.opened(runner).runHooks().count == 3)
        #expect(try told(runner, .postClear) == cleared)
    }

    @Test("Blocks are told of")
    func sealing() throws {
        try fixture.hook(.postSeal, "")
        let runner = WrittenDown()
        let wallet = try fixture.opened(runner)
        let block = try #require(try wallet.seal(SealOptions()))
        #expect(try wallet.seal(SealOptions()) == nil)
        #expect(try wallet.runHooks().count == 1)
        #expect(try told(runner, .postSeal) == [block.hash.hexadecimal])
        #expect(try FileSystem.list(fixture.hooks + "/.queue").isEmpty)
    }

    @Test("What a process had added when it died, before it could queue it, is told by the next")
    func crash() throws {
        for hook in [HookName.postClear, .postSeal] { try fixture.hook(hook, "") }
        let wallet = try fixture.opened()
        let line = try fixture.promise("1", wallet)
        let before = try fixture.promise("2", wallet)
        _ = try wallet.clear(before)
        _ = try wallet.runHooks()
        do {
            // A run that began, and whose process has gone after its line was durable.
            let dying = try fixture.opened()
            let feed = try #require(try HookFeed(dying, try dying.writer(), HookFeed.hooks))
            try withExtendedLifetime(feed) {
                try fixture.remove(.postClear)
                let other = try fixture.opened()
                _ = try other.clear(line)
                _ = try other.seal(SealOptions())
                _ = try other.runHooks()
                try fixture.hook(.postClear, "")
                // It lives: nobody takes its work over.
                let runner = WrittenDown()
                #expect(try fixture.opened(runner).runHooks().isEmpty)
            }
        }
        let runner = WrittenDown()
        let next = try fixture.opened(runner)
        _ = try next.runHooks()
        #expect(try told(runner, .postClear).count == 1)
        #expect(try told(runner, .postSeal).count == 1)
        #expect(runner.all.first?.input.count ?? 0 > 0)
        #expect(try next.runHooks().isEmpty)
        #expect(try FileSystem.list(fixture.hooks + "/.queue").isEmpty)
    }

    @Test("A balance that falls under its bound is told of once, until it has risen again")
    func lowBalance() throws {
        try fixture.hook(.lowBalance, "")
        let runner = WrittenDown()
        let wallet = try fixture.opened(runner, settings: ["hook.BEER.low-balance=8"])
        func pay(_ amount: String) throws {
            var promise = Promise(amount: amount, unit: "BEER", target: "me")
            promise.source = "bob"
            #expect(try wallet.clear(wallet.pay(promise).iou.document).counts.cleared == 1)
        }
        func issue(_ amount: String) throws {
            _ = try wallet.clear(fixture.promise(amount, wallet))
        }
        var counts: [Int] = []
        func step(_ body: () throws -> Void) throws {
            try body()
            counts.append(try wallet.runHooks().count)
        }
        try step { try issue("10") }  // 10
        try step { try pay("2") }  // 8: not under
        try step { try pay("1") }  // 7: under
        try step { try pay("1") }  // 6: still under
        try step { try issue("2") }  // 8: risen
        try step { try pay("3") }  // 5: under again
        #expect(counts == [0, 0, 1, 0, 0, 1])
        let details = try #require(
            try runner.all.last.flatMap { try JSONText(Array($0.input.dropLast())).root["details"] }
        )
        for (name, value) in [("name", "bob"), ("balance", "5"), ("bound", "8"), ("unit", "BEER")] {
            #expect(details.members.first { $0.name == name }?.value.string == value)
        }
    }

    @Test("A bound that is none is said, and keeps nothing from the other hooks")
    func wrongBound() throws {
        for hook in [HookName.lowBalance, .postClear] { try fixture.hook(hook, "") }
        for setting in ["hook.NONE.low-balance=8", "hook.BEER.low-balance=8.5"] {
            let runner = WrittenDown()
            let wallet = try fixture.opened(runner, settings: [setting])
            _ = try wallet.clear(fixture.promise("1", wallet))
            #expect(try wallet.runHooks().count == 1)
            #expect(wallet.hooks.takeTroubles().count == 1 && wallet.hooks.takeTroubles().isEmpty)
        }
    }

    @Test("A sample is about the latest fitting document, and nothing is written down")
    func samples() throws {
        let wallet = try fixture.opened()
        let answer = try wallet.clear(fixture.promise("1", wallet)).answer
        for hook in HookName.allCases { try fixture.hook(hook, "cat; exit 3") }
        let other = try fixture.opened()
        for hook in HookName.allCases {
            let event = try other.sampleEvent(hook)
            let result = try other.hooks.test(event, input: nil)
            #expect(result.ending == .exited(3) && result.output == event.input, "\(hook)")
            let root = try JSONText(Array(result.output.dropLast())).root
            #expect(root["details"]?["test"]?.bytes.elementsEqual("true".utf8) == true)
        }
        #expect(try other.sampleEvent(.postClear).documents == [Array(answer.dropLast())])
        #expect(try other.hooks.test(other.sampleEvent(.bounce), input: [0x41]).output == [0x41])
        #expect(try other.hooks.log.entries().isEmpty && fixture.waiting().isEmpty)
    }
}
