// Merkle proofs of one transaction: bytes have one spelling, JSON comes back from both forms, and
// what verifies has the header's root. The input is tried as either form.

import Bytes
import Headers

private func check(_ proof: TSCProof) {
    promise((try? TSCProof(binary: proof.binary)) == proof, "a proof comes back from its bytes")
    promise((try? TSCProof(json: proof.json)) == proof, "a proof comes back from its JSON")
    guard let root = try? proof.root() else { return }
    var header = BlockHeader(
        previous: BlockHeader.noPrevious, merkleRoot: root, time: 0, bits: CompactTarget.regtestBits
    )
    while (try? header.checkWork()) == nil { header.nonce += 1 }
    guard
        let named = try? TSCProof(
            subject: proof.subject, branch: proof.branch, target: .header(header))
    else { fatalError("another target makes a proof no proof") }
    promise((try? named.verify(against: header)) != nil, "a root that a branch leads to verifies")
    header.version += 1
    promise((try? named.verify(against: header)) == nil, "another header is refused")
}

/// One run of libFuzzer.
func fuzzTsc(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do throws(HeaderError) {
        let proof = try TSCProof(binary: bytes)
        promise(proof.binary == bytes, "bytes have one spelling")
        check(proof)
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    do throws(HeaderError) {
        check(try TSCProof(json: bytes))
    } catch {
        promise(!error.message.isEmpty, "a refusal has its reason")
    }
    return 0
}
