// A program that answers over its standard input and output.
import Glibc

/// A running program: what it is told and what it says are streams. Its standard error is ours, and
/// it may ask for a passphrase at the terminal.
public final class Conversation {
    private let path: String
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var isOver = false

    /// Starts a program; its `input` and limits are not looked at.
    /// - Throws: `ProgramError`.
    public init(_ program: Program) throws(ProgramError) {
        path = program.path
        let down = try Self.pipe(program.path)
        let up: (read: Int32, write: Int32)
        do {
            up = try Self.pipe(program.path)
        } catch {
            close(down.read)
            close(down.write)
            throw error
        }
        defer {
            close(down.read)
            close(up.write)
        }
        do {
            process = try Spawning(program, isAlone: false).start(
                input: down.read, output: up.write, errors: 2)
        } catch {
            close(down.write)
            close(up.read)
            throw error
        }
        input = down.write
        output = up.read
    }

    deinit { finish() }

    private static func pipe(
        _ path: String
    ) throws(ProgramError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw ProgramError(call: "pipe2", path: path, code: errno)
        }
        return (ends[0], ends[1])
    }

    /// Tells it something, all of it.
    /// - Throws: `ProgramError`; EPIPE where it listens no more.
    public func write(_ bytes: [UInt8]) throws(ProgramError) {
        var offset = 0
        while offset < bytes.count {
            let count = Self.withoutSignal {
                bytes.withUnsafeBytes { buffer in
                    Glibc.write(
                        input, buffer.baseAddress.map { $0 + offset }, bytes.count - offset)
                }
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw ProgramError(call: "write", path: path, code: errno)
            }
            offset += count
        }
    }

    /// A program that reads no more must not end this one: its signal is held back and taken away.
    private static func withoutSignal(_ write: () -> Int) -> Int {
        var (pipe, earlier, pending) = (sigset_t(), sigset_t(), sigset_t())
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &earlier)
        sigpending(&pending)
        let count = write()
        let code = errno
        if count < 0, code == EPIPE, sigismember(&pending, SIGPIPE) == 0 {
            var now = timespec()
            sigtimedwait(&pipe, nil, &now)
        }
        pthread_sigmask(SIG_SETMASK, &earlier, nil)
        errno = code
        return count
    }

    /// What it says next, at most `count` bytes; empty where it has ended.
    /// - Throws: `ProgramError`.
    public func read(_ count: Int) throws(ProgramError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        while true {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(output, $0.baseAddress, count) }
            if got < 0 {
                if errno == EINTR { continue }
                throw ProgramError(call: "read", path: path, code: errno)
            }
            return Array(bytes.prefix(got))
        }
    }

    /// Ends what it is told, and waits for it.
    /// - Returns: its exit status; 128 and the signal's number where a signal has ended it.
    @discardableResult
    public func finish() -> Int32 {
        guard !isOver else { return 0 }
        isOver = true
        close(input)
        close(output)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
