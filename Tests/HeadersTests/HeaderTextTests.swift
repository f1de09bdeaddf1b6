import Bytes
import Documents
import Testing

@testable import Headers

@Suite struct HeaderTextTests {
    private let genesis = ChainNetwork.mainnet.genesis

    private func json(_ more: String = "") -> String {
        "{\"hash\":\"\(genesis.hash.displayed)\",\"version\":1,\"merkleRoot\":\""
            + genesis.merkleRoot.displayed
            + "\",\"creationTimestamp\":1231006505,\"difficultyTarget\":486604799,"
            + "\"nonce\":2083236893\(more)}"
    }

    @Test func `a header is read as each of the others writes it`() throws {
        let node = """
            {"hash":"\(genesis.hash.displayed)","version":1,"versionHex":"00000001",\
            "merkleroot":"\(genesis.merkleRoot.displayed)","time":1231006505,"bits":"1d00ffff",\
            "nonce":2083236893,"difficulty":1}
            """
        let texts = [
            json(), json(",\"prevBlockHash\":\"\(String(repeating: "0", count: 64))\""),
            json(",\"work\":\"4295032833\",\"transactionCount\":1"), node,
            "{\"state\":\"LONGEST_CHAIN\",\"header\":\(json()),\"height\":0}",
            "\"\(Hexadecimal.encode(genesis.bytes))\"", "[\(json())]",
            Hexadecimal.encode(genesis.bytes).uppercased(),
        ]
        for text in texts {
            #expect(try BlockHeader.read(line: Array(text.utf8), number: 1) == [genesis])
        }
    }

    @Test(arguments: [
        "{}", "[{}]", "zz", "00", "{\"version\":1", "[1]", "null", "\"00\"",
        "{\"version\":99999999999,\"merkleRoot\":\"\"}",
    ])
    func `what is none is refused`(_ text: String) {
        #expect(throws: HeaderError.self) {
            try BlockHeader.read(line: Array(text.utf8), number: 7)
        }
    }

    @Test func `an object that tells another hash is refused`() {
        let other = json().replacing(
            genesis.hash.displayed, with: String(repeating: "1", count: 64))
        #expect(
            throws: HeaderError.malformedText(
                line: 3, reason: "this is no header, or not of its hash")
        ) { try BlockHeader.read(line: Array(other.utf8), number: 3) }
    }

    @Test func `a stream is the same in whatever pieces it comes`() throws {
        let vector = try vectorFile("regtest_headers.bin")
        let lines = stride(from: 0, to: vector.count, by: 80)
            .map { Hexadecimal.encode(vector[$0..<$0 + 80]) }.joined(separator: "\n")
        for whole in [vector, Array(lines.utf8)] {
            for size in [1, 3, 79, 80, 81, 1_000, whole.count] {
                var stream = HeaderStream()
                var headers: [UInt8] = []
                for start in stride(from: 0, to: whole.count, by: size) {
                    headers += stream.take(
                        Array(whole[start..<min(start + size, whole.count)]), isLast: false)
                }
                headers += stream.take([], isLast: true)
                #expect(headers == vector && stream.failure == nil)
            }
        }
    }

    @Test func `what stands before a mistake is given`() {
        var stream = HeaderStream()
        let line = Hexadecimal.encode(genesis.bytes)
        let headers = stream.take(Array("\(line)\nnonsense\n\(line)\n".utf8), isLast: false)
        #expect(headers == genesis.bytes)
        #expect(
            stream.failure
                == .malformedText(line: 2, reason: "no header has such hexadecimal digits"))
        #expect(stream.take(Array("\(line)\n".utf8), isLast: true) == [])
        stream = HeaderStream()
        #expect(stream.take(genesis.bytes + [1], isLast: true) == genesis.bytes)
        #expect(stream.failure == .truncated(offset: 81))
        stream = HeaderStream()
        _ = stream.take(
            [UInt8](repeating: 0x61, count: Limits.headerLineBytes + 1), isLast: false)
        #expect(
            stream.failure
                == .tooLarge(
                    what: "line", limit: Limits.headerLineBytes,
                    got: UInt64(Limits.headerLineBytes) + 1))
    }
}
