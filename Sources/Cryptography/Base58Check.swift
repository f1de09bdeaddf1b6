// Base58 with Bitcoin's four bytes of check: addresses, WIF keys, extended keys.

import Bytes

/// base58(payload ‖ first four bytes of SHA-256(SHA-256(payload))), the payload's version included.
public enum Base58Check {
    private static let checksumBytes = 4

    /// The text of a version byte and a payload.
    public static func encode(version: UInt8, _ payload: [UInt8]) -> String {
        withUnsafeTemporaryAllocation(
            byteCount: 1 + payload.count + checksumBytes, alignment: 1
        ) { buffer in
            buffer[0] = version
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyBytes(from: payload)
            return String(decoding: finish(buffer), as: UTF8.self)
        }
    }

    /// The text of a payload that begins with its version.
    public static func encode(_ payloadWithVersion: [UInt8]) -> String {
        String(
            decoding: payloadWithVersion.withUnsafeBytes { encodedBytes($0) }, as: UTF8.self)
    }

    /// The same as ASCII bytes, for secrets: an array can be zeroed, a string cannot.
    static func encodedBytes(_ payloadWithVersion: UnsafeRawBufferPointer) -> [UInt8] {
        withUnsafeTemporaryAllocation(
            byteCount: payloadWithVersion.count + checksumBytes, alignment: 1
        ) { buffer in
            buffer.copyMemory(from: payloadWithVersion)
            defer { OpenSSL.cleanse(buffer) }
            return finish(buffer)
        }
    }

    /// The payload, version first; nil where the text is not Base58, too short, longer than
    /// `Limits.base58Bytes`, or its checksum is wrong.
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard var bytes = Base58.decode(text), bytes.count > checksumBytes else { return nil }
        let payloadCount = bytes.count - checksumBytes
        let valid = bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
                Hash.sha256(.init(rebasing: bytes[..<payloadCount]), into: digest)
                Hash.sha256(UnsafeRawBufferPointer(digest), into: digest)
                return bytes[payloadCount...].elementsEqual(digest[..<checksumBytes])
            }
        }
        guard valid else { return nil }
        bytes.removeLast(checksumBytes)
        return bytes
    }

    /// The payload of a string; nil as above.
    public static func decode(_ text: String) -> [UInt8]? {
        decode(text.utf8)
    }

    /// Writes the checksum into the last four bytes and encodes all.
    private static func finish(_ buffer: UnsafeMutableRawBufferPointer) -> [UInt8] {
        let payload = UnsafeRawBufferPointer(rebasing: buffer[..<(buffer.count - checksumBytes)])
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digest in
            Hash.sha256(payload, into: digest)
            Hash.sha256(UnsafeRawBufferPointer(digest), into: digest)
            for index in 0..<checksumBytes { buffer[payload.count + index] = digest[index] }
        }
        return Base58.encodedBytes(UnsafeRawBufferPointer(buffer))
    }
}
