import Bitcoin
import Bytes
import Cryptography
import Testing

@testable import Headers

/// Two keys, a mined transaction that pays the first of them, and what is made of it.
private struct Family {
    let keys: [Secp256k1.PrivateKey]
    let parent: BitcoinTransaction
    let path: BUMP

    init(_ amounts: [UInt64] = [50_000, 7_000], script: Script? = nil) throws {
        keys = try [1, 2].map {
            try Secp256k1.PrivateKey(SecretBytes([UInt8](repeating: $0, count: 32)))
        }
        let locking = script ?? BitcoinAddress(keys[0].publicKey).script
        parent = try BitcoinTransaction(
            inputs: [TransactionInput(outpoint: Outpoint(transaction: .zero, index: 9))],
            outputs: amounts.map { TransactionOutput(satoshis: $0, script: locking) })
        path = try BUMP(height: 9, levels: [[.init(offset: 0, .transaction(parent.id))]])
    }

    /// Signed for `spending`, whatever it pays; `sequence` below the last makes its lock time count.
    func child(
        of parent: BitcoinTransaction, spending places: [Int], paying amounts: [UInt64],
        by key: Int = 0, sequence: UInt32 = .max, lockTime: UInt32 = 0
    ) throws -> BitcoinTransaction {
        var inputs = places.map {
            TransactionInput(
                outpoint: Outpoint(transaction: parent.id, index: UInt32($0)), sequence: sequence)
        }
        let outputs = amounts.map {
            TransactionOutput(satoshis: $0, script: BitcoinAddress(keys[0].publicKey).script)
        }
        let bare = try BitcoinTransaction(inputs: inputs, outputs: outputs, lockTime: lockTime)
        for (place, index) in places.enumerated() where parent.outputs.indices.contains(index) {
            let digest = SignatureHash.digest(
                bare, input: place, spending: parent.outputs[index])
            let signature = keys[key].sign(digest) + [0x41]
            let point = keys[key].publicKey.compressed
            inputs[place].script = Script(
                [UInt8(signature.count)] + signature + [UInt8(point.count)] + point)
        }
        return try BitcoinTransaction(inputs: inputs, outputs: outputs, lockTime: lockTime)
    }

    func beef(_ children: BitcoinTransaction...) throws -> BEEF {
        try BEEF(
            paths: [path], entries: [BEEF.Entry(parent, path: 0)] + children.map { BEEF.Entry($0) })
    }
}

@Suite struct BEEFRulesTests {
    @Test func `what is signed leads to its roots`() throws {
        let family = try Family()
        let child = try family.child(of: family.parent, spending: [0, 1], paying: [56_000])
        let grandchild = try family.child(of: child, spending: [0], paying: [1, 2])
        let roots = try family.beef(child, grandchild).roots()
        #expect(roots.map(\.root) == [family.parent.id] && roots.map(\.height) == [9])
    }

    @Test func `nothing spends twice or more than there is`() throws {
        let family = try Family()
        let (parent, id) = (family.parent, family.parent.id)
        let whole = try family.child(of: parent, spending: [0, 1], paying: [57_000])
        #expect(try family.beef(whole).roots().count == 1)
        let greedy = try family.child(of: parent, spending: [0, 1], paying: [57_000, 1])
        #expect(throws: HeaderError.overspent(transaction: greedy.id)) {
            try family.beef(greedy).roots()
        }
        let beyond = try family.child(of: parent, spending: [2], paying: [1])
        #expect(throws: HeaderError.missingParent(transaction: beyond.id, parent: id)) {
            try family.beef(beyond).roots()
        }
        let twice = HeaderError.malformedBEEF(reason: "an output is spent twice")
        let first = try family.child(of: parent, spending: [0], paying: [1])
        let second = try family.child(of: parent, spending: [0], paying: [2])
        #expect(throws: twice) { try family.beef(first, second).roots() }
        // A mined transaction has spent as well.
        let path = try BUMP(
            height: 10, levels: [[.init(offset: 0, .transaction(first.id))]])
        #expect(throws: twice) {
            try BEEF(
                paths: [family.path, path],
                entries: [
                    BEEF.Entry(parent, path: 0), BEEF.Entry(first, path: 1), BEEF.Entry(second),
                ]
            ).roots()
        }
    }

    @Test func `sums beyond all satoshis are refused`() throws {
        let all = UInt64(Limits.satoshis)
        let family = try Family([all])
        let other = try BitcoinTransaction(
            inputs: [TransactionInput(outpoint: Outpoint(transaction: .zero, index: 8))],
            outputs: family.parent.outputs)
        let path = try BUMP(height: 3, levels: [[.init(offset: 0, .transaction(other.id))]])
        let child = try BitcoinTransaction(
            inputs: [family.parent.id, other.id].map {
                TransactionInput(outpoint: Outpoint(transaction: $0, index: 0))
            }, outputs: family.parent.outputs)
        let beef = try BEEF(
            paths: [family.path, path],
            entries: [
                BEEF.Entry(family.parent, path: 0), BEEF.Entry(other, path: 1), BEEF.Entry(child),
            ])
        #expect(throws: HeaderError.invalidTransaction(child.id, .tooManySatoshis)) {
            try beef.roots()
        }
    }

    @Test func `scripts are run where nothing is mined`() throws {
        let family = try Family()
        let stolen = try family.child(of: family.parent, spending: [0], paying: [1], by: 1)
        #expect(
            throws: HeaderError.invalidTransaction(
                stolen.id, .invalidScript(input: 0, .wrongKey))
        ) { try family.beef(stolen).roots() }
        let path = try BUMP(height: 10, levels: [[.init(offset: 0, .transaction(stolen.id))]])
        let mined = try BEEF(paths: [path], entries: [BEEF.Entry(stolen, path: 0)])
        #expect(try mined.roots().map(\.root) == [stolen.id])

        let child = try family.child(of: family.parent, spending: [0], paying: [1])
        for place in child.inputs[0].script.bytes.indices {
            var bytes = child.inputs[0].script.bytes
            bytes[place] ^= 4
            var input = child.inputs[0]
            input.script = Script(bytes)
            let changed = try BitcoinTransaction(inputs: [input], outputs: child.outputs)
            #expect(throws: HeaderError.self) { try family.beef(changed).roots() }
        }
        let strange = try Family(script: Script([0x51]))
        let spender = try BitcoinTransaction(
            inputs: [
                TransactionInput(outpoint: Outpoint(transaction: strange.parent.id, index: 0))
            ], outputs: child.outputs)
        #expect(throws: HeaderError.unverifiableScript(transaction: spender.id, input: 0)) {
            try strange.beef(spender).roots()
        }
    }

    @Test func `lock times must be over`() throws {
        let family = try Family()
        func roots(
            _ lockTime: UInt32, sequence: UInt32 = 0, at height: Int? = nil, time: UInt32? = nil
        ) throws {
            let child = try family.child(
                of: family.parent, spending: [0], paying: [1], sequence: sequence,
                lockTime: lockTime)
            let beef = try family.beef(child)
            do throws(HeaderError) { _ = try beef.roots(at: height, time: time) } catch {
                #expect(error == .notFinal(transaction: child.id, lockTime: lockTime))
                throw error
            }
        }
        // The next block may have what is locked until the one before it.
        try roots(9)
        #expect(throws: HeaderError.self) { try roots(10) }
        try roots(10, at: 10)
        #expect(throws: HeaderError.self) { try roots(11, at: 10) }
        try roots(499_999_999, at: 499_999_999)
        #expect(throws: HeaderError.self) { try roots(500_000_000, at: 600_000_000) }
        try roots(500_000_000, time: 500_000_001)
        #expect(throws: HeaderError.self) { try roots(500_000_000, time: 500_000_000) }
        try roots(.max, sequence: .max)
        try roots(0)
    }

    @Test func `a chain knows which lock times are over`() throws {
        let family = try Family()
        let genesis = ChainNetwork.regtest.genesis
        var headers = [genesis]
        headers += try MinedChain.mine(8, after: genesis, mark: 1)
        let block = BlockHeader(
            previous: headers[8].hash, merkleRoot: family.parent.id, time: headers[8].time + 600,
            bits: CompactTarget.regtestBits)
        headers.append(try #require(try Mining.solve(block, threads: 1, nextTime: { _ in nil })))
        headers += try MinedChain.mine(4, after: headers[9], mark: 2)
        let chain = try StackHeaders(bytes(headers))
        #expect(chain.tip.height == 13)
        // Of the headers 3 to 13 the middle one is 8.
        let median = headers[8].time
        #expect(try chain.medianTime() == median)
        #expect(try StackHeaders(bytes(headers.prefix(2))).medianTime() == headers[1].time)
        func verify(_ lockTime: UInt32) throws {
            let child = try family.child(
                of: family.parent, spending: [0], paying: [1], sequence: 0, lockTime: lockTime)
            let proof = try chain.verify(.beef(try family.beef(child)))
            #expect(proof.subject == child.id && proof.transactions == [family.parent.id])
        }
        for lockTime in [0, 13, median - 1] { try verify(lockTime) }
        for lockTime in [14, median, .max] {
            #expect(throws: HeaderError.self) { try verify(lockTime) }
        }
    }

    @Test func `a block's first transaction needs its block`() throws {
        let family = try Family()
        let coinbase = try BitcoinTransaction(
            inputs: [
                TransactionInput(
                    outpoint: Outpoint(transaction: .zero, index: .max), script: Script([1, 2]))
            ], outputs: family.parent.outputs)
        #expect(throws: HeaderError.unminedCoinbase(coinbase.id)) {
            try family.beef(coinbase).roots()
        }
        let path = try BUMP(height: 3, levels: [[.init(offset: 0, .transaction(coinbase.id))]])
        let child = try family.child(of: coinbase, spending: [0], paying: [1])
        let mined = try BEEF(
            paths: [path], entries: [BEEF.Entry(coinbase, path: 0), BEEF.Entry(child)])
        #expect(try mined.roots().count == 1)
    }

    @Test func `every form that is written is read`() throws {
        let family = try Family()
        let child = try family.child(of: family.parent, spending: [0, 1], paying: [56_000])
        let grandchild = try family.child(of: child, spending: [0], paying: [1, 2])
        let beef = try family.beef(child, grandchild)
        for form in BEEF.Form.allCases {
            let read = try BEEF(try beef.binary(form))
            #expect(read.paths == beef.paths && read.entries == beef.entries)
            #expect(read.subject == grandchild.id)
        }
        let named = try BEEF(paths: beef.paths, entries: beef.entries, subject: child.id)
        #expect(
            throws: HeaderError.malformedBEEF(
                reason: "the transaction that it names does not need all of it")
        ) { try named.binary(.atomic) }
        for form in [BEEF.Form.v1, .v2] {
            #expect(
                throws: HeaderError.malformedBEEF(reason: "its subject does not stand last")
            ) { try named.binary(form) }
        }
        let hashed = try BEEF(
            paths: [],
            entries: [
                BEEF.Entry(id: family.parent.id, transaction: nil, path: nil), BEEF.Entry(child),
            ])
        for form in [BEEF.Form.v2, .atomic] {
            #expect(try BEEF(try hashed.binary(form)).entries == hashed.entries)
        }
        #expect(
            throws: HeaderError.malformedBEEF(reason: "the first form has no hashes alone")
        ) { try hashed.binary(.v1) }
        let sample = hex(try #require(try vectorObject("beef_bump.json")["beef62"] as? String))
        #expect(try BEEF(sample).binary(.v1) == sample)
    }

    @Test func `what does not hang together is not made`() throws {
        let family = try Family()
        let entry = BEEF.Entry(family.parent)
        for (paths, entries, subject, reason) in [
            ([], [], nil, "it has no transaction"),
            ([], [entry, entry], nil, "a transaction stands twice"),
            ([], [BEEF.Entry(family.parent, path: 0)], nil, "a transaction's path is not there"),
            ([], [BEEF.Entry(family.parent, path: -1)], nil, "a transaction's path is not there"),
            ([], [entry], .zero, "the transaction that it names is not there"),
        ] as [([BUMP], [BEEF.Entry], Digest256?, String)] {
            #expect(throws: HeaderError.malformedBEEF(reason: reason)) {
                try BEEF(paths: paths, entries: entries, subject: subject)
            }
        }
        let path = family.path
        #expect(
            throws: HeaderError.tooLarge(
                what: "paths", limit: Limits.beefPaths, got: UInt64(Limits.beefPaths + 1))
        ) {
            try BEEF(
                paths: Array(repeating: path, count: Limits.beefPaths + 1), entries: [entry])
        }
        #expect(
            throws: HeaderError.tooLarge(
                what: "transactions", limit: Limits.beefTransactions,
                got: UInt64(Limits.beefTransactions + 1))
        ) {
            try BEEF(
                paths: [], entries: Array(repeating: entry, count: Limits.beefTransactions + 1))
        }
    }

    @Test func `a transaction that reads as a node is none`() throws {
        var random = Generator()
        let small = smallTransaction(&random)
        #expect(throws: HeaderError.ambiguousTransaction) {
            try BEEF([1, 0, 0xbe, 0xef, 0, 1] + small + [0])
        }
    }
}
