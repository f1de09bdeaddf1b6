// The same work on many values, on all cores.
import Dispatch

extension Array where Element: Sendable {
    /// The results of `body` for every element, in their order.
    func parallelMap<Result: Sendable>(_ body: @Sendable (Element) -> Result) -> [Result] {
        // Strides keep neighbours on one core without starving the others at the end.
        let stride = Swift.max(1, Swift.min(32, count / 8))
        let strides = (count + stride - 1) / stride
        return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Safe: every index is written by exactly one iteration, and all end before the buffer
            // is used.
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: strides) { part in
                for index in part * stride..<Swift.min(count, (part + 1) * stride) {
                    results.initializeElement(at: index, to: body(self[index]))
                }
            }
            initialized = count
        }
    }
}
