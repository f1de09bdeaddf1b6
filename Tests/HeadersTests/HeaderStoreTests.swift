import Bytes
import Files
import Foundation
import Testing

@testable import Headers

@Suite struct HeaderStoreTests {
    private let genesis = ChainNetwork.regtest.genesis
    private let now: Int64 = 2_000_000_000

    @Test(arguments: ChainNetwork.allCases)
    func `a new chain begins with the first header of its network`(
        _ network: ChainNetwork
    ) throws {
        try inDirectory { path in
            let store = try HeaderStore(path, network, .writing)
            #expect(store.tip.height == 0)
            #expect(store.tip.header == network.genesis)
            try store.tip.header.checkWork()
        }
        let known = [
            ChainNetwork.mainnet:
                "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            .testnet: "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            .stn: "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            .regtest: "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
        ]
        #expect(network.genesis.hash.displayed == known[network])
    }

    @Test func `what was taken is found again, by height, hash and root, by whoever opens it next`()
        throws
    {
        try inDirectory { path in
            let chain = try MinedChain.mine(2_500, after: genesis, mark: 7)
            do {
                let store = try HeaderStore(path, .regtest, .writing)
                #expect(try store.take(bytes(chain[..<1_000]), now: now).added == 1_000)
                // The last of them once more, as a node sends them.
                #expect(try store.take(bytes(chain[990...]), now: now).added == 1_500)
                #expect(try store.take(bytes(chain), now: now).added == 0)
            }
            for access in [HeaderStore.Access.reading, .writing] {
                let store = try HeaderStore(path, .regtest, access)
                #expect(store.tip.height == 2_500)
                #expect(store.tip.hash == chain[2_499].hash)
                #expect(store.work == UInt256(2 * 2_501))
                for (index, header) in chain.enumerated() where index % 10 < 2 {
                    let found = try #require(try store.find(header.hash))
                    #expect(found.height == index + 1 && found.header == header)
                    if index % 100 == 0 {
                        #expect(try store.work(of: found) == UInt256(UInt64(2 * (index + 2))))
                    }
                    #expect(try store.find(root: header.merkleRoot)?.height == index + 1)
                    #expect(try store.header(at: index + 1)?.hash == header.hash)
                }
                #expect(try store.find(chain[0].merkleRoot) == nil)
                #expect(try store.find(root: chain[0].hash) == nil)
                #expect(try store.header(at: 2_501) == nil)
            }
        }
    }

    @Test func `the branch with the most work is the longest`() throws {
        try inDirectory { path in
            let shared = try MinedChain.mine(20, after: genesis, mark: 1)
            let first = try MinedChain.mine(10, after: shared[19], mark: 2)
            let second = try MinedChain.mine(12, after: shared[19], mark: 3)
            let tip: PlacedHeader
            do {
                let store = try HeaderStore(path, .regtest, .writing)
                _ = try store.take(bytes(shared + first), now: now)
                // As much work: the first that was seen stays.
                var update = try store.take(bytes(second[..<10]), now: now)
                #expect(update.added == 10 && update.fork == nil)
                #expect(store.tip.hash == first[9].hash)
                #expect(try store.find(second[4].hash)?.state == .stale)
                #expect(store.tips.map(\.hash) == [first[9].hash, second[9].hash])
                update = try store.take(bytes(second[10...]), now: now)
                #expect(update == HeaderUpdate(added: 2, fork: 20, removed: first.map(\.hash)))
                #expect(store.tip.hash == second[11].hash && store.tip.height == 32)
                #expect(try store.find(first[3].hash)?.state == .stale)
                #expect(try store.find(second[3].hash)?.state == .longest)
                #expect(try store.find(root: first[3].merkleRoot) == nil)
                #expect(try store.find(root: second[3].merkleRoot)?.height == 24)
                tip = store.tip
            }
            // And back, by whoever opens it next.
            let again = try HeaderStore(path, .regtest, .writing)
            #expect(again.tip == tip && again.tips.count == 2)
            let third = try MinedChain.mine(3, after: first[9], mark: 4)
            let update = try again.take(bytes(third), now: now)
            #expect(update.fork == 20 && update.removed == second.map(\.hash))
            #expect(again.tip.hash == third[2].hash && again.work == UInt256(2 * 34))
            for (index, header) in (shared + first + third).enumerated() {
                #expect(try again.find(header.hash)?.height == index + 1)
                #expect(try again.find(header.hash)?.state == .longest)
            }
        }
    }

    @Test func `a header that breaks a rule is refused, those before it stay`() throws {
        try inDirectory { path in
            let store = try HeaderStore(path, .regtest, .writing)
            let chain = try MinedChain.mine(30, after: genesis, mark: 1)
            func refused(_ header: BlockHeader, _ expected: HeaderError) throws {
                let before = store.tip
                #expect(throws: BadHeader(index: 1, reason: expected)) {
                    try store.take(bytes([chain[29], header]), now: now)
                }
                #expect(store.tip == before)
            }
            _ = try store.take(bytes(chain), now: now)
            let good = try MinedChain.mine(1, after: chain[29], mark: 2)[0]
            var header = good
            header.bits = 0x2007_ffff
            try refused(header, .wrongBits(height: 31, expected: 0x207f_ffff, got: 0x2007_ffff))
            header = good
            repeat { header.nonce &+= 1 } while (try? header.checkWork()) != nil
            try refused(header, .insufficientWork(hash: header.hash, bits: header.bits))
            func mined(time: UInt32) throws -> BlockHeader {
                var header = good
                header.time = time
                return try #require(try Mining.solve(header, threads: 1, nextTime: { _ in nil }))
            }
            let median = chain[24].time
            try refused(
                try mined(time: median), .timeTooOld(height: 31, median: median, got: median))
            let late = UInt32(now) + 7_201
            try refused(
                try mined(time: late), .timeTooNew(height: 31, limit: now + 7_200, got: late))
            #expect(try store.take(bytes([try mined(time: median + 1)]), now: now).added == 1)
            let stranger = try MinedChain.mine(2, after: good, mark: 9)
            #expect(throws: BadHeader(index: 0, reason: .unknownParent(good.hash))) {
                try store.take(bytes(stranger), now: now)
            }
            // Everything up to the one that is wrong is kept.
            let more = try MinedChain.mine(5, after: store.tip.header, mark: 5)
            #expect(throws: BadHeader.self) {
                try store.take(bytes(more[..<3] + [more[4]]), now: now)
            }
            #expect(store.tip.hash == more[2].hash)
        }
    }

    @Test func `what follows from the headers is made anew where it is gone or wrong`() throws {
        try inDirectory { path in
            let chain = try MinedChain.mine(3_000, after: genesis, mark: 3)
            _ = try HeaderStore(path, .regtest, .writing).take(bytes(chain), now: now)
            func holds() throws {
                let store = try HeaderStore(path, .regtest, .writing)
                #expect(store.tip.height == 3_000 && store.work == UInt256(6_002))
                for index in stride(from: 0, to: 3_000, by: 37) {
                    #expect(try store.find(chain[index].hash)?.height == index + 1)
                    #expect(try store.find(root: chain[index].merkleRoot)?.height == index + 1)
                }
            }
            for name in ["index", "work"] {
                try FileSystem.remove(path + "/" + name)
                try holds()
                let file = try File(path + "/" + name, .readWrite)
                try file.truncate(to: 40)
                try holds()
            }
            // A torn header at the end was never acknowledged.
            let headers = try File(path + "/headers", .readWrite)
            try headers.write([1, 2, 3], at: try headers.status().size)
            try holds()
            // A table of another chain.
            let other = path + "-other"
            let branch = try MinedChain.mine(3_000, after: genesis, mark: 4)
            _ = try HeaderStore(other, .regtest, .writing).take(bytes(branch), now: now)
            try FileSystem.replace(
                path + "/index", with: try FileSystem.read(other + "/index", limit: 1 << 24))
            try holds()
            // A reader does with the file of headers alone.
            try FileSystem.remove(path + "/index")
            let reader = try HeaderStore(path, .regtest, .reading)
            #expect(try reader.find(chain[1_234].hash)?.height == 1_235)
        }
    }

    @Test func `a reorganisation that was interrupted is completed`() throws {
        try inDirectory { path in
            let shared = try MinedChain.mine(5, after: genesis, mark: 1)
            let first = try MinedChain.mine(4, after: shared[4], mark: 2)
            let second = try MinedChain.mine(6, after: shared[4], mark: 3)
            _ = try HeaderStore(path, .regtest, .writing).take(bytes(shared + first), now: now)
            // As `HeaderFiles.reorganise` leaves it before it touches the chain.
            var intent = UInt32(6).littleEndianBytes
            intent += bytes(second)
            try FileSystem.replace(path + "/reorganisation", with: intent)
            let store = try HeaderStore(path, .regtest, .writing)
            #expect(store.tip.hash == second[5].hash && store.tip.height == 11)
            #expect(try FileSystem.status(path + "/reorganisation") == nil)
            #expect(try store.find(second[2].hash)?.state == .longest)
            #expect(try store.find(first[2].hash)?.state != .longest)
        }
    }

    @Test func `the headers of a real node are taken`() throws {
        let headers = try vectorFile("regtest_headers.bin")
        try inDirectory { path in
            let store = try HeaderStore(path, .regtest, .writing)
            _ = try store.take(headers, now: now)
            #expect(store.tip.height == headers.count / 80 - 1)
        }
    }

    @Test func `a locator begins at the tip and ends at the beginning`() throws {
        try inDirectory { path in
            let store = try HeaderStore(path, .regtest, .writing)
            let chain = try MinedChain.mine(300, after: genesis, mark: 1)
            _ = try store.take(bytes(chain), now: now)
            let locator = try store.locator()
            #expect(locator.first == chain[299].hash && locator.last == genesis.hash)
            #expect(locator.count < 25)
            #expect(Set(locator).count == locator.count)
        }
    }
}
