// Secrets have a type of their own: they cannot be printed or encoded by mistake, and their memory
// is zeroed when the last owner lets go.

/// Secret bytes outside Swift's arrays, so that no copy is made behind the owner's back.
public final class SecretBytes: @unchecked Sendable {  // Safe: written by `init` alone, then read.
    private let storage: UnsafeMutableRawBufferPointer

    /// How many bytes there are.
    public var count: Int { storage.count }

    /// `count` zero bytes handed to `body` to be filled in; what `body` throws, this throws.
    public init<Failure: Error>(
        count: Int, initializing body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        storage = .allocate(byteCount: count, alignment: 16)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        try body(storage)
    }

    /// A copy of the bytes; the caller's own stay where they are.
    public convenience init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
    }

    /// A copy of the bytes.
    public convenience init(_ bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Takes the bytes over: the array is zeroed and emptied. Another copy of it that shares the
    /// storage keeps its bytes.
    public convenience init(zeroing bytes: inout [UInt8]) {
        self.init(bytes)
        bytes.withUnsafeMutableBytes { OpenSSL.cleanse($0) }
        bytes = []
    }

    /// `count` bytes of `source`.
    public static func random(
        count: Int, from source: some RandomSource = SystemRandom()
    ) throws(CryptographyError) -> SecretBytes {
        var bytes = try source.bytes(count)
        return SecretBytes(zeroing: &bytes)
    }

    deinit {
        OpenSSL.cleanse(storage)
        storage.deallocate()
    }

    /// Lends the bytes; the pointer is good within `body` alone.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }
}

extension SecretBytes: Equatable {
    /// Equality in constant time.
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in OpenSSL.equal(left, right) }
        }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the bytes are.
    public var description: String { "<secret>" }
    /// `<secret>`, whatever the bytes are.
    public var debugDescription: String { "<secret>" }
    /// A mirror without children: `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
