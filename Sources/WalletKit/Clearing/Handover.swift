// Handing values from one thread to another, a few at a time.
import Dispatch
import Synchronization

/// A queue of bounded length between one producer and one consumer.
final class Handover<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let slots: DispatchSemaphore
    private let items = DispatchSemaphore(value: 0)

    init(capacity: Int) { slots = DispatchSemaphore(value: capacity) }

    /// Waits for room, then hands `element` over; false where the consumer has gone.
    func put(_ element: Element) -> Bool {
        slots.wait()
        let isAbandoned = state.withLock { state in
            state.elements.append(element)
            return state.isAbandoned
        }
        items.signal()
        return !isAbandoned
    }

    /// Waits for the next element.
    func take() -> Element {
        items.wait()
        defer { slots.signal() }
        return state.withLock { $0.elements.removeFirst() }
    }

    /// Tells the producer that nobody takes any more.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        slots.signal()
    }
}
