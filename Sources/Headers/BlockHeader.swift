// Bitcoin's block header: 80 bytes that bind a tree of hashes to work and to the header before.
import Bytes
import Cryptography

/// A header of Bitcoin's block chain, and of our stacks. Digests are in internal order, as they are
/// hashed.
public struct BlockHeader: Hashable, Sendable {
    /// Signals of the miner.
    public var version: Int32
    /// The hash of the header before.
    public var previous: Digest256
    /// The root of the tree over the block's transactions, or the stack's blocks.
    public var merkleRoot: Digest256
    /// Seconds since 1970.
    public var time: UInt32
    /// The target in compact form.
    public var bits: UInt32
    /// What the miner searched.
    public var nonce: UInt32

    /// Bytes of a header.
    public static let byteCount = 80
    /// What the first header of a chain has for `previous`: 32 bytes of zero.
    public static let noPrevious = [UInt8](repeating: 0, count: Digest256.byteCount)
        .withUnsafeBytes { Digest256(copying: $0) }
    /// The version of headers that are made here: BIP9 without signals.
    public static let currentVersion: Int32 = 0x2000_0000

    /// A header of its fields.
    public init(
        version: Int32 = Self.currentVersion, previous: Digest256, merkleRoot: Digest256,
        time: UInt32, bits: UInt32, nonce: UInt32 = 0
    ) {
        self.version = version
        self.previous = previous
        self.merkleRoot = merkleRoot
        self.time = time
        self.bits = bits
        self.nonce = nonce
    }

    /// The header of exactly 80 bytes. Its work is not looked at.
    /// - Throws: `HeaderError.truncated`, `HeaderError.trailingBytes`.
    public init(_ bytes: ArraySlice<UInt8>) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(bytes)
        try self.init(&reader)
        try reader.end()
    }

    /// The header of exactly 80 bytes. Its work is not looked at.
    /// - Throws: `HeaderError.truncated`, `HeaderError.trailingBytes`.
    public init(_ bytes: [UInt8]) throws(HeaderError) {
        try self.init(bytes[...])
    }

    init(_ reader: inout ByteReader<HeaderError>) throws(HeaderError) {
        self = try reader.take(Self.byteCount).withUnsafeBytes { Self(copying: $0) }
    }

    /// The header in a buffer of 80 bytes: a chain has many, and no array is made.
    private init(copying buffer: UnsafeRawBufferPointer) {
        func number(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        version = Int32(bitPattern: number(0))
        previous = Digest256(copying: UnsafeRawBufferPointer(rebasing: buffer[4..<36]))
        merkleRoot = Digest256(copying: UnsafeRawBufferPointer(rebasing: buffer[36..<68]))
        time = number(68)
        bits = number(72)
        nonce = number(76)
    }

    /// The 80 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        bytes.appendLittleEndian(version)
        bytes += previous.bytes
        bytes += merkleRoot.bytes
        bytes.appendLittleEndian(time)
        bytes.appendLittleEndian(bits)
        bytes.appendLittleEndian(nonce)
        return bytes
    }

    /// SHA-256 of SHA-256 of the bytes, in internal order; `displayed` reverses it.
    public var hash: Digest256 { Hash.sha256d(bytes) }

    /// Checks that the hash meets the header's own bits. Whether these bits are the right ones is
    /// the chain's to say.
    /// - Throws: `HeaderError.invalidBits`, `HeaderError.insufficientWork`.
    public func checkWork() throws(HeaderError) {
        let hash = hash
        guard try CompactTarget(bits: bits).isMet(by: hash) else {
            throw .insufficientWork(hash: hash, bits: bits)
        }
    }

    /// Checks that a tree with `root` is the header's, and that the header has its work.
    func check(root: Digest256) throws(HeaderError) {
        guard root == merkleRoot else { throw .wrongRoot(expected: merkleRoot, got: root) }
        try checkWork()
    }
}
