// First in, first out.

/// A queue whose ends both cost next to nothing.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    /// Elements that wait.
    var count: Int { elements.count - head }
    /// Whether nothing waits.
    var isEmpty: Bool { head == elements.count }

    /// What comes out next.
    var first: Element? { isEmpty ? nil : elements[head] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= 4_096)
            head = 0
        } else if head >= 1_024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}
