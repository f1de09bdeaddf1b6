// What every target has: bytes in, a crash where a promise is broken.

import Bytes

/// Ends the process where `condition` is false: the fuzzer keeps the input that did it.
func promise(_ condition: @autoclosure () -> Bool, _ what: StaticString) {
    if !condition() { fatalError("broken promise: \(what)") }
}

/// The input of one run as an array.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}
