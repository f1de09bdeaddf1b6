// Frames out of bytes that come in any pieces, and into bytes.

/// Takes bytes as they come and gives whole frames. A frame that is too long is refused when its
/// length and type have come, before anything of it is kept.
public struct FrameReader {
    private var buffer: [UInt8] = []
    private var start = 0
    private var failure: SyncError?

    /// A reader before the first frame.
    public init() {}

    /// Takes the next bytes.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        if start > 0, start >= buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Whether all bytes belonged to whole frames that have been given out.
    public var isAtEnd: Bool { start == buffer.count && failure == nil }

    /// The next frame; nil while it has not come whole. A reader that has refused a frame refuses
    /// all that follows.
    /// - Throws: `malformed-frame`, `limit-exceeded`.
    public mutating func next() throws(SyncError) -> Frame? {
        if let failure { throw failure }
        do {
            return try read()
        } catch {
            failure = error
            buffer = []
            start = 0
            throw error
        }
    }

    private mutating func read() throws(SyncError) -> Frame? {
        let rest = buffer[start...]
        let length: Int
        let prefix: Int
        switch Varint.decode(rest) {
        case .incomplete: return nil
        case .invalid: throw SyncError(.malformedFrame, "no length of a frame")
        case .value(0, _): throw SyncError(.malformedFrame, "a frame without a type")
        case .value(let value, let byteCount):
            guard value <= UInt64(SyncLimits.packFrameBytes) else {
                throw Self.tooLong(value, SyncLimits.packFrameBytes)
            }
            (length, prefix) = (Int(value), byteCount)
        }
        guard rest.count > prefix else { return nil }
        let type = buffer[start + prefix]
        guard let kind = Frame.Kind(rawValue: type) else {
            throw SyncError(.malformedFrame, "unknown type of frame \(type)")
        }
        guard length <= kind.limitBytes else {
            throw Self.tooLong(UInt64(length), kind.limitBytes)
        }
        guard rest.count >= prefix + length else { return nil }
        defer { start += prefix + length }
        return Frame(kind, Array(buffer[start + prefix + 1..<start + prefix + length]))
    }

    private static func tooLong(_ bytes: UInt64, _ limit: Int) -> SyncError {
        SyncError(
            .limitExceeded, "a frame of \(bytes) bytes, \(limit) are allowed",
            ["bytes": String(bytes), "limit": String(limit)])
    }

    /// The frames of one message that has come whole: the body of an HTTP request or of its answer,
    /// a WebSocket message.
    /// - Throws: `malformed-frame`, `limit-exceeded`.
    public static func frames(in message: [UInt8]) throws(SyncError) -> [Frame] {
        var reader = FrameReader()
        reader.append(message)
        var frames: [Frame] = []
        while let frame = try reader.next() {
            frames.append(frame)
            guard frames.count <= SyncLimits.turnFrames + 1 else {
                throw SyncError(
                    .limitExceeded, "more than \(SyncLimits.turnFrames) frames at once")
            }
        }
        guard reader.isAtEnd else {
            throw SyncError(.malformedFrame, "the message ends inside a frame")
        }
        return frames
    }
}

/// Frames into bytes.
public enum FrameWriter {
    /// Frame behind frame: one message.
    public static func bytes(_ frames: [Frame]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frames.reduce(0) { $0 + $1.byteCount })
        for frame in frames { bytes.append(contentsOf: frame.bytes) }
        return bytes
    }
}
