// Who asks over HTTP: a device's signature over the body, in a frame before the others.
import Bytes
import Cryptography
import Documents

/// The body of an AUTH frame.
///
/// Signed is SHA-256 of the canonical `{"body","device","domain","nonce","protocol","time"}`, with
/// the SHA-256 of all bytes behind the AUTH frame as `body`. No document's hash is a digest of that
/// form, so a signature here is none there.
public struct SignedRequest: Sendable, Equatable {
    /// The device.
    public let device: Address
    /// When it asked.
    public let time: Timestamp
    /// 16 random bytes.
    public let nonce: [UInt8]
    /// The device's key.
    public let publicKey: [UInt8]
    /// How it signs.
    public let scheme: SignatureScheme
    /// The signature.
    public let signature: [UInt8]

    /// Signs frames.
    /// - Parameters:
    ///   - frames: the encoded frames of the request.
    ///   - nonce: 16 random bytes.
    ///   - sign: signs a digest with the device's key.
    /// - Returns: the request's body: AUTH, then the frames.
    public static func body(
        _ frames: [UInt8], domain: String, time: Timestamp, nonce: [UInt8], publicKey: [UInt8],
        scheme: SignatureScheme, sign: (Digest256) throws -> [UInt8]
    ) rethrows -> [UInt8] {
        precondition(nonce.count == SyncLimits.nonceBytes, "a nonce has 16 bytes")
        let device = Address(of: publicKey)
        let digest = digest(frames[...], domain, device, time, nonce)
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.member("device", device)
        writer.member("nonce", hexadecimal: nonce)
        writer.member("public", hexadecimal: publicKey)
        writer.name("scheme")
        writer.string(scheme.rawValue)
        writer.member("signature", hexadecimal: try sign(digest))
        writer.member("time", time)
        writer.endObject()
        return Frame(.auth, writer.bytes).bytes + frames
    }

    /// Reads a request, and checks who asks.
    /// - Parameters:
    ///   - message: the request's whole body.
    ///   - isCertified: whether a device may ask.
    ///   - nonces: those of the last minutes; takes this one.
    /// - Returns: who asks, and what.
    /// - Throws: `not-authentic`, and what is wrong with the frames.
    public static func read(
        _ message: [UInt8], domain: String, now: Timestamp, nonces: inout NonceCache,
        isCertified: (Address) throws -> Bool
    ) throws -> (request: SignedRequest, frames: [Frame]) {
        var reader = FrameReader()
        reader.append(message)
        guard let first = try reader.next(), first.kind == .auth else {
            throw SyncError(.notAuthentic, "the request does not say who asks")
        }
        let request = try SignedRequest(first.body)
        let rest = message[first.byteCount...]
        let distance = request.time.milliseconds - now.milliseconds
        guard abs(distance) <= SyncLimits.requestMilliseconds else {
            throw SyncError(
                .notAuthentic, "the request's time is \(distance / 1000) s from ours",
                ["seconds": String(distance / 1000)])
        }
        guard try isCertified(request.device) else {
            throw SyncError(
                .notAuthentic, "'\(request.device)' is no device of this domain",
                ["device": request.device.text])
        }
        do throws(Refusal) {
            let digest = digest(rest, domain, request.device, request.time, request.nonce)
            let signature = DocumentSignature(
                publicKey: request.publicKey, scheme: request.scheme, signer: request.device,
                signature: request.signature)
            try Endorsements(signatures: [signature]).check(digest, signedBy: request.device)
        } catch {
            throw SyncError(.notAuthentic, "the request's signature: \(error.message)")
        }
        guard try nonces.insert(request.device, request.nonce, request.time, now: now) else {
            throw SyncError(.notAuthentic, "the request came before")
        }
        return (request, try FrameReader.frames(in: Array(rest)))
    }

    private init(_ body: [UInt8]) throws(SyncError) {
        let reader = try ControlReader(
            body, "AUTH", ["device", "nonce", "public", "scheme", "signature", "time"])
        device = try reader.address("device")
        nonce = try reader.hexadecimal("nonce", SyncLimits.nonceBytes...SyncLimits.nonceBytes)
        publicKey = try reader.hexadecimal("public", 32...33)
        guard let scheme = SignatureScheme(rawValue: try reader.code("scheme")) else {
            throw SyncError(.notAuthentic, "the request is signed by an unknown scheme")
        }
        self.scheme = scheme
        signature = try reader.hexadecimal("signature", 8...80)
        time = try reader.timestamp("time")
    }

    private static func digest(
        _ frames: ArraySlice<UInt8>, _ domain: String, _ device: Address, _ time: Timestamp,
        _ nonce: [UInt8]
    ) -> Digest256 {
        var writer = CanonicalWriter(capacity: 512)
        writer.beginObject()
        writer.member("body", Hash.sha256(frames))
        writer.member("device", device)
        writer.name("domain")
        writer.string(domain)
        writer.member("nonce", hexadecimal: nonce)
        writer.name("protocol")
        writer.string(Hello.version)
        writer.member("time", time)
        writer.endObject()
        return Hash.sha256(writer.bytes)
    }
}

/// The nonces of requests whose time has not passed: whoever serves keeps one.
public struct NonceCache: Sendable {
    private struct Key: Hashable {
        let device: Address
        let nonce: [UInt8]
    }

    private var times: [Key: Timestamp] = [:]
    private let limit: Int

    /// - Parameter limit: nonces that are kept.
    public init(limit: Int = SyncLimits.nonces) { self.limit = limit }

    /// How many are kept.
    public var count: Int { times.count }

    /// Takes a nonce; false where it is there already. Those whose time has passed are forgotten:
    /// their requests would be refused for it.
    /// - Throws: `limit-exceeded` where no more can be kept.
    public mutating func insert(
        _ device: Address, _ nonce: [UInt8], _ time: Timestamp, now: Timestamp
    ) throws(SyncError) -> Bool {
        let key = Key(device: device, nonce: nonce)
        guard times[key] == nil else { return false }
        if times.count >= limit {
            let oldest = now.milliseconds - SyncLimits.requestMilliseconds
            times = times.filter { $0.value.milliseconds >= oldest }
            guard times.count < limit else {
                throw SyncError(
                    .limitExceeded, "more than \(limit) requests in a few minutes")
            }
        }
        times[key] = time
        return true
    }
}
