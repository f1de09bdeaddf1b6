// Telling by its contents what a stream holds.

import Bytes
import Documents
import Files
import Glibc
import Testing

@testable import WalletKit

@Suite struct VerifiableStreamTests {
    // Small limits: the real ones are met in the tests of the verifier.
    private let fileBytes = 4_096
    private let lineBytes = 256

    private func stream(_ bytes: [UInt8]) -> VerifiableStream {
        VerifiableStream(InputStream(bytes: bytes), fileBytes: fileBytes, lineBytes: lineBytes)
    }

    private func content(_ bytes: [UInt8]) throws -> VerifiableStream.Content {
        var stream = stream(bytes)
        return try stream.recognise()
    }

    private func lines(_ bytes: [UInt8]) throws -> [RawLine] {
        var stream = stream(bytes)
        guard try stream.recognise() == .lines else { return [] }
        var lines: [RawLine] = []
        while let batch = try stream.nextLines() { lines += batch }
        return lines
    }

    @Test func `what a stream holds`() throws {
        #expect(try content([]) == .nothing)
        #expect(try content(bytes(" \n\t\r\n")) == .nothing)
        #expect(try content(bytes(#"{"data":{}}"#)) == .lines)
        #expect(try content(bytes("\n\n" + #"{"data":{}}"#)) == .lines)
        #expect(try content(bytes("{\n}\n")) == .lines)
        #expect(try content(bytes("nonsense\n")) == .lines)
        let tsc = bytes("{\n \"txOrId\": 1 }\n")
        #expect(try content(tsc) == .tsc(tsc))
        let proof = bytes("c2sp.org/tlog-proof@v1\nindex 0\n")
        #expect(try content(proof) == .tlogProof(proof))
        let note = bytes("beers\n1\nAAAA\n\n\u{2014} beers AAAA\n")
        #expect(try content(note) == .note(note))
        #expect(try content(bytes("0aFF \n")) == .bump([0x0a, 0xff]))
        #expect(try content(bytes("0aF\n")) == .lines)
        #expect(try content([0x0a, 0x01, 0x00]) == .bump([0x0a, 0x01, 0x00]))
    }

    @Test func `what is too long for one thing is not held`() throws {
        let long = [UInt8](repeating: 0x61, count: fileBytes + 1)
        #expect(try content(long) == .lines)
        #expect(
            try content(Array(long.dropLast()))
                == .bump([UInt8](repeating: 0xaa, count: fileBytes / 2)))
        // Blanks without end are lines, and nothing of them is kept.
        let blanks = [UInt8](repeating: 0x20, count: fileBytes + 1)
        #expect(try content(blanks) == .lines)
        // So is an object that does not begin as documents do.
        #expect(try content(bytes("{ ") + long) == .lines)
    }

    @Test func `lines come with every byte`() throws {
        let text = bytes("{\"data\"\n\n \r\nx\ry\nlast")
        let lines = try lines(text)
        #expect(lines.map(\.number) == [1, 2, 3, 4, 5])
        #expect(lines.flatMap { $0.bytes ?? [] } == text)
        #expect(lines.map(\.isBlank) == [false, true, true, false, false])
    }

    @Test func `lines at their limit, and one past it`() throws {
        let start = bytes(#"{"data""#)
        for (count, isHeld) in [
            (lineBytes - 1, true), (lineBytes, true), (lineBytes + 1, false),
            (lineBytes * 2 + 5, false),
        ] {
            let line = start + [UInt8](repeating: 0x61, count: count - start.count)
            for end in [[], [0x0a]] as [[UInt8]] {
                let lines = try lines(line + end)
                #expect(lines.count == 1)
                #expect((lines[0].bytes != nil) == isHeld, "\(count), \(end.count)")
            }
            let three = try lines(start + [0x0a] + line + [0x0a] + start)
            #expect(three.map { $0.bytes != nil } == [true, isHeld, true])
            #expect(three.map(\.number) == [1, 2, 3])
        }
    }

    @Test func `a pipe is answered line by line`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        var stream = VerifiableStream(InputStream(descriptor: ends[0]))
        let line = bytes(#"{"data":{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}"# + "\n")
        #expect(write(ends[1], line, line.count) == line.count)
        // Nothing more has come, and the pipe is still open.
        #expect(try stream.recognise() == .lines)
        #expect(try stream.nextLines()?.map(\.bytes) == [line])
        #expect(write(ends[1], line + line, 2 * line.count) == 2 * line.count)
        #expect(try stream.nextLines()?.map(\.number) == [2, 3])
        close(ends[1])
        #expect(try stream.nextLines() == nil)
    }
}
