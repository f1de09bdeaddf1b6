// Frames in any pieces.

import Testing

@testable import Network

/// What a WebSocket brought.
struct WebSocketTranscript: Equatable {
    var events: [WebSocketEvent] = []
    var fault: WebSocketFault?

    init(_ pieces: [[UInt8]], to role: WebSocketRole, limit: Int = 1_000_000) {
        var decoder = WebSocketDecoder(role: role, messageLimitBytes: limit)
        do throws(WebSocketFault) {
            for piece in pieces {
                piece.withUnsafeBytes { decoder.append($0) }
                while let event = try decoder.next() { events.append(event) }
                // Of a payload nothing waits: only the head of a frame does.
                #expect(decoder.bufferedBytes < 14)
            }
        } catch {
            fault = error
            #expect(throws: error) { try decoder.next() }
            #expect(decoder.bufferedBytes == 0)
        }
    }

    /// The same in one piece, byte by byte, and as told.
    static func read(
        _ bytes: [UInt8], by role: WebSocketRole = .client, limit: Int = 1_000_000
    ) -> Self {
        let whole = Self([bytes], to: role, limit: limit)
        #expect(Self(Codec.single(bytes), to: role, limit: limit) == whole)
        return whole
    }
}
