// What a program writes, up to a bound; beyond it, it may go on writing.
import Glibc

/// The reading end of a pipe, and what has come out of it.
final class CapturedPipe {
    private let reading: Descriptor
    private let writing: Descriptor
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    /// Whether more has come than is kept.
    private(set) var isCut = false
    /// Whether nobody has the writing end any more.
    private(set) var isOver = false

    private static let pieceBytes = 65_536

    /// - Parameter path: of the program, for errors.
    init(limit: Int, path: String) throws(ProgramError) {
        self.limit = limit
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC) == 0 else {
            throw ProgramError(call: "pipe2", path: path, code: errno)
        }
        reading = Descriptor(ends[0])
        writing = Descriptor(ends[1])
        // Only our end: the program's is a pipe as it expects one.
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    }

    var writingEnd: Int32 { writing.number }
    var readingEnd: Int32 { reading.number }

    func closeWritingEnd() { writing.closeNow() }

    /// Takes what is there, at most a bounded piece, without waiting.
    func take() {
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, filled in
            let got = read(reading.number, buffer.baseAddress, buffer.count)
            // Nothing there yet, or interrupted: the next round asks again.
            if got < 0, errno == EAGAIN || errno == EINTR { return }
            if got <= 0 { isOver = true }
            filled = max(0, got)
        }
        let room = max(0, limit - bytes.count)
        bytes += piece.prefix(room)
        if piece.count > room { isCut = true }
    }
}

/// `pipe2(2)`, declared for `_GNU_SOURCE` only.
@_silgen_name("pipe2")
func pipe2(_ ends: UnsafeMutablePointer<Int32>, _ flags: Int32) -> Int32
