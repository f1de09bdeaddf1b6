// Randomness is passed in: a program takes the system's, a test fixes the seed.

import Bytes
import Glibc
import Synchronization

/// A source of random bytes.
public protocol RandomSource: Sendable {
    /// `count` bytes; throws where the source has none, never fewer or weaker bytes.
    func bytes(_ count: Int) throws(CryptographyError) -> [UInt8]
}

/// The kernel's generator (`getentropy`): no state in the process, so that a fork cannot repeat it.
public struct SystemRandom: RandomSource {
    /// The system's source.
    public init() {}

    /// `count` bytes of the kernel's generator.
    public func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        precondition(count >= 0)
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = bytes.withUnsafeMutableBytes { Self.fill($0) }
        guard filled else { throw .randomnessUnavailable }
        return bytes
    }

    /// Fills the buffer; false where the kernel refuses.
    static func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        // `getentropy` gives at most 256 bytes at once, and is never interrupted below that.
        for start in stride(from: 0, to: buffer.count, by: 256) {
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: buffer[start..<min(start + 256, buffer.count)])
            guard getentropy(piece.baseAddress, piece.count) == 0 else { return false }
        }
        return true
    }
}

/// Bytes that follow from a seed: SHA-256(seed ‖ 64-bit big-endian counter), block after block.
/// For tests and reproducible runs; as secret as its seed.
public final class SeededRandom: RandomSource {
    private struct State {
        var counter: UInt64 = 0
        var left: ArraySlice<UInt8> = []
    }

    private let seed: [UInt8]
    private let state = Mutex(State())

    /// A source of its own: two with one seed give the same bytes.
    public init(seed: [UInt8]) {
        self.seed = seed
    }

    /// The next `count` bytes, whichever thread asks.
    public func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        precondition(count >= 0)
        return state.withLock { state in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            while bytes.count < count {
                if state.left.isEmpty {
                    state.left = block(state.counter)[...]
                    state.counter += 1
                }
                let taken = state.left.prefix(count - bytes.count)
                bytes += taken
                state.left = state.left.dropFirst(taken.count)
            }
            return bytes
        }
    }

    private func block(_ counter: UInt64) -> [UInt8] {
        let suffix = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * UInt64($0))) }
        return Hash.sha256(seed + suffix).bytes
    }
}
