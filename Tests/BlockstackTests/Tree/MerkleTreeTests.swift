import Bytes
import Cryptography
import Testing

@testable import Blockstack

@Suite struct MerkleTreeTests {
    @Test func `leaf hashes and roots are those of the shared vectors`() throws {
        let vectors = try TreeVectors.read()
        let leaves = try vectors.inputs.map { input in
            MerkleTree.leafHash(try #require(Hexadecimal.decode(input)))
        }
        #expect(leaves.map(\.hexadecimal) == vectors.leafHashes)
        #expect(leaves.count == 8)
        for size in 0...8 {
            let root = MerkleTree.root(ofLeaves: Array(leaves[..<size]))
            #expect(root.hexadecimal == vectors.roots[size], "size \(size)")
        }
        #expect(MerkleTree.emptyRoot.hexadecimal == vectors.roots[0])
    }

    @Test func `inclusion paths are those of the shared vectors and lead to the roots`() throws {
        let vectors = try TreeVectors.read()
        let leaves = try vectors.leafHashes.map { try treeDigest($0) }
        for vector in vectors.inclusion {
            let path = MerkleTree.inclusionPath(
                of: vector.index, inLeaves: Array(leaves[..<vector.size]))
            #expect(path.map(\.hexadecimal) == vector.path)
            let root = MerkleTree.rootOfInclusion(
                leafHash: leaves[vector.index], index: vector.index, size: vector.size, path: path)
            #expect(root?.hexadecimal == vectors.roots[vector.size])
        }
    }

    @Test func `consistency paths are those of the shared vectors and are accepted`() throws {
        let vectors = try TreeVectors.read()
        let leaves = try vectors.leafHashes.map { try treeDigest($0) }
        let roots = try vectors.roots.map { try treeDigest($0) }
        for vector in vectors.consistency {
            let path = MerkleTree.consistencyPath(
                from: vector.from, toLeaves: Array(leaves[..<vector.to]))
            #expect(path.map(\.hexadecimal) == vector.path)
            #expect(
                MerkleTree.verifyConsistency(
                    firstSize: vector.from, firstRoot: roots[vector.from],
                    secondSize: vector.to, secondRoot: roots[vector.to], path: path))
        }
    }

    @Test func `texts are hashed with the prefixes of leaf and node`() throws {
        let vectors = try TreeVectors.read()
        let leaf = MerkleTree.leafHash(Array(vectors.leafText.text.utf8))
        #expect(leaf.hexadecimal == vectors.leafText.hash)
        let node = [1] + Array((vectors.nodeText.left + vectors.nodeText.right).utf8)
        #expect(Hash.sha256(node).hexadecimal == vectors.nodeText.hash)
    }

    @Test func `a document's hash is hashed as the 32 bytes that it is`() {
        var random = TreeRandom()
        for _ in 0..<100 {
            let (left, right) = (random.digest(), random.digest())
            #expect(MerkleTree.leafHash(left) == Hash.sha256([0] + left.bytes), random.comment)
            #expect(MerkleTree.leafHash(left) == MerkleTree.leafHash(left.bytes), random.comment)
            #expect(
                MerkleTree.nodeHash(left, right) == Hash.sha256([1] + left.bytes + right.bytes),
                random.comment)
        }
    }

    @Test func `no list has the root of another, as Bitcoin's doubled nodes have`() {
        let leaves = SampleLeaves(6).leaves
        #expect(
            MerkleTree.root(ofLeaves: leaves)
                != MerkleTree.root(ofLeaves: leaves + leaves[4...]))
    }
}
