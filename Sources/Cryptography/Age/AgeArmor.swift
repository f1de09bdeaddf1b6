// ASCII armor: an age file as text between two lines, for mail and the clipboard (RFC 7468, strict).

import Bytes

/// The lines around an armored file.
enum AgeArmor {
    static let begin = "-----BEGIN AGE ENCRYPTED FILE-----"
    static let end = "-----END AGE ENCRYPTED FILE-----"
    /// Characters of every line but the last.
    static let lineCharacters = 64
    /// What they stand for.
    static let lineBytes = 48
}

/// Writes armor as the bytes of the file arrive.
struct AgeArmorWriter {
    private var held: [UInt8] = []
    private var hasBegun = false

    /// The armored lines that the bytes complete.
    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        if !hasBegun {
            text += Array("\(AgeArmor.begin)\n".utf8)
            hasBegun = true
        }
        let all = held + bytes
        text.reserveCapacity(text.count + all.count / AgeArmor.lineBytes * 65)
        var start = 0
        while all.count - start >= AgeArmor.lineBytes {
            text += Base64.encodedBytes(all[start..<(start + AgeArmor.lineBytes)])
            text.append(UInt8(ascii: "\n"))
            start += AgeArmor.lineBytes
        }
        held = Array(all[start...])
        return text
    }

    /// The last line and the end.
    mutating func finish() -> [UInt8] {
        let last = held.isEmpty ? [] : Base64.encodedBytes(held) + [UInt8(ascii: "\n")]
        return take([]) + last + Array("\(AgeArmor.end)\n".utf8)
    }
}

/// Reads armor as its bytes arrive: lines end in LF or CRLF, white space may stand around it all.
struct AgeArmorReader {
    private enum State {
        case before, lines, lastLine, after
    }

    private var state = State.before
    private var line: [UInt8] = []
    private var number = 1
    private var spaceBytes = 0

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Takes in the next bytes and appends what the complete lines stand for. What has been
    /// appended before a fault stays.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]
    ) throws(AgeError) {
        for byte in bytes {
            switch state {
            case .before where Self.isSpace(byte) && line.isEmpty, .after:
                try takeSpace(byte)
            case .before, .lines, .lastLine:
                if byte == Self.lineFeed {
                    try takeLine(into: &output)
                    line.removeAll(keepingCapacity: true)
                    number += 1
                } else {
                    line.append(byte)
                    guard line.count <= AgeArmor.lineCharacters + 1 else {
                        throw malformed(state == .before ? .begin : .base64)
                    }
                }
            }
        }
    }

    /// The file has ended: the line of its end may lack its line feed.
    mutating func finish(into output: inout [UInt8]) throws(AgeError) {
        if state == .lines || state == .lastLine, line.starts(with: AgeArmor.end.utf8) {
            try takeLine(into: &output)
        }
        guard case .after = state else { throw malformed(.truncated) }
    }

    private mutating func takeSpace(_ byte: UInt8) throws(AgeError) {
        guard Self.isSpace(byte) else { throw malformed(.trailing) }
        spaceBytes += 1
        guard spaceBytes <= AgeLimits.armorSpaceBytes else { throw malformed(.tooMuchSpace) }
        if byte == Self.lineFeed { number += 1 }
    }

    private mutating func takeLine(into output: inout [UInt8]) throws(AgeError) {
        if line.last == Self.carriageReturn { line.removeLast() }
        switch state {
        case .before:
            guard line.elementsEqual(AgeArmor.begin.utf8) else { throw malformed(.begin) }
            state = .lines
        case .lines, .lastLine:
            if line.elementsEqual(AgeArmor.end.utf8) {
                state = .after
                return
            }
            guard case .lines = state else { throw malformed(.afterLast) }
            guard !line.isEmpty, line.count <= AgeArmor.lineCharacters,
                let bytes = Base64.decode(line)
            else { throw malformed(.base64) }
            output += bytes
            if bytes.count < AgeArmor.lineBytes { state = .lastLine }
        case .after: break
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte)
    }

    private func malformed(_ defect: AgeError.ArmorDefect) -> AgeError {
        .malformedArmor(line: number, defect)
    }
}
