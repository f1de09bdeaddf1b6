// Frames of other wallets, and every message in them: read in bounds, or refused; whatever is read
// is written as it came.

import Bytes
import Documents

@testable import Sync

/// A body that is read is written alike.
private func check(_ frame: Frame) throws {
    let written: Frame
    switch frame.kind {
    case .hello: written = try HelloMessage(frame.body).frame
    case .blocks: written = try BlocksMessage(frame.body).frame
    case .records: written = try RecordsMessage(frame.body).frame
    case .reconcile: written = try ReconcileMessage(frame.body).frame
    case .want: written = try WantMessage(frame.body).frame
    case .pack:
        let message = try PackMessage(frame.body)
        promise(message.pack.lines.count <= SyncLimits.packLines, "a pack has few lines")
        _ = try? DocumentCheck.check(message.pack)
        written = message.frame
    case .ack: written = try AckMessage(frame.body).frame
    case .error: written = try ErrorMessage(frame.body).frame
    case .end: written = try EndMessage(frame.body).frame
    default: return
    }
    if frame.kind == .hello {
        // Versions that are not spoken here, and another pack's limit, are read and not kept.
        promise((try? HelloMessage(written.body))?.frame == written, "HELLO settles")
    } else {
        promise(written == frame, "a message has one spelling")
    }
}

/// One run of libFuzzer.
func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    var whole: [Frame] = []
    var reader = FrameReader()
    reader.append(bytes)
    while let frame = try? reader.next() { whole.append(frame) }
    var pieces: [Frame] = []
    var piecewise = FrameReader()
    let size = 1 + bytes.count / 128
    for offset in stride(from: 0, to: bytes.count, by: size) {
        piecewise.append(bytes[offset..<min(offset + size, bytes.count)])
        while let frame = try? piecewise.next() { pieces.append(frame) }
    }
    promise(whole == pieces, "frames do not depend on the pieces that they come in")
    promise(bytes.starts(with: FrameWriter.bytes(whole)), "frames are written as they came")
    for frame in whole { try? check(frame) }
    // The fuzzer need not find the length of a frame to reach what is inside.
    if let kind = bytes.first.flatMap({ Frame.Kind(rawValue: $0) }) {
        try? check(Frame(kind, Array(bytes.dropFirst())))
    }
    var bundle = BundleReader(domain: "family")
    do throws(SyncError) {
        try bundle.inspect(bytes)
        _ = try bundle.inspected()
    } catch {
        promise(error.code == .invalidBundle || error.code == .wrongDomain, "a bundle's refusal")
    }
    return 0
}
