// Deadlines of connections: many, moved often, seldom met.

/// Something to be done at a time that may be moved. Belongs to the loop's thread.
final class LoopTimer {
    /// Microseconds of the loop's clock; nil while it is not set.
    fileprivate(set) var deadline: Int64?
    /// When its earliest entry in the queue comes up.
    fileprivate var queuedFor: Int64?
    fileprivate var fire: (() -> Void)?

    init(_ fire: @escaping () -> Void) { self.fire = fire }
}

/// Timers by deadline. Moving one to later costs nothing: its entry comes up at the old time and is
/// put back. So a busy connection, which moves its deadline with each request, has no work with it.
struct TimerQueue {
    private struct Entry {
        let time: Int64
        let timer: LoopTimer
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []

    /// When the next entry comes up.
    var next: Int64? { heap.first?.time }

    /// Sets, moves or, with nil, takes back a deadline.
    mutating func set(_ timer: LoopTimer, to deadline: Int64?) {
        timer.deadline = deadline
        guard let deadline else { return }
        if let queued = timer.queuedFor, queued <= deadline { return }
        timer.queuedFor = deadline
        push(Entry(time: deadline, timer: timer))
    }

    /// A timer that is due; nil where none is.
    mutating func due(at now: Int64) -> LoopTimer? {
        while let first = heap.first, first.time <= now {
            pop()
            let timer = first.timer
            // An entry that a later, earlier one has replaced says nothing.
            guard timer.queuedFor == first.time else { continue }
            timer.queuedFor = nil
            guard let deadline = timer.deadline else { continue }
            if deadline <= now {
                timer.deadline = nil
                return timer
            }
            set(timer, to: deadline)
        }
        return nil
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var index = heap.count - 1
        while index > 0, heap[index].time < heap[(index - 1) / 2].time {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            if least == index { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension LoopTimer {
    /// Does what it is for.
    func run() { fire?() }

    /// Forgets what it was for: its entry in the queue stays until its time, and must not keep
    /// anything else.
    func drop() {
        deadline = nil
        fire = nil
    }
}
