// Programs as they really behave: quiet, loud, slow, deaf, and those that leave others behind.
import Bytes
import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Programs

@Suite("Programs as children")
struct ChildProgramsTests {
    @Test("What it reads, writes and complains of arrives")
    func streams() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("echo", "cat; echo oh >&2; exit 3")
        program.input = Array(#"{"a":"$(touch pwned) `id` '\"\n"}"#.utf8)
        let outcome = try runner.run(program)
        #expect(outcome.ending == .exited(3))
        #expect(outcome.output == program.input)
        #expect(outcome.errorText == "oh\n")
        #expect(!outcome.isOutputCut && !outcome.isErrorsCut && !outcome.isSuccess)
        #expect(try ProgramFile.look(at: "pwned", in: scripts.directory) == .absent)
    }

    @Test("The input may be opened again by its name")
    func reopened() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("again", "cat /dev/stdin /dev/stdin")
        program.input = Array("twice;".utf8)
        #expect(try runner.run(program).text == "twice;twice;")
    }

    @Test("Arguments are what they are, whatever a shell would make of them")
    func arguments() throws {
        let scripts = try Scripts()
        let hostile = [
            "$(id)", "`id`", "; id", "a b", "*", "\"", "'", "\n", "", "-n", "\u{1b}[2J", "ü",
        ]
        var program = try scripts.shell(
            "words", #"for word in "$@"; do printf '%s|' "$word"; done"#)
        program.arguments = hostile
        #expect(try runner.run(program).text == hostile.map { $0 + "|" }.joined())
    }

    @Test("A NUL is refused: what follows it would be lost", arguments: [0, 1, 2])
    func nul(place: Int) throws {
        var program = Program(path: place == 0 ? "/bin/true\0/x" : "/bin/true")
        if place == 1 { program.arguments = ["a\0b"] }
        if place == 2 { program.environment = ["A": "a\0b"] }
        let program2 = program
        #expect(throws: ProgramError(call: "argument", path: program2.path, code: EINVAL)) {
            _ = try runner.run(program2)
        }
    }

    @Test("Nothing is searched for: a path that is not absolute is refused")
    func relative() {
        #expect(throws: ProgramError(call: "path", path: "true", code: EINVAL)) {
            _ = try runner.run(Program(path: "true"))
        }
    }

    @Test("The environment is the one that was given, and nothing else")
    func environment() throws {
        setenv("SECRET_OF_OURS", "1", 1)
        var program = Program(path: "/usr/bin/env")
        program.environment = ["PATH": "/bin", "A": "x=y"]
        #expect(try runner.run(program).text == "A=x=y\nPATH=/bin\n")
    }

    @Test("It works where it was told to")
    func directory() throws {
        let scripts = try Scripts()
        #expect(try runner.run(scripts.shell("where", "pwd")).text == scripts.directory + "\n")
    }

    @Test("No other descriptor of ours is open in it")
    func descriptors() throws {
        let scripts = try Scripts()
        // Without FD_CLOEXEC, as a library might have opened it.
        let open = dup(0)
        defer { close(open) }
        let program = try scripts.shell("descriptors", "ls /proc/$$/fd")
        // 10 and above are the shell's own.
        let numbers = try runner.run(program).text.split(separator: "\n").compactMap { Int($0) }
        #expect(numbers.filter { $0 < 10 } == [0, 1, 2])
        #expect(!numbers.contains(Int(open)) || open >= 10)
    }

    @Test("Signals that we ignore are not ignored in it")
    func signals() throws {
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        let scripts = try Scripts()
        let program = try scripts.shell("ignored", "grep SigIgn /proc/self/status; kill -PIPE $$")
        let outcome = try runner.run(program)
        #expect(outcome.ending == .signalled(Int(SIGPIPE)))
        // The C library keeps 32 and 33 to itself.
        let digits = outcome.text.split(separator: "\t").last?.dropLast() ?? ""
        #expect(UInt64(digits, radix: 16).map { $0 & 0x7fff_ffff } == 0, "\(outcome.text)")
    }

    @Test("It leads a process group of its own")
    func group() throws {
        let scripts = try Scripts()
        let program = try scripts.shell("group", "ps -o pgid= -p $$ | tr -d ' '; echo $$")
        let lines = try runner.run(program).text.split(separator: "\n")
        #expect(lines.count == 2 && lines.first == lines.last)
    }

    @Test("Every exit status", arguments: [0, 1, 2, 126, 127, 255])
    func statuses(status: Int) throws {
        let scripts = try Scripts()
        let outcome = try runner.run(scripts.shell("exit", "exit \(status)"))
        #expect(outcome.ending == .exited(status))
        #expect(outcome.isSuccess == (status == 0))
    }

    @Test("The end by a signal is told from an exit", arguments: [SIGTERM, SIGKILL, SIGSEGV])
    func endings(number: Int32) throws {
        let scripts = try Scripts()
        let outcome = try runner.run(scripts.shell("kill", "kill -\(number) $$; sleep 5"))
        #expect(outcome.ending == .signalled(Int(number)))
    }

    @Test("Input that is not read hurts nobody, however much it is")
    func unread() throws {
        var program = Program(path: "/bin/true")
        program.input = [UInt8](repeating: 0x41, count: 8_000_000)
        #expect(try runner.run(program).isSuccess)
    }

    @Test("A flood is cut at the bound, and its program runs to its end")
    func flood() throws {
        let scripts = try Scripts()
        var program = try scripts.shell(
            "flood", "head -c 3000000 /dev/zero; head -c 200000 /dev/zero >&2; echo end >done")
        program.outputLimitBytes = 1000
        program.errorsLimitBytes = 10
        let outcome = try runner.run(program)
        #expect(outcome.isSuccess)
        #expect(outcome.output == [UInt8](repeating: 0, count: 1000) && outcome.isOutputCut)
        #expect(outcome.errors == [UInt8](repeating: 0, count: 10) && outcome.isErrorsCut)
        #expect(try ProgramFile.look(at: "done", in: scripts.directory) != .absent)
    }

    @Test("A bound that is met exactly cuts nothing")
    func exactly() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("exact", "printf 12345")
        program.outputLimitBytes = 5
        let outcome = try runner.run(program)
        #expect(outcome.text == "12345" && !outcome.isOutputCut)
    }

    @Test("Closed streams end nothing: the end is the program's")
    func closed() throws {
        let scripts = try Scripts()
        let outcome = try runner.run(
            scripts.shell("closed", "exec >&- 2>&- <&-; sleep 0.3; exit 7"))
        #expect(outcome.ending == .exited(7))
    }
}

@Suite("Programs that take their time")
struct SlowProgramsTests {
    @Test("A program that does not end is ended, with all that it has started")
    func limit() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("slow", "sleep 1000 & echo $!; echo $$; wait")
        program.timeLimitMilliseconds = 2_000
        let outcome = try runner.run(program)
        #expect(outcome.ending == .timedOut)
        let processes = outcome.text.split(separator: "\n").compactMap { pid_t($0) }
        #expect(processes.count == 2)
        for process in processes { #expect(try isGone(process)) }
    }

    @Test("Who does not listen to SIGTERM is killed")
    func deaf() throws {
        let scripts = try Scripts()
        var program = try scripts.shell(
            "deaf", "trap '' TERM; echo $$; while :; do sleep 0.1; done")
        program.timeLimitMilliseconds = 2_000
        program.graceMilliseconds = 200
        let outcome = try runner.run(program)
        #expect(outcome.ending == .timedOut)
        #expect(try isGone(try #require(pid_t(outcome.text.dropLast()))))
    }

    @Test("Who listens has time to say goodbye")
    func goodbye() throws {
        let scripts = try Scripts()
        var program = try scripts.shell(
            "polite", "trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done")
        program.timeLimitMilliseconds = 2_000
        program.graceMilliseconds = 30_000
        let outcome = try runner.run(program)
        #expect(outcome.ending == .timedOut && outcome.text == "bye\n")
    }

    @Test("A program that stops itself is ended too")
    func stopped() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("stopped", "kill -STOP $$")
        program.timeLimitMilliseconds = 200
        program.graceMilliseconds = 100
        #expect(try runner.run(program).ending == .timedOut)
    }

    @Test("An endless flood is ended in time")
    func endless() throws {
        let scripts = try Scripts()
        var program = try scripts.shell("endless", "exec cat /dev/zero")
        program.timeLimitMilliseconds = 300
        let outcome = try runner.run(program)
        #expect(outcome.ending == .timedOut && outcome.isOutputCut)
        #expect(outcome.output.count == ProgramLimits.outputBytes)
    }

    @Test("Nobody waits for those who keep the output open after the end")
    func grandchildren() throws {
        let scripts = try Scripts()
        let program = try scripts.shell("leaver", "sleep 20 & echo $!; exit 4")
        let outcome = try runner.run(program)
        #expect(outcome.ending == .exited(4))
        #expect(outcome.milliseconds < 15_000)
        let left = try #require(pid_t(outcome.text.dropLast()))
        // It was not ours to kill: its parent ended in time.
        #expect(isThere(left))
        kill(left, SIGKILL)
    }

    @Test("What is written just before the end arrives, from a child too")
    func late() throws {
        let scripts = try Scripts()
        for _ in 0..<20 {
            let outcome = try runner.run(scripts.shell("late", "(echo child) & echo parent; wait"))
            #expect(outcome.text.count == 13)
        }
    }

    @Test("Two hundred at once, from several threads, and no descriptor or process is left")
    func crowd() throws {
        let scripts = try Scripts()
        let program = try scripts.shell("one", "cat; exit 5")
        let failures = Mutex<[String]>([])
        let before = try openDescriptors()
        DispatchQueue.concurrentPerform(iterations: 200) { number in
            var own = program
            own.input = Array("number \(number)".utf8)
            do {
                let outcome = try runner.run(own)
                if outcome.ending != .exited(5) || outcome.output != own.input {
                    failures.withLock { $0.append("\(number): \(outcome)") }
                }
            } catch {
                failures.withLock { $0.append("\(number): \(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        // Other suites run beside this one; a descriptor left by each would be 200.
        #expect(try openDescriptors() <= before + 150)
        let children = try runner.run(
            Program(path: "/bin/ps", arguments: ["--ppid", "\(getpid())", "-o", "stat=,args="]))
        let zombies = children.text.split(separator: "\n").filter {
            $0.hasPrefix("Z") && $0.contains("[one]")
        }
        #expect(zombies == [])
    }

    /// Whether a process is gone, or dead and waiting for whoever adopted it.
    private func isGone(_ process: pid_t) throws -> Bool {
        for _ in 0..<100 {
            if !isThere(process) { return true }
            let state = try runner.run(
                Program(path: "/bin/ps", arguments: ["-o", "stat=", "-p", "\(process)"]))
            if state.text.hasPrefix("Z") { return true }
            usleep(20_000)
        }
        return false
    }

    private func openDescriptors() throws -> Int {
        (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
    }
}

@Suite("Programs that do not start")
struct RefusedProgramsTests {
    @Test("What is not there, is a folder, or is no program, is an error and not a status")
    func starts() throws {
        let scripts = try Scripts()
        let text = try scripts.write("text", "echo no interpreter named\n")
        let plain = try scripts.write("plain", "#!/bin/sh\n", mode: 0o600)
        let lost = try scripts.write("lost", "#!/no/such/interpreter\n")
        for (path, code) in [
            (scripts.directory + "/nothing", ENOENT), (scripts.directory, EACCES),
            (text, ENOEXEC), (plain, EACCES), (lost, ENOENT),
        ] {
            let error = #expect(throws: ProgramError.self) {
                _ = try runner.run(Program(path: path))
            }
            #expect(error?.code == code, "\(path)")
            #expect(error?.reason.isEmpty == false)
        }
    }

    @Test("A directory to work in that is not there is an error")
    func directory() {
        var program = Program(path: "/bin/true")
        program.directory = "/no/such/place"
        let fixed = program
        #expect(throws: ProgramError.self) { _ = try runner.run(fixed) }
    }
}
