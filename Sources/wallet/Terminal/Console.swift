// Standard output for data, standard error for people.
import CommandKit
import Glibc

/// Writing failed in a way that ends the program.
enum ConsoleFailure: Error {
    /// Whoever read our output has gone: end quietly.
    case closedPipe
    case failed(code: Int32)
}

/// The three standard descriptors. Output is gathered and written in large pieces; `flush` before
/// the end.
final class Console {
    private var pending: [UInt8] = []
    let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    let isErrorTerminal = isatty(STDERR_FILENO) == 1
    let isInputTerminal = isatty(STDIN_FILENO) == 1
    var outputStyle = Style.plain
    var errorStyle = Style.plain
    private var pager: Pager?

    private static let pieceBytes = 65_536

    /// Columns of the terminal; nil where output is no terminal.
    var columns: Int? {
        guard isOutputTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Gathers text for standard output.
    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Gathers bytes for standard output.
    func write(_ bytes: [UInt8]) throws {
        pending += bytes
        if pending.count >= Self.pieceBytes { try flush() }
    }

    /// Writes what has been gathered.
    func flush() throws {
        defer { pending.removeAll(keepingCapacity: true) }
        try Self.write(pending, to: pager?.descriptor ?? STDOUT_FILENO)
    }

    /// A line for people on standard error. Nobody can be told if that fails.
    func say(_ text: String) {
        try? Self.write(Array((text + "\n").utf8), to: STDERR_FILENO)
    }

    /// A line that is overwritten by the next one; empty to remove it.
    func status(_ text: String) {
        guard isErrorTerminal else { return }
        try? Self.write(Array("\r\u{1b}[K\(text)".utf8), to: STDERR_FILENO)
    }

    /// Sends output through `command` where output is a terminal.
    func startPager(_ command: String) {
        guard isOutputTerminal, pager == nil, !command.isEmpty, command != "cat" else { return }
        pager = Pager(command)
    }

    /// Writes the rest and waits for the pager.
    func finish() throws {
        try flush()
        pager?.finish()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var done = 0
        try bytes.withUnsafeBytes { buffer in
            while done < buffer.count {
                let put = Glibc.write(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if put < 0 && errno == EINTR { continue }
                if put < 0 && errno == EPIPE { throw ConsoleFailure.closedPipe }
                if put < 0 { throw ConsoleFailure.failed(code: errno) }
                done += put
            }
        }
    }

    /// A descriptor that the caller has closed would be given to the next file that we open:
    /// nothing that is meant for people must ever go there.
    static func occupyStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // Opened the wrong way round, so that reading and writing fail as they would have.
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
