// Bitcoin's blocks: in whatever pieces they come, and whatever they hold.

import Bytes

@testable import Headers

/// The bytes with the root in their header that their transactions have.
private func fitted(_ bytes: [UInt8]) -> [UInt8] {
    guard case .wrongRoot(_, let root) = refusal(of: bytes) else { return bytes }
    return Array(bytes[..<36]) + root.bytes + bytes[68...]
}

private func refusal(of bytes: [UInt8]) -> HeaderError? {
    do throws(HeaderError) {
        _ = try BitcoinBlock(bytes)
        return nil
    } catch { return error }
}

/// One run of libFuzzer. The first byte says where the block is cut; the root is made to fit, so
/// that what follows the header is looked at.
func fuzzBlock(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let cut = bytes.first, bytes.count > 81 else { return 0 }
    let block = fitted(Array(bytes.dropFirst()))
    func read(_ pieces: [[UInt8]]) -> BitcoinBlock? {
        do throws(HeaderError) {
            var parser = try BlockParser(byteCount: block.count)
            for piece in pieces { try parser.append(piece) { _ in true } }
            return try parser.block()
        } catch {
            promise(!error.message.isEmpty, "a refusal has its reason")
            return nil
        }
    }
    let place = Int(cut) % block.count
    let whole = read([block])
    let parts = read([Array(block[..<place]), Array(block[place...])])
    promise(whole?.transactions == parts?.transactions, "pieces make no difference")
    guard let whole else { return 0 }
    for chosen in whole.chosen {
        let path = try? whole.path(of: [chosen.transaction.id], height: 1)
        promise(
            (try? path?.root(of: chosen.transaction.id)) == whole.header.merkleRoot,
            "a path leads to the root")
    }
    return 0
}
