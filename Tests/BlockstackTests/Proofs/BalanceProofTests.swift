// Proofs of what a counter was, and that there was none.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Blockstack

@Suite struct BalanceProofTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    private func proof(
        _ address: Address, _ symbol: Address = issuer.address, isThere: Bool, height: Int = 3,
        leaves: [Int], of log: SampleLog? = nil
    ) throws -> ProofDocument {
        let log = log ?? self.log
        return ProofDocument(
            domain: log.domain,
            claim: .balance(
                try log.balanceEvidence(
                    address, symbol, isThere: isThere, height: height, leaves: leaves)))
    }

    /// Addresses all over the order of texts, those that have counters among them.
    private var addresses: [Address] {
        [issuer, alice, bob, device, domainKey].map(\.address)
            + (0..<12).map { SampleKey("nobody \($0)").address }
    }

    @Test func `every counter is proved as it stood, and every other one to be missing`() throws {
        var (there, missing) = (0, 0)
        for height in 0..<4 {
            let states = Dictionary(
                uniqueKeysWithValues: log.blocks[height].balances.compactMap { leaf in
                    if case .counter(let address, _, let state) = leaf {
                        (address, state)
                    } else {
                        nil
                    }
                })
            for address in addresses {
                for symbol in [issuer.address, alice.address, bob.address] {
                    let verified = try verify(
                        try log.balanceProof(address, symbol, height: height))
                    switch verified.finding {
                    case .balance(let state):
                        #expect(symbol == issuer.address)
                        #expect(states[address] == state)
                        there += 1
                    case .noBalance:
                        #expect(symbol != issuer.address || states[address] == nil)
                        missing += 1
                    default: Issue.record("neither")
                    }
                }
            }
        }
        #expect(there == 2 + 3 + 3 + 3)
        #expect(missing == 4 * 17 * 3 - there)
    }

    @Test func `before anything has cleared every counter is missing`() throws {
        var log = SampleLog()
        log.certify()
        try log.seal()
        #expect(log.blocks[0].block.statement.balances.size == 0)
        #expect(code(try log.balanceProof(alice.address, issuer.address, height: 0)) == nil)
        // No leaves show nothing where there are some.
        #expect(
            code(try proof(device.address, isThere: false, leaves: [])) == .proofInvalid)
    }

    @Test func `a counter that is there is not missing, whatever leaves are shown`() throws {
        let count = log.blocks[3].balances.count
        #expect(count == 4)
        for person in [issuer, alice, bob] {
            for first in -1..<count {
                for second in first..<count {
                    let leaves = [first, second].filter { $0 >= 0 }
                    #expect(
                        code(try proof(person.address, isThere: false, leaves: leaves))
                            == .proofInvalid)
                }
            }
        }
    }

    @Test func `only neighbours around the missing counter show that it is missing`() throws {
        let leaves = log.blocks[3].balances
        var accepted = 0
        for address in addresses.dropFirst(3) {
            let wanted = BalanceLeaf.counter(
                address: address, symbol: issuer.address,
                state: .initial(address, issuer.address))
            let index = leaves.count { BalanceLeaf.precedes($0, wanted) }
            for first in -1..<leaves.count {
                for second in 0...leaves.count {
                    let shown = [first, second].filter { leaves.indices.contains($0) }
                    let isRight =
                        shown == [index - 1, index].filter { leaves.indices.contains($0) }
                    let code = code(try proof(address, isThere: false, leaves: shown))
                    #expect(code == (isRight ? nil : .proofInvalid))
                    if isRight { accepted += 1 }
                }
            }
        }
        #expect(accepted >= 14)
    }

    @Test func `a balance is shown by its unit's total and its own counter alone`() throws {
        let leaves = log.blocks[3].balances
        let index = try #require(leaves.firstIndex { $0.address == alice.address })
        for first in leaves.indices {
            for second in leaves.indices {
                let code = code(
                    try proof(alice.address, isThere: true, leaves: [first, second]))
                #expect(code == ((first, second) == (0, index) ? nil : .proofInvalid))
            }
            #expect(
                code(try proof(alice.address, isThere: true, leaves: [first])) == .proofInvalid)
        }
        #expect(
            code(try proof(alice.address, bob.address, isThere: true, leaves: [0, index]))
                == .proofInvalid)
        #expect(code(try proof(alice.address, isThere: true, leaves: [])) == .proofInvalid)
    }

    /// A log whose block states these balances.
    private func log(stating leaves: [BalanceLeaf]) throws -> SampleLog {
        var log = SampleLog()
        log.certify()
        try log.seal(balances: leaves)
        return log
    }

    private func counter(_ key: SampleKey, _ net: String) -> BalanceLeaf {
        .counter(
            address: key.address, symbol: issuer.address,
            state: CounterState(net: sampleAmount(net), min: .finite(.zero), max: .plusInfinity))
    }

    private func total(_ counters: Int, _ sum: String = "0") -> BalanceLeaf {
        .total(symbol: issuer.address, counters: counters, sum: sampleAmount(sum))
    }

    @Test func `balances that do not add up to zero are false`() throws {
        for (sum, expected) in [("0", nil), ("1", .proofInvalid), ("-1", RefusalCode.proofInvalid)]
        {
            let log = try log(stating: [total(1, sum), counter(alice, "5")])
            #expect(
                code(try proof(alice.address, isThere: true, height: 0, leaves: [0, 1], of: log))
                    == expected)
            // The same where the total is a neighbour.
            let leaf = try #require(log.blocks[0].balances.last?.address)
            let before = addresses.first { $0 < leaf } ?? alice.address
            #expect(
                code(try proof(before, isThere: false, height: 0, leaves: [0, 1], of: log))
                    == expected)
        }
    }

    @Test func `a counter stands among those that its total counts`() throws {
        let people = [alice, bob, device].sorted { $0.address < $1.address }
        let leaves = people.map { counter($0, "1") }
        for counters in 0...3 {
            let log = try log(stating: [total(counters)] + leaves)
            for (index, person) in people.enumerated() {
                let proof = try proof(
                    person.address, isThere: true, height: 0, leaves: [0, index + 1], of: log)
                #expect(code(proof) == (index < counters ? nil : .proofInvalid))
            }
        }
    }

    @Test func `total and counter are of one unit`() throws {
        let other = BalanceLeaf.total(symbol: bob.address, counters: 1, sum: .zero)
        let foreign = BalanceLeaf.counter(
            address: alice.address, symbol: bob.address, state: .initial(alice.address, bob.address)
        )
        for (leaves, expected) in [
            ([total(1), counter(alice, "1")], nil), ([other, counter(alice, "1")], .proofInvalid),
            ([total(1), foreign], RefusalCode.proofInvalid),
        ] {
            let log = try log(stating: leaves)
            #expect(
                code(try proof(alice.address, isThere: true, height: 0, leaves: [0, 1], of: log))
                    == expected)
        }
    }

    @Test func `a tree that hides counters behind a total is refused`() throws {
        // A total that ends the tree, one that another total follows, a counter without one.
        let sorted = [issuer.address, alice.address].sorted()
        let totals = sorted.map { BalanceLeaf.total(symbol: $0, counters: 2, sum: .zero) }
        let last = try #require(addresses.max())
        let ending = try log(stating: [totals[1]])
        #expect(
            code(try proof(last, sorted[1], isThere: false, height: 0, leaves: [0], of: ending))
                == .proofInvalid)
        let beside = try log(stating: totals)
        #expect(
            code(try proof(last, sorted[0], isThere: false, height: 0, leaves: [0, 1], of: beside))
                == .proofInvalid)
        let person = try #require(addresses.max())
        let bare = try log(
            stating: [
                .counter(
                    address: person, symbol: issuer.address,
                    state: .initial(person, issuer.address))
            ])
        #expect(
            code(
                try proof(
                    try #require(addresses.min()), isThere: false, height: 0, leaves: [0], of: bare)
            )
                == .proofInvalid)
    }

    @Test func `another height is false`() throws {
        let evidence = try log.balanceEvidence(
            alice.address, issuer.address, isThere: true, height: 3, leaves: [0, 1])
        for height in [0, 1, 2, 4] {
            let other = BalanceEvidence(
                address: evidence.address, symbol: evidence.symbol, height: height, isThere: true,
                seal: evidence.seal, leaves: evidence.leaves)
            #expect(
                code(ProofDocument(domain: log.domain, claim: .balance(other))) == .proofInvalid)
        }
        #expect(
            code(ProofDocument(domain: "other", claim: .balance(evidence))) == .proofInvalid)
    }
}
