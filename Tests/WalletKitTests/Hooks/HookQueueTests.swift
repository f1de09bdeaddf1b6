// Events are told at least once, in their order, whatever ends in between.
import Bytes
import Dispatch
import Documents
import Files
import Glibc
import Programs
import Synchronization
import Testing

@testable import WalletKit

@Suite("The queue of hooks")
struct HookQueueTests {
    let fixture: HookFixture

    init() throws { fixture = try HookFixture() }

    @Test("Without a hook nothing is queued, and no file is made")
    func absent() throws {
        let wallet = try fixture.opened()
        #expect(try !wallet.hooks.announce(fixture.event(.bounce, "a")))
        #expect(try wallet.runHooks().isEmpty)
        #expect(try FileSystem.status(fixture.hooks) == nil)
    }

    @Test("What is queued is told by the next process, once, in order, and with stable ids")
    func order() throws {
        try fixture.hook(.bounce, "cat >> told; echo $WALLET_HOOK_ID >> ids")
        let keys = (0..<20).map { "event \($0)" }
        for key in keys { try fixture.opened().hooks.announce(fixture.event(.bounce, key)) }
        #expect(try fixture.waiting().count == 20)
        let results = try fixture.opened().runHooks()
        #expect(results.map(\.isSuccess) == Array(repeating: true, count: 20))
        let told = try fixture.lines("told").map { try JSONText(Array($0.utf8)).root }
        #expect(told.map { $0["details"]?["key"]?.string } == keys)
        #expect(try fixture.lines("ids") == keys.map { fixture.event(.bounce, $0).id })
        #expect(told.map { $0["id"]?.string } == keys.map { fixture.event(.bounce, $0).id })
        #expect(try fixture.opened().runHooks().isEmpty && fixture.waiting().isEmpty)
    }

    @Test("Documents come through the queue byte for byte, many events a file too")
    func contents() throws {
        try fixture.hook(.bounce, "")
        let documents = ["{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", "\"\\u0000 $(x)\"", "3"]
        let events = (0..<HookLimits.fileEvents * 2 + 1).map {
            fixture.event(.bounce, "\($0)", $0 % 2 == 0 ? documents : [])
        }
        #expect(try fixture.opened().hooks.announce(events) == events.count)
        #expect(try fixture.waiting().count == 3)
        let runner = WrittenDown()
        #expect(try fixture.opened(runner).runHooks().count == events.count)
        #expect(runner.all.map(\.input) == events.map(\.input))
    }

    @Test("A crash while a hook runs, or before, has it told again")
    func crash() throws {
        struct Crash: Error {}
        try fixture.hook(.postReceive, "")
        try fixture.opened().hooks.announce(fixture.event(.postReceive, "a"))
        let runner = WrittenDown()
        #expect(throws: Crash.self) {
            _ = try fixture.opened(runner).hooks.runPending { _ in throw Crash() }
        }
        #expect(try fixture.opened(runner).hooks.runPending { _ in }.count == 1)
        #expect(runner.keys == ["a", "a"])
        #expect(Set(runner.all.map { $0.environment["WALLET_HOOK_ID"] }).count == 1)
        #expect(try fixture.waiting().isEmpty)
    }

    @Test("Answers wait for somebody who can send them, and keep nobody waiting")
    func answers() throws {
        for hook in [HookName.postReceive, .bounce] {
            try fixture.hook(hook, "echo '{}'; echo; echo 2")
        }
        let hooks = try fixture.opened().hooks
        try hooks.announce(fixture.event(.postReceive, "a"))
        try hooks.announce(fixture.event(.bounce, "b"))
        #expect(try fixture.opened().runHooks().map(\.event.hook) == [.bounce])
        var taken: [[[UInt8]]] = []
        let results = try fixture.opened().hooks.runPending { taken.append($0.answers) }
        #expect(results.count == 1 && taken == [[Array("{}".utf8), Array("2".utf8)]])
    }

    @Test("Half an answer, and the answer of a hook that fails, is none")
    func noAnswers() throws {
        let event = fixture.event(.postReceive, "a")
        func answers(_ text: String, status: Int = 0, isCut: Bool = false) -> Int {
            HookResult(
                event,
                ProgramOutcome(
                    ending: .exited(status), output: Array(text.utf8), isOutputCut: isCut)
            ).answers.count
        }
        let most = HookLimits.answerDocuments
        #expect(answers("1\n2\n \n\r\n") == 2)
        #expect(answers("1\n2\n", status: 1) == 0 && answers("1\n2\n", isCut: true) == 0)
        #expect(answers(String(repeating: "1\n", count: most)) == most)
        #expect(answers(String(repeating: "1\n", count: most + 1)) == 0)
    }

    @Test("A hook that is gone is told nothing; one in disorder is told when it is mended")
    func disorder() throws {
        for hook in [HookName.bounce, .postSync] { try fixture.hook(hook, "") }
        let hooks = try fixture.opened().hooks
        try hooks.announce([fixture.event(.bounce, "a"), fixture.event(.postSync, "b")])
        try hooks.announce(fixture.event(.bounce, "c"))
        try fixture.remove(.postSync)
        chmod(fixture.hooks + "/bounce", 0o722)
        let runner = WrittenDown()
        let results = try fixture.opened(runner).runHooks()
        #expect(results.count == 2 && runner.all.isEmpty)
        #expect(results.allSatisfy { $0.complaint.contains("others may write") })
        chmod(fixture.hooks + "/bounce", 0o700)
        #expect(try fixture.opened(runner).runHooks().count == 2)
        #expect(runner.keys == ["a", "c"])
        #expect(try fixture.waiting().isEmpty)
    }

    @Test("One hook in disorder keeps nothing from the others")
    func partly() throws {
        try fixture.hook(.bounce, "")
        try fixture.hook(.postSync, "", mode: 0o600)
        let hooks = try fixture.opened().hooks
        let error = #expect(throws: HookError.self) {
            try hooks.announce([fixture.event(.postSync, "a"), fixture.event(.bounce, "b")])
        }
        #expect(error?.isFinal == true)
        let runner = WrittenDown()
        _ = try fixture.opened(runner).runHooks()
        #expect(runner.keys == ["b"])
    }

    @Test("A damaged file is set aside, and the rest is told")
    func damaged() throws {
        try fixture.hook(.bounce, "")
        let hooks = try fixture.opened().hooks
        for key in ["a", "b", "c"] { try hooks.announce(fixture.event(.bounce, key, ["1", "2"])) }
        let path = fixture.hooks + "/.queue/" + (try fixture.waiting())[1]
        let bytes = try FileSystem.read(path, limit: 10_000)
        for cut in [0, 1, bytes.count / 2, bytes.count - 1] where cut < bytes.count {
            try FileSystem.replace(path, with: Array(bytes[..<cut]))
            let queue = HookQueue(directory: fixture.hooks + "/.queue")
            let name = try fixture.waiting()[1]
            #expect(throws: HookError.damaged(path: path)) { _ = try queue.events(of: name) }
        }
        let runner = WrittenDown()
        _ = try fixture.opened(runner).runHooks()
        #expect(runner.keys == ["a", "c"])
        #expect(
            try FileSystem.list(fixture.hooks + "/.queue").count { $0.hasSuffix(".damaged") } == 1)
    }

    @Test("A slow hook is ended, a flooding one is cut, and the next one is told all the same")
    func misbehaving() throws {
        try fixture.hook(.bounce, "sleep 100")
        try fixture.hook(.postSync, "exec head -c 5000000 /dev/zero")
        try fixture.hook(.postSeal, "echo fine >> told")
        try fixture.opened().hooks.announce(
            [HookName.bounce, .postSync, .postSeal].map { fixture.event($0, "a") })
        let results = try fixture.opened(settings: ["hook.timeout=1s"]).runHooks()
        #expect(results.map(\.ending) == [.timedOut, .exited(0), .exited(0)])
        #expect(results.map(\.isOutputCut) == [false, true, false])
        #expect(try fixture.lines("told") == ["fine"] && fixture.waiting().isEmpty)
    }

    @Test("An event is bounded, and one past the bound is refused")
    func limits() throws {
        try fixture.hook(.bounce, "")
        let hooks = try fixture.opened().hooks
        let most = [String](repeating: "1", count: HookLimits.eventDocuments)
        try hooks.announce(fixture.event(.bounce, "a", most))
        #expect(throws: HookError.self) {
            try hooks.announce(fixture.event(.bounce, "b", most + ["1"]))
        }
        let large = "\"" + String(repeating: "a", count: HookLimits.eventBytes - 2) + "\""
        try hooks.announce(fixture.event(.bounce, "c", [large]))
        #expect(throws: HookError.self) {
            try hooks.announce(fixture.event(.bounce, "d", [large, "1"]))
        }
        let runner = WrittenDown()
        #expect(try fixture.opened(runner).runHooks().count == 2)
    }

    @Test("Eight processes at once tell each event once, and leave nothing")
    func crowd() throws {
        try fixture.hook(.bounce, "")
        let runner = WrittenDown { _ throws(ProgramError) in
            usleep(500)
            return ProgramOutcome(ending: .exited(0))
        }
        let failures = Mutex<[String]>([])
        // Wallets are opened one after the other: each thread has its own.
        let owned = try (0..<8).map { _ in Owned(try fixture.opened(runner)) }
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            do {
                for turn in 0..<15 {
                    let event = HookEvent(
                        .bounce, key: "\(number) \(turn)", time: HookFixture.now, documents: [],
                        details: ["key": .text("\(number) \(turn)")])
                    try owned[number].wallet.hooks.announce(event)
                    _ = try owned[number].wallet.runHooks()
                }
            } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try fixture.waiting().isEmpty)
        #expect(runner.keys.count == 120 && Set(runner.keys).count == 120)
    }

    /// A wallet that one thread uses.
    struct Owned: @unchecked Sendable {  // Safe: each is used by one iteration only.
        let wallet: Wallet
        init(_ wallet: Wallet) { self.wallet = wallet }
    }

    @Test("The log of runs is cut into two files, and survives a torn line")
    func log() throws {
        try fixture.hook(.bounce, "")
        let log = try fixture.opened().hooks.log
        let event = fixture.event(.bounce, "a")
        let outcome = ProgramOutcome(
            ending: .exited(3), errors: [UInt8](repeating: 0x41, count: 16_384))
        try log.append(HookResult(event, outcome), at: HookFixture.now)
        let file = try File(log.path, .readWrite)
        try file.write(Array("{\"torn".utf8)[...], at: file.status().size)
        try log.append(HookResult(event, outcome), at: HookFixture.now)
        #expect(try log.entries().count == 2)
        let full = [UInt8](repeating: 0x0a, count: HookLimits.logBytes)
        try file.write(full[...], at: file.status().size)
        try log.append(HookResult(event, outcome), at: HookFixture.now)
        #expect(try FileSystem.status(log.path)?.size ?? .max < 1_000)
        let entries = try log.entries()
        #expect(entries.count == 1 || entries.count == 3)
        #expect(entries.last?.complaints.first?.count == HookLimits.shownCharacters)
    }
}
