// Merkle paths of several transactions, and chains of headers: what is read is written as it came
// but for the order of leaves, every leaf is bound by the root, and no header comes back changed.

import Bytes
import Headers

private func check(_ path: BUMP) {
    promise((try? BUMP(binary: path.binary)) == path, "a path comes back from its bytes")
    guard let root = try? path.root() else { return }
    for leaf in path.levels[0] {
        guard let hash = leaf.hash else { continue }
        promise((try? path.root(of: hash)) == root, "every leaf leads to the root")
    }
    for (level, leaves) in path.levels.enumerated() {
        guard let last = leaves.last?.hash, let other = Digest256(last.bytes.reversed()),
            last != other
        else { continue }
        var levels = path.levels
        levels[level].removeLast()
        levels[level].append(BUMP.Leaf(offset: leaves[leaves.count - 1].offset, .hash(other)))
        let changed = try? BUMP(height: path.height, levels: levels)
        promise((try? changed?.root()) != .some(root), "every hash is bound by the root")
    }
}

/// One run of libFuzzer.
func fuzzBump(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do throws(HeaderError) {
        let path = try BUMP(binary: bytes)
        promise(path.binary.count == bytes.count, "only the order of leaves is free")
        check(path)
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    do throws(BadHeader) {
        let chain = try VerifiedHeaders(verifying: bytes, after: nil)
        promise(chain.headers.map(\.bytes).concatenated() == bytes, "headers have one spelling")
    } catch {
        promise(error.index <= bytes.count / 80, "a bad header is one of them")
    }
    for word in stride(from: 0, to: bytes.count - 3, by: 4) {
        let bits = bytes[word..<word + 4].reduce(0) { $0 << 8 | UInt32($1) }
        guard let compact = try? CompactTarget(bits: bits) else { continue }
        promise(
            (try? CompactTarget(notAbove: compact.target)) == compact, "targets have one spelling")
    }
    return 0
}
