// Running a program as a child of this process: its start, its end, and what it says in between.
import Glibc

/// Runs programs as children of this process.
///
/// What they read is a file in memory, complete before they start: a program that does not read it
/// neither waits for us nor lets us wait, and no signal comes of it. They begin in a process group
/// of their own, with all other descriptors closed and all signals as they are by default.
public struct ChildPrograms: ProgramRunner {
    private let nanoseconds: @Sendable () -> UInt64

    /// `MFD_CLOEXEC`
    private static let closeOnExec: UInt32 = 1

    /// - Parameter nanoseconds: a clock that only goes forward.
    public init(nanoseconds: @escaping @Sendable () -> UInt64) { self.nanoseconds = nanoseconds }

    /// Runs `program` and waits for its end.
    /// - Throws: `ProgramError`.
    public func run(_ program: Program) throws(ProgramError) -> ProgramOutcome {
        let start = nanoseconds()
        let input = try Self.input(program)
        let output = try CapturedPipe(limit: program.outputLimitBytes, path: program.path)
        let errors = try CapturedPipe(limit: program.errorsLimitBytes, path: program.path)
        let child = try Spawning(program).start(
            input: input.number, output: output.writingEnd, errors: errors.writingEnd)
        output.closeWritingEnd()
        errors.closeWritingEnd()
        var supervision = Supervision(
            child: child, program: program, pipes: [output, errors], start: start,
            nanoseconds: nanoseconds)
        let ending = try supervision.run()
        return ProgramOutcome(
            ending: ending, output: output.bytes, isOutputCut: output.isCut, errors: errors.bytes,
            isErrorsCut: errors.isCut, milliseconds: Int((nanoseconds() &- start) / 1_000_000))
    }

    /// The program's standard input: a file that has no name.
    private static func input(_ program: Program) throws(ProgramError) -> Descriptor {
        let number = memfd_create("input", Self.closeOnExec)
        if number < 0 { throw ProgramError(call: "memfd_create", path: program.path, code: errno) }
        let descriptor = Descriptor(number)
        var done = 0
        let code = program.input.withUnsafeBytes { buffer -> Int32 in
            while done < buffer.count {
                let put = pwrite(
                    number, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(done))
                if put < 0 && errno == EINTR { continue }
                if put <= 0 { return errno }
                done += put
            }
            return 0
        }
        if code != 0 { throw ProgramError(call: "pwrite", path: program.path, code: code) }
        return descriptor
    }
}

/// A descriptor that is closed when it goes.
final class Descriptor {
    let number: Int32
    private var isOpen = true

    init(_ number: Int32) { self.number = number }

    func closeNow() {
        if isOpen { close(number) }
        isOpen = false
    }

    deinit { closeNow() }
}

/// `memfd_create(2)`, declared for `_GNU_SOURCE` only.
@_silgen_name("memfd_create")
private func memfd_create(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32
