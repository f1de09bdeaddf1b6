// The unit of the protocol: the same over a pipe, in an HTTP body, a WebSocket message or a file.

/// A type and a body.
public struct Frame: Sendable, Equatable {
    /// What a frame is for; the number is the byte on the wire.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// What a replica says of itself.
        case hello = 0x01
        /// Asks for lines of sealed segments.
        case blocks = 0x02
        /// Asks for records of a device.
        case records = 0x03
        /// A message of Negentropy, the set's number before it.
        case reconcile = 0x04
        /// Asks for documents by their ids.
        case want = 0x05
        /// Documents.
        case pack = 0x06
        /// Asks to fold what is held.
        case done = 0x07
        /// What became of a pack, or of a fold.
        case ack = 0x08
        /// Why there is no answer.
        case error = 0x09
        /// Who asks: the first frame of an HTTP request.
        case auth = 0x0a
        /// The last frame of a bundle.
        case end = 0x0b
        /// A new device asks to be certified.
        case join = 0x0c
        /// What a new device is given.
        case welcome = 0x0d

        /// Bytes of type and body that a frame may have.
        var limitBytes: Int {
            switch self {
            case .pack: SyncLimits.packFrameBytes
            case .reconcile, .want: SyncLimits.frameBytes
            default: SyncLimits.controlBytes
            }
        }
    }

    /// What it is for.
    public let kind: Kind
    /// What it says.
    public let body: [UInt8]

    /// A frame.
    public init(_ kind: Kind, _ body: [UInt8]) {
        self.kind = kind
        self.body = body
    }

    /// Varint length of type and body, type, body.
    public var bytes: [UInt8] {
        var bytes = Varint.encode(UInt64(body.count + 1))
        bytes.reserveCapacity(bytes.count + 1 + body.count)
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: body)
        return bytes
    }

    /// Bytes of the whole frame.
    var byteCount: Int { Varint.encode(UInt64(body.count + 1)).count + 1 + body.count }
}
