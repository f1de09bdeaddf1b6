// Digests. OpenSSL's one-shot calls look their algorithm up each time, which costs three times the
// hashing of a short message (measured): the older Init, Update and Final are called instead.

import Bytes
import COpenSSL

/// SHA-256, SHA-512 (FIPS 180-4), RIPEMD-160 and the compositions that Bitcoin made of them.
public enum Hash {
    /// SHA-256 (`SHA256_Init`, `SHA256_Update`, `SHA256_Final`).
    public static func sha256(_ bytes: UnsafeRawBufferPointer) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            sha256(bytes, into: digest)
            return Digest256(copying: UnsafeRawBufferPointer(digest))
        }
    }

    /// SHA-256 of the bytes.
    public static func sha256(_ bytes: [UInt8]) -> Digest256 {
        bytes.withUnsafeBytes { sha256($0) }
    }

    /// SHA-256 of the bytes.
    public static func sha256(_ bytes: ArraySlice<UInt8>) -> Digest256 {
        bytes.withUnsafeBytes { sha256($0) }
    }

    /// SHA-256 of SHA-256: the hash that names a document, a block and a Bitcoin transaction.
    public static func sha256d(_ bytes: UnsafeRawBufferPointer) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            sha256(bytes, into: digest)
            sha256(UnsafeRawBufferPointer(digest), into: digest)
            return Digest256(copying: UnsafeRawBufferPointer(digest))
        }
    }

    /// SHA-256 of SHA-256 of the bytes.
    public static func sha256d(_ bytes: [UInt8]) -> Digest256 {
        bytes.withUnsafeBytes { sha256d($0) }
    }

    /// SHA-256 of SHA-256 of the bytes.
    public static func sha256d(_ bytes: ArraySlice<UInt8>) -> Digest256 {
        bytes.withUnsafeBytes { sha256d($0) }
    }

    /// RIPEMD-160, 20 bytes (`RIPEMD160_Init`, `RIPEMD160_Update`, `RIPEMD160_Final`).
    public static func ripemd160(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            ripemd160(bytes, into: UnsafeMutableRawBufferPointer(buffer))
            count = 20
        }
    }

    /// RIPEMD-160 of the bytes, 20 bytes.
    public static func ripemd160(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { ripemd160($0) }
    }

    /// RIPEMD-160 of the bytes, 20 bytes.
    public static func ripemd160(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBytes { ripemd160($0) }
    }

    /// RIPEMD-160 of SHA-256, 20 bytes: what an address says of a public key.
    public static func hash160(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            hash160(bytes, into: UnsafeMutableRawBufferPointer(buffer))
            count = 20
        }
    }

    /// RIPEMD-160 of SHA-256 of the bytes, 20 bytes.
    public static func hash160(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { hash160($0) }
    }

    /// RIPEMD-160 of SHA-256 of the bytes, 20 bytes.
    public static func hash160(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBytes { hash160($0) }
    }

    /// RIPEMD-160 of SHA-256 written to `output`, which must hold at least 20 bytes.
    public static func hash160(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            sha256(bytes, into: digest)
            ripemd160(UnsafeRawBufferPointer(digest), into: output)
        }
    }

    /// SHA-512, 64 bytes (`SHA512_Init`, `SHA512_Update`, `SHA512_Final`).
    public static func sha512(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            var context = SHA512_CTX()
            SHA512_Init(&context)
            SHA512_Update(&context, bytes.baseAddress, bytes.count)
            SHA512_Final(buffer.baseAddress, &context)
            count = 64
        }
    }

    /// SHA-512 of the bytes, 64 bytes.
    public static func sha512(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { sha512($0) }
    }

    /// SHA-512 of the bytes, 64 bytes.
    public static func sha512(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.withUnsafeBytes { sha512($0) }
    }

    /// SHA-1, 20 bytes (`SHA1_Init`, `SHA1_Update`, `SHA1_Final`). It is broken: for protocols that
    /// prescribe it where nothing depends on its strength, as the opening of a WebSocket.
    public static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
            var context = SHA_CTX()
            SHA1_Init(&context)
            SHA1_Update(&context, bytes, bytes.count)
            SHA1_Final(buffer.baseAddress, &context)
            count = 20
        }
    }

    /// SHA-256 written to `output`, at least 32 bytes, which may be the input itself.
    static func sha256(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count >= 32)
        var context = SHA256_CTX()
        SHA256_Init(&context)
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
        SHA256_Final(output.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }

    private static func ripemd160(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count >= 20)
        var context = RIPEMD160_CTX()
        RIPEMD160_Init(&context)
        RIPEMD160_Update(&context, bytes.baseAddress, bytes.count)
        RIPEMD160_Final(output.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
}

/// SHA-256 of bytes that come in pieces: a large file, a journal.
public struct SHA256Stream: Sendable {
    private var context = SHA256_CTX()

    /// The digest of nothing yet.
    public init() {
        SHA256_Init(&context)
    }

    /// Takes in the next bytes (`SHA256_Update`).
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// Takes in the next bytes.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Takes in the next bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of everything so far (`SHA256_Final` on a copy): the stream may go on.
    public func finalize() -> Digest256 {
        var copy = context
        return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            SHA256_Final(digest.baseAddress?.assumingMemoryBound(to: UInt8.self), &copy)
            return Digest256(copying: UnsafeRawBufferPointer(digest))
        }
    }
}

extension Hash {
    /// HMAC with SHA-512 (RFC 2104, `HMAC`), 64 bytes.
    public static func hmacSHA512(key: [UInt8], message: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            key.withUnsafeBytes { key in
                message.withUnsafeBytes { message in
                    hmacSHA512(
                        key: key, message: message, into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            count = 64
        }
    }

    /// HMAC with SHA-256 (RFC 2104, `HMAC`).
    public static func hmacSHA256(key: [UInt8], message: [UInt8]) -> Digest256 {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            key.withUnsafeBytes { key in
                message.withUnsafeBytes { message in
                    hmac(EVP_sha256(), key, message, digest)
                }
            }
            return Digest256(copying: UnsafeRawBufferPointer(digest))
        }
    }

    /// HMAC with SHA-256 of secrets into 32 bytes of memory that the caller zeroes (`HMAC`).
    static func hmacSHA256(
        key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(output.count >= 32)
        hmac(EVP_sha256(), key, message, output)
    }

    /// HMAC with SHA-512 of secrets into 64 bytes of memory that the caller zeroes (RFC 2104, over
    /// `SHA512_Init`, `_Update`, `_Final`). `HMAC` would do the same, after the library has set up
    /// its providers: 1.6 ms, a third of a whole `wallet pay`, for keys derived in 20 µs.
    static func hmacSHA512(
        key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) {
        withUnsafeTemporaryAllocation(byteCount: hmacBlockBytes + 64, alignment: 8) { memory in
            defer { OPENSSL_cleanse(memory.baseAddress, memory.count) }
            let pad = UnsafeMutableRawBufferPointer(rebasing: memory[..<hmacBlockBytes])
            let inner = UnsafeMutableRawBufferPointer(rebasing: memory[hmacBlockBytes...])
            pad.initializeMemory(as: UInt8.self, repeating: 0)
            if key.count > hmacBlockBytes {
                sha512([key], into: UnsafeMutableRawBufferPointer(rebasing: pad[..<64]))
            } else {
                pad.copyMemory(from: key)
            }
            for index in pad.indices { pad[index] ^= 0x36 }
            sha512([UnsafeRawBufferPointer(pad), message], into: inner)
            for index in pad.indices { pad[index] ^= 0x36 ^ 0x5c }
            sha512([UnsafeRawBufferPointer(pad), UnsafeRawBufferPointer(inner)], into: output)
        }
    }

    /// Bytes of a block of SHA-512.
    private static let hmacBlockBytes = 128

    private static func sha512(
        _ parts: [UnsafeRawBufferPointer], into output: UnsafeMutableRawBufferPointer
    ) {
        var context = SHA512_CTX()
        SHA512_Init(&context)
        for part in parts { SHA512_Update(&context, part.baseAddress, part.count) }
        SHA512_Final(output.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
        withUnsafeMutableBytes(of: &context) { OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    private static func hmac(
        _ algorithm: OpaquePointer?, _ key: UnsafeRawBufferPointer,
        _ message: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) {
        var empty: UInt8 = 0
        let done = withUnsafePointer(to: &empty) { empty in
            // A null key would mean "the key of last time" to the library.
            HMAC(
                algorithm, key.baseAddress ?? UnsafeRawPointer(empty), Int32(key.count),
                message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
                output.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        precondition(done != nil, "HMAC fails only without memory")
    }
}

/// The search for a header whose digest is small: SHA-256 of SHA-256 over 80 bytes that differ in
/// the last four, Bitcoin's nonce. The first 64 bytes are hashed once for all nonces, the rest in
/// blocks that are padded beforehand (`SHA256_Transform`): two blocks a nonce, not three, and no
/// copying.
public struct NonceSearch: Sendable {
    /// The state after the first 64 bytes.
    private let midstate: SHA256_CTX
    /// The last 16 bytes as words, the nonce's among them.
    private let tail: [UInt8]

    private static let blockBytes = 64
    private static let headerBytes = 80

    /// The search over a header of 80 bytes, whatever its last four are.
    public init(header: [UInt8]) {
        precondition(header.count == Self.headerBytes, "a header has 80 bytes")
        var context = SHA256_CTX()
        SHA256_Init(&context)
        header.withUnsafeBufferPointer { SHA256_Transform(&context, $0.baseAddress) }
        midstate = context
        tail = Array(header[Self.blockBytes...])
    }

    /// The first of `nonces` with a digest whose highest 64 bits, as a little-endian number, are at
    /// most `bound`; nil where none has. The nonce is the message's last four bytes, little-endian.
    public func first(in nonces: ClosedRange<UInt32>, highestWordAtMost bound: UInt64) -> UInt32? {
        withUnsafeTemporaryAllocation(byteCount: 2 * Self.blockBytes, alignment: 8) { memory in
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            let inner = UnsafeMutableRawBufferPointer(rebasing: memory[..<Self.blockBytes])
            let outer = UnsafeMutableRawBufferPointer(rebasing: memory[Self.blockBytes...])
            inner.copyBytes(from: tail)
            Self.pad(inner, messageBytes: Self.headerBytes, from: tail.count)
            Self.pad(outer, messageBytes: Digest256.byteCount, from: Digest256.byteCount)
            return first(in: nonces, highestWordAtMost: bound, inner, outer)
        }
    }

    /// FIPS 180-4 §5.1.1: a one, zeros, the length in bits.
    private static func pad(
        _ block: UnsafeMutableRawBufferPointer, messageBytes: Int, from end: Int
    ) {
        block[end] = 0x80
        block.storeBytes(
            of: UInt64(messageBytes * 8).bigEndian, toByteOffset: blockBytes - 8, as: UInt64.self)
    }

    private func first(
        in nonces: ClosedRange<UInt32>, highestWordAtMost bound: UInt64,
        _ inner: UnsafeMutableRawBufferPointer, _ outer: UnsafeMutableRawBufferPointer
    ) -> UInt32? {
        var empty = SHA256_CTX()
        SHA256_Init(&empty)
        var context = empty
        let innerStart = inner.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let outerStart = outer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        for nonce in nonces {
            inner.storeBytes(of: nonce.littleEndian, toByteOffset: 12, as: UInt32.self)
            context.h = midstate.h
            SHA256_Transform(&context, innerStart)
            Self.store(context.h, in: outer)
            context.h = empty.h
            SHA256_Transform(&context, outerStart)
            let highest = UInt64(context.h.7.byteSwapped) << 32 | UInt64(context.h.6.byteSwapped)
            if highest <= bound { return nonce }
        }
        return nil
    }

    private typealias State = (
        UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32
    )

    /// The words of a state as the digest's bytes.
    private static func store(_ state: State, in block: UnsafeMutableRawBufferPointer) {
        block.storeBytes(of: state.0.bigEndian, toByteOffset: 0, as: UInt32.self)
        block.storeBytes(of: state.1.bigEndian, toByteOffset: 4, as: UInt32.self)
        block.storeBytes(of: state.2.bigEndian, toByteOffset: 8, as: UInt32.self)
        block.storeBytes(of: state.3.bigEndian, toByteOffset: 12, as: UInt32.self)
        block.storeBytes(of: state.4.bigEndian, toByteOffset: 16, as: UInt32.self)
        block.storeBytes(of: state.5.bigEndian, toByteOffset: 20, as: UInt32.self)
        block.storeBytes(of: state.6.bigEndian, toByteOffset: 24, as: UInt32.self)
        block.storeBytes(of: state.7.bigEndian, toByteOffset: 28, as: UInt32.self)
    }
}
