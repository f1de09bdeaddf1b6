// A digest's 32 bytes into memory that is there already: the tree hashes millions of them.
import Bytes

extension Digest256 {
    /// Writes the 32 bytes to `buffer` from `offset` on.
    @inline(__always)
    func store(in buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        // Safe: a digest is four words, the first bytes in the first, each in the machine's order;
        // a test compares with `bytes`.
        withUnsafeBytes(of: self) { words in
            for word in 0..<4 {
                buffer.storeBytes(
                    of: words.load(fromByteOffset: word * 8, as: UInt64.self).bigEndian,
                    toByteOffset: offset + word * 8, as: UInt64.self)
            }
        }
    }
}
