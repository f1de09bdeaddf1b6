import Bytes
import Cryptography
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct PeerDirectoryTests {
    @Test func `only plain origins name their directory`() {
        for name in [
            "a", "example.com", "A-Z_0.9", "-", "_", "a..b", String(repeating: "a", count: 100),
        ] {
            #expect(PeerDirectory.name(of: name.utf8) == name)
        }
        let hash = String(repeating: "0a", count: 32)
        let odd = [
            "", ".", "..", ".a", "a/b", "../a", "a b", "a+b", "é", "a\0", "a\n", hash,
            String(repeating: "a", count: 101),
        ]
        for name in odd {
            #expect(
                PeerDirectory.name(of: name.utf8) == Hash.sha256(Array(name.utf8)).hexadecimal)
        }
        #expect(Set(odd.map { PeerDirectory.name(of: $0.utf8) }).count == odd.count)
        for byte in UInt8.min...UInt8.max {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                || (0x61...0x7a).contains(byte) || [0x2d, 0x2e, 0x5f].contains(byte)
            #expect((PeerDirectory.name(of: [0x61, byte]).utf8.count == 2) == isPlain)
        }
    }

    @Test func `whatever bit of the last checkpoint changes, nothing false is cosigned`() throws {
        let witness = try WitnessFixture()
        let log = try HandLog()
        _ = try witness.wallet.trustLog(try log.verifier.text)
        try witness.cosign(log, 0, 5)
        let path = witness.checkpointPath(log)
        let good = try FileSystem.read(path, limit: 10_000)
        let text = try log.checkpoint(5).text.count + 1
        let line = text..<(text + (try log.note(5).signatures[0].line.count))
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 1 << UInt8(index % 8)
            try FileSystem.replace(path, with: bytes)
            let refusal = witness.refusal(try log.request(5, 5))
            // Our own cosignature stands for what the log has signed: its line alone may break.
            if refusal == nil {
                #expect(line.contains(index), "byte \(index)")
            } else {
                #expect(refusal?.code == "corrupt-peer", "byte \(index): \(refusal?.code ?? "")")
            }
        }
        for count in 0..<good.count {
            try FileSystem.replace(path, with: Array(good[..<count]))
            #expect(witness.refusal(try log.request(5, 5))?.code == "corrupt-peer")
        }
        try FileSystem.replace(path, with: [UInt8](repeating: 0x0a, count: 70_000))
        #expect(throws: FileError.self) { try witness.wallet.addCheckpoint(log.request(5, 5)) }
        try FileSystem.replace(path, with: good)
        try witness.cosign(log, 5, 6)
    }

    @Test func `a checkpoint that another witness has cosigned is not taken for ours`() throws {
        let (witness, other) = (try WitnessFixture(), try WitnessFixture())
        let log = try HandLog()
        for fixture in [witness, other] {
            _ = try fixture.wallet.trustLog(try log.verifier.text)
            try fixture.cosign(log, 0, fixture === witness ? 5 : 3)
        }
        let bytes = try FileSystem.read(other.checkpointPath(log), limit: 10_000)
        try FileSystem.replace(witness.checkpointPath(log), with: bytes)
        #expect(witness.refusal(try log.request(3, 5))?.code == "corrupt-peer")
    }

    @Test func `whatever bit of the key's file changes, nothing is cosigned`() throws {
        let witness = try WitnessFixture()
        let log = try HandLog()
        _ = try witness.wallet.trustLog(try log.verifier.text)
        let path = witness.peer(log).path + "/key"
        let good = try FileSystem.read(path, limit: 1_000)
        for index in good.indices {
            var bytes = good
            bytes[index] ^= 1 << UInt8(index % 8)
            try FileSystem.replace(path, with: bytes)
            #expect(witness.refusal(try log.request(0, 5))?.code == "corrupt-peer")
            #expect(throws: WitnessError.self) { try witness.wallet.witnessedLogs() }
        }
        try FileSystem.replace(path, with: good)
        try witness.cosign(log, 0, 5)
    }
}
