// Hooks that are asked first: what they refuse does not happen, whoever cannot be asked refuses.
import Bytes
import Documents
import Files
import Programs
import Testing

@testable import WalletKit

@Suite("Hooks that are asked")
struct HookAskingTests {
    let fixture: HookFixture

    init() throws { fixture = try HookFixture() }

    private func refusal(_ body: () throws -> Void) -> Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("Without a hook, or with one that exits with 0, everything may happen")
    func allowed() throws {
        let runner = WrittenDown()
        try fixture.opened(runner).hooks.ask(fixture.event(.prePay, "a"))
        #expect(runner.all.isEmpty)
        try fixture.hook(.prePay, "exit 0")
        try fixture.opened().hooks.ask(fixture.event(.prePay, "a"))
    }

    @Test("The first line of standard error is the reason")
    func reason() throws {
        try fixture.hook(.prePay, "printf '\\n$(id) \"no\"\\nmore\\n' >&2; exit 9")
        let wallet = try fixture.opened()
        let refusal = refusal { _ = try fixture.promise("1", wallet) }
        #expect(refusal?.code == .refusedByHook)
        #expect(refusal?.message == "pre-pay: $(id) \"no\"")
        #expect(refusal?.details == ["hook": "pre-pay"])
        #expect(try wallet.hooks.log.entries().map(\.complaints) == [["$(id) \"no\"", "more"]])
    }

    @Test("A hook that is killed, or takes too long, or gives no reason, refuses")
    func otherEndings() throws {
        for (lines, words) in [
            ("kill -9 $$", "signal 9"), ("sleep 20", "its time was up"), ("exit 1", "status 1"),
        ] {
            try fixture.hook(.prePay, lines)
            let wallet = try fixture.opened(settings: ["hook.timeout=1s"])
            let message = refusal { _ = try fixture.promise("1", wallet) }?.message
            #expect(message?.contains(words) == true, "\(lines): \(message ?? "nothing")")
        }
    }

    @Test("A hook that is there and is not run refuses")
    func notRunnable() throws {
        for (mode, defect) in [
            (0o600, ProgramFile.Defect.notExecutable),
            (0o777, .openToOthers(path: fixture.hooks + "/pre-pay")),
        ] {
            try fixture.hook(.prePay, "exit 0", mode: UInt32(mode))
            let wallet = try fixture.opened()
            #expect(
                throws: HookError.notRunnable(path: fixture.hooks + "/pre-pay", defect)
            ) { _ = try fixture.promise("1", wallet) }
        }
    }

    @Test("Hooks that run each other come to an end")
    func depth() throws {
        try fixture.hook(.prePay, "exit 0")
        let runner = WrittenDown()
        let last = try fixture.opened(runner, depth: HookLimits.depth - 1)
        _ = try fixture.promise("1", last)
        #expect(
            runner.all.first?.environment["WALLET_HOOK_DEPTH"] == String(HookLimits.depth))
        let beyond = try fixture.opened(runner, depth: HookLimits.depth)
        #expect(throws: HookError.tooDeep(hook: .prePay, limit: HookLimits.depth)) {
            _ = try fixture.promise("1", beyond)
        }
        #expect(runner.all.count == 1)
    }

    @Test("What a promise says never becomes a word of a command")
    func hostile() throws {
        try fixture.hook(.prePay, "cat > read.json; echo \"$#\" > arguments; env > variables")
        let wallet = try fixture.opened()
        let note = "$(touch pwned) `touch pwned` '; touch pwned; ' \" \\ \n \u{0} \u{1b}[2J"
        var promise = Promise(amount: "1", unit: "BEER", target: "bob")
        promise.note = note
        _ = try wallet.issue(promise)
        let line = try #require(try fixture.lines("read.json").first)
        let root = try JSONText(Array(line.utf8)).root
        let document = try #require(root["documents"]?.elements?.first)
        #expect(document["meta"]?["custom"]?["data"]?["note"]?.string == note)
        #expect(root["details"]?["kind"]?.string == "issue")
        #expect(try fixture.lines("arguments") == ["0"])
        #expect(try FileSystem.status(fixture.parent + "/pwned") == nil)
        let names = Set(try fixture.lines("variables").map { $0.prefix { $0 != "=" } })
        #expect(
            names == [
                "PATH", "PWD", "WALLET_DIR", "WALLET_HOOK", "WALLET_HOOK_ID", "WALLET_HOOK_DEPTH",
            ])
    }

    @Test("Each line is asked about by itself, and only what could clear")
    func clearing() throws {
        let wallet = try fixture.opened()
        let lines = try ["1", "2", "3"].map { try fixture.promise($0, wallet) }
        _ = try wallet.clear(lines[2])
        try fixture.hook(
            .preClear,
            "cat >> asked.json; tail -n 1 asked.json | grep -q '\"amount\":\"2\"' || exit 0"
                + "; echo not two >&2; exit 1")
        let broken = Array("{".utf8)
        let input = [lines[0], lines[1], broken, lines[2]].map { $0 + [0x0a] }.concatenated()
        var answers: [UInt8] = []
        let counts = try fixture.opened().clear([InputStream(bytes: input)], .init()) {
            answers += $0
        }
        #expect((counts.cleared, counts.refused, counts.replayed) == (1, 2, 1))
        #expect(counts.complaints.first == "line 2: refused-by-hook: pre-clear: not two")
        #expect(answers.split(separator: 0x0a).count == 4)
        #expect(try fixture.lines("asked.json").count == 2)
    }

    @Test("One veto refuses the whole of an atomic batch, and a dry run asks nobody")
    func atomic() throws {
        let wallet = try fixture.opened()
        let lines = try ["1", "2"].map { try fixture.promise($0, wallet) }
        try fixture.hook(.preClear, "grep -q '\"amount\":\"2\"' && exit 1; exit 0")
        let input = lines.map { $0 + [0x0a] }.concatenated()
        let atomic = try fixture.opened().clear(
            [InputStream(bytes: input)], ClearingOptions(onRefusal: .clearNothing)
        ) { _ in }
        #expect((atomic.cleared, atomic.refused) == (0, 2))
        let runner = WrittenDown()
        let dry = try fixture.opened(runner).clear(
            [InputStream(bytes: input)], ClearingOptions(isDryRun: true)
        ) { _ in }
        #expect((dry.cleared, runner.all.count) == (2, 0))
    }

    @Test("The writer's lock is free while a hook runs")
    func lock() throws {
        let wallet = try fixture.opened()
        let line = try fixture.promise("1", wallet)
        for hook in [HookName.preClear, .postClear] { try fixture.hook(hook, "exit 0") }
        let directory = fixture.directory
        let runner = WrittenDown { _ throws(ProgramError) in
            do {
                let lock = try DirectoryLock(directory + "/documents")
                return ProgramOutcome(ending: .exited(lock == nil ? 1 : 0))
            } catch { return ProgramOutcome(ending: .exited(2)) }
        }
        let other = try fixture.opened(runner)
        #expect(try other.clear(line).counts.cleared == 1)
        #expect(try other.runHooks().map(\.isSuccess) == [true])
        #expect(runner.all.count == 2)
    }
}
