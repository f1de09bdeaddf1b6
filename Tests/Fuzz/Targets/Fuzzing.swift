// What every target has: bytes in, a crash where a promise is broken.

import Bytes
import Glibc

/// Ends the process where `condition` is false: the fuzzer keeps the input that did it.
func promise(_ condition: @autoclosure () -> Bool, _ what: StaticString) {
    if !condition() { fatalError("broken promise: \(what)") }
}

/// The input of one run as an array.
func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// The targets by name: one program has all of them, `FUZZ_TARGET` says which it is.
private let targets: [String: @Sendable (UnsafePointer<UInt8>?, Int) -> CInt] = [
    "age": fuzzAge,
    "amount": fuzzAmount,
    "answer": fuzzAnswer,
    "base58": fuzzBase58,
    "beef": fuzzBeef,
    "block": fuzzBlock,
    "bump": fuzzBump,
    "config": fuzzConfig,
    "der": fuzzDer,
    "document": fuzzDocument,
    "foreign": fuzzForeign,
    "frames": fuzzFrames,
    "http": fuzzHttp,
    "json": fuzzJson,
    "keyfile": fuzzKeyfile,
    "node": fuzzNode,
    "note": fuzzNote,
    "payment": fuzzPayment,
    "proof": fuzzProof,
    "reconciliation": fuzzReconciliation,
    "script": fuzzScript,
    "transaction": fuzzTransaction,
    "tsc": fuzzTsc,
    "url": fuzzUrl,
    "websocket": fuzzWebsocket,
]

private let target = getenv("FUZZ_TARGET").flatMap { targets[String(cString: $0)] }

/// One run of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else { fatalError("FUZZ_TARGET names no target") }
    return target(start, count)
}
