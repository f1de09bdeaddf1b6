// Many lines over one connection: each is answered by a line, in order, as it becomes durable.
import Bytes
import Network
import Synchronization

/// The body of a streamed `POST /transaction`. Nothing more is read while too many lines wait for
/// their answer, or too many answers wait to be read: so memory is bounded, and who does not read
/// cannot send.
final class LineStream: HTTPBodySink {
    private struct State {
        var splitter = LineSplitter()
        /// Places of the answers that have not been written, in order.
        var answers = Fifo<AnswerSlot>()
        /// Bytes of the lines that wait for them.
        var waitingBytes = 0
        var hasEnded = false
        var hasFailed = false
        var isFinished = false
        /// Somebody is writing: whoever finds this true leaves his answer to him.
        var isFlushing = false
        /// Reading is stopped, and was told so.
        var isPaused = false
        /// Somebody is deciding on it: whoever finds this true makes him look once more.
        var isSteering = false
        var mustSteerAgain = false
        /// Lines that have to be looked at on a thread of the pool, one after the other.
        var inbox = Fifo<(line: [UInt8], slot: AnswerSlot)>()
        var isExamining = false
    }

    /// The place of one answer.
    private final class AnswerSlot: Sendable {
        let bytes: Int
        let answer = Mutex<[UInt8]?>(nil)
        init(bytes: Int) { self.bytes = bytes }
    }

    private let call: Call
    private let flow: any FlowControl
    private let writer: any HTTPBodyWriter
    private let state = Mutex(State())

    init(_ call: Call, _ responder: any HTTPResponder, _ flow: any FlowControl) {
        self.call = call
        self.flow = flow
        var headers: HTTPHeaders = [
            "Content-Type": MediaType.lines, "Cache-Control": "no-store",
        ]
        call.context.dress(&headers, for: call.head)
        writer = responder.open(status: 200, headers: headers)
        writer.observe(
            drained: { [weak self] in self?.steer() },
            gone: { [weak self] in self?.failed() })
    }

    func received(_ bytes: [UInt8]) {
        for piece in state.withLock({ $0.splitter.append(bytes) }) { take(piece) }
        flush()
        steer()
    }

    func ended() {
        for piece in state.withLock({ $0.splitter.end() }) { take(piece) }
        state.withLock { $0.hasEnded = true }
        flush()
    }

    func failed() {
        let isNew = state.withLock { state in
            defer { state.hasFailed = true }
            return !state.hasFailed && !state.isFinished
        }
        if isNew { call.note(status: 499) }
    }

    private func take(_ piece: LineSplitter.Piece) {
        switch piece {
        case .line(let line):
            let slot = AnswerSlot(bytes: line.count)
            state.withLock { state in
                state.waitingBytes += line.count
                state.answers.append(slot)
            }
            guard call.context.examinesLines else { return clear(line, slot) }
            let isMine = state.withLock { state in
                state.inbox.append((line, slot))
                defer { state.isExamining = true }
                return !state.isExamining
            }
            if isMine { call.context.pool.submitAlways { [self] in examine() } }
        case .tooLong:
            let slot = AnswerSlot(bytes: 0)
            let error = ServiceError(
                413, "line-too-long", "a line of more than \(Limits.lineBytes) bytes",
                ["limit": String(Limits.lineBytes)])
            slot.answer.withLock { $0 = error.json + [0x0a] }
            state.withLock { $0.answers.append(slot) }
        }
    }

    private func clear(_ line: [UInt8], _ slot: AnswerSlot) {
        call.context.clear(line, from: call.peer) { [self] answer in
            slot.answer.withLock { $0 = answer.line }
            flush()
            steer()
        }
    }

    /// Lines keep their order: one may live on what another brings.
    private func examine() {
        while let next = state.withLock({ state in
            let next = state.inbox.popFirst()
            if next == nil { state.isExamining = false }
            return next
        }) {
            clear(next.line, next.slot)
        }
    }

    /// Writes all answers that are next in order. One thread writes at a time.
    private func flush() {
        let isMine = state.withLock { state in
            defer { state.isFlushing = true }
            return !state.isFlushing
        }
        guard isMine else { return }
        while true {
            var batch: [UInt8] = []
            let isLast = state.withLock { state in
                while batch.count < 65_536, let slot = state.answers.first,
                    let answer = slot.answer.withLock({ $0 })
                {
                    _ = state.answers.popFirst()
                    state.waitingBytes -= slot.bytes
                    batch.append(contentsOf: answer)
                }
                if batch.isEmpty { state.isFlushing = false }
                let isLast =
                    batch.isEmpty && state.hasEnded && state.answers.isEmpty
                    && !state.isFinished
                if isLast { state.isFinished = true }
                return isLast
            }
            if isLast {
                writer.finish()
                call.note(status: 200)
            }
            if batch.isEmpty { return }
            writer.write(batch)
        }
    }

    /// Stops or resumes reading. One thread at a time, so that the last word is the right one.
    private func steer() {
        let isMine = state.withLock { state in
            state.mustSteerAgain = true
            defer { state.isSteering = true }
            return !state.isSteering
        }
        guard isMine else { return }
        var isOver = false
        while !isOver {
            state.withLock { $0.mustSteerAgain = false }
            let pending = writer.pendingBytes
            let change = state.withLock { state -> Bool? in
                let load = Self.load(state.answers.count, state.waitingBytes, pending)
                let wanted = state.isPaused ? load > 50 : load > 100
                isOver = wanted == state.isPaused && !state.mustSteerAgain
                if isOver { state.isSteering = false }
                guard wanted != state.isPaused else { return nil }
                state.isPaused = wanted
                return wanted
            }
            switch change {
            case true?: flow.pause()
            case false?: flow.resume()
            case nil: break
            }
        }
    }

    /// How much waits, in hundredths of what may.
    private static func load(_ lines: Int, _ bytes: Int, _ pending: Int) -> Int {
        max(
            lines * 100 / ServiceLimits.streamLines, bytes * 100 / ServiceLimits.streamBytes,
            pending * 100 / ServiceLimits.streamOutputBytes)
    }
}
