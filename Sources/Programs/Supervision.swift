// Watching over a running program until it and its output have ended, or its time is up.
import Glibc

/// One running program.
struct Supervision {
    private let child: pid_t
    private let program: Program
    private let pipes: [CapturedPipe]
    private let start: UInt64
    private let nanoseconds: @Sendable () -> UInt64
    /// Between two looks at the process, while no output comes.
    private var pauseMilliseconds = 1

    private static let longestPauseMilliseconds = 20

    init(
        child: pid_t, program: Program, pipes: [CapturedPipe], start: UInt64,
        nanoseconds: @escaping @Sendable () -> UInt64
    ) {
        self.child = child
        self.program = program
        self.pipes = pipes
        self.start = start
        self.nanoseconds = nanoseconds
    }

    /// Waits for the end.
    /// - Throws: `ProgramError` where the system does not tell what has become of the program.
    mutating func run() throws(ProgramError) -> ProgramOutcome.Ending {
        let isInTime = try wait(milliseconds: program.timeLimitMilliseconds, since: start)
        guard isInTime else {
            try end()
            return .timedOut
        }
        drain()
        return try reap()
    }

    /// Waits until the process has ended; it stays to be reaped, so that its number is nobody
    /// else's.
    /// - Returns: false where the time is up.
    private mutating func wait(
        milliseconds: Int, since start: UInt64
    ) throws(ProgramError) -> Bool {
        while true {
            if try hasEnded() { return true }
            let left = milliseconds - elapsed(since: start)
            guard left > 0 else { return false }
            take(min(left, pauseMilliseconds))
        }
    }

    /// Takes in what comes within a pause.
    private mutating func take(_ milliseconds: Int) {
        var open = pipes.filter { !$0.isOver }
        var requests = open.map { pollfd(fd: $0.readingEnd, events: Int16(POLLIN), revents: 0) }
        let ready = poll(&requests, nfds_t(requests.count), Int32(milliseconds))
        guard ready > 0 else {
            pauseMilliseconds = min(pauseMilliseconds * 2, Self.longestPauseMilliseconds)
            return
        }
        open = zip(open, requests).filter { $1.revents != 0 }.map(\.0)
        for pipe in open { pipe.take() }
        pauseMilliseconds = 1
    }

    /// After the end: what is still in the pipes, and for a moment what others write who have them
    /// still open. Nobody waits for those longer.
    private mutating func drain() {
        let end = nanoseconds()
        pauseMilliseconds = 1
        while pipes.contains(where: { !$0.isOver }) {
            let left = ProgramLimits.lingerMilliseconds - elapsed(since: end)
            guard left > 0 else { return }
            take(min(left, pauseMilliseconds))
        }
    }

    /// Ends the whole group, first with a word, then without.
    private mutating func end() throws(ProgramError) {
        var since = nanoseconds()
        kill(-child, SIGTERM)
        _ = try wait(milliseconds: program.graceMilliseconds, since: since)
        // The leader is not reaped: the group's number is still its own, whoever is left of it.
        kill(-child, SIGKILL)
        since = nanoseconds()
        guard try wait(milliseconds: ProgramLimits.killMilliseconds, since: since) else {
            // It waits in the kernel for something that does not come, or runs as somebody else.
            return
        }
        // What it has said at last is what people want to know.
        drain()
        _ = try reap()
    }

    private func elapsed(since start: UInt64) -> Int {
        Int(clamping: (nanoseconds() &- start) / 1_000_000)
    }

    private func hasEnded() throws(ProgramError) -> Bool {
        var info = siginfo_t()
        while waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 {
            if errno != EINTR { throw failure("waitid") }
        }
        return info.si_signo != 0
    }

    private func reap() throws(ProgramError) -> ProgramOutcome.Ending {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            if errno != EINTR { throw failure("waitpid") }
        }
        let signal = Int(status & 0x7f)
        return signal == 0 ? .exited(Int(status >> 8) & 0xff) : .signalled(signal)
    }

    private func failure(_ call: String) -> ProgramError {
        ProgramError(call: call, path: program.path, code: errno)
    }
}
