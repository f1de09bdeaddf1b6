// Frames: read the same in any pieces, and messages come back from the writer.

import Bytes

@testable import Network

private func read(
    _ pieces: [ArraySlice<UInt8>], _ role: WebSocketRole
) -> (events: [WebSocketEvent], fault: WebSocketFault?) {
    var decoder = WebSocketDecoder(role: role, messageLimitBytes: 1_000)
    var events: [WebSocketEvent] = []
    do throws(WebSocketFault) {
        for piece in pieces {
            piece.withUnsafeBytes { decoder.append($0) }
            while let event = try decoder.next() { events.append(event) }
            promise(decoder.bufferedBytes < 14, "the head of a frame at most is held")
        }
        return (events, nil)
    } catch {
        promise([1002, 1007, 1009].contains(error.closeCode), "a fault has its code")
        return (events, error)
    }
}

/// The events as frames of the other side.
private func written(_ events: [WebSocketEvent], _ role: WebSocketRole) -> [UInt8] {
    let encoder = WebSocketEncoder(role: role == .server ? .client : .server)
    let mask: UInt32? = role == .server ? 0x1234_5678 : nil
    return events.flatMap { event in
        switch event {
        case .message(let message): encoder.message(message, mask: mask)
        case .ping(let payload): encoder.ping(payload, mask: mask)
        case .pong(let payload): encoder.pong(payload, mask: mask)
        case .close(let code, let reason): encoder.close(code: code, reason: reason, mask: mask)
        }
    }
}

/// One run of libFuzzer: the first byte says where the input is cut, and which side reads it.
func fuzzWebsocket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let first = bytes.first else { return 0 }
    let role: WebSocketRole = first & 1 == 0 ? .server : .client
    let frames = bytes.dropFirst()
    let cut = frames.startIndex + min(frames.count, Int(first))
    let whole = read([frames], role)
    for pieces in [[frames[..<cut], frames[cut...]], frames.indices.map { frames[$0...$0] }] {
        let other = read(pieces, role)
        promise(other.events == whole.events, "a cut changes nothing")
        promise(other.fault == whole.fault, "a cut changes no fault")
    }
    let again = read([written(whole.events, role)[...]], role)
    promise(again.events == whole.events && again.fault == nil, "what is read can be written")
    return 0
}
