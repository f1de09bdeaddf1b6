// How frames come to the other side, and its answers back.
import Bytes
import Network
import Programs
import Service
import Sync

/// Answers frames, one for each.
public protocol SyncTransport {
    /// - Throws: `SyncError`, `ReplicaError.disconnected`, failures of the network.
    func exchange(_ frames: [Frame]) throws -> [Frame]
}

/// A replica in this process.
struct DirectTransport: SyncTransport {
    let server: ReplicaServer

    func exchange(_ frames: [Frame]) throws -> [Frame] { server.answer(frames) }
}

/// A program that answers over its standard input and output: `wallet sync-serve`.
public final class PipeTransport: SyncTransport {
    private let conversation: Conversation
    private let name: String
    private var reader = FrameReader()
    private static let pieceBytes = 65_536

    /// Starts the program.
    /// - Parameter name: what it is called in errors.
    /// - Throws: `ProgramError`.
    public init(_ program: Program, name: String) throws(ProgramError) {
        conversation = try Conversation(program)
        self.name = name
    }

    /// The answers, one after another.
    /// - Throws: `ReplicaError.disconnected`, `SyncError`, `ProgramError`.
    public func exchange(_ frames: [Frame]) throws -> [Frame] {
        var answers: [Frame] = []
        // One after another: both pipes hold less than a pack.
        for frame in frames {
            do {
                try conversation.write(frame.bytes)
            } catch {
                throw ReplicaError.disconnected(source: name)
            }
            answers.append(try answer())
        }
        return answers
    }

    private func answer() throws -> Frame {
        while true {
            if let frame = try reader.next() { return frame }
            let piece = try conversation.read(Self.pieceBytes)
            guard !piece.isEmpty else { throw ReplicaError.disconnected(source: name) }
            reader.append(piece)
        }
    }
}

/// A served wallet: one request a turn, signed by this device.
struct ServerTransport: SyncTransport {
    let url: WebURL
    let sender: any HTTPSender
    let sign: ([UInt8]) throws -> [UInt8]

    func exchange(_ frames: [Frame]) throws -> [Frame] {
        let body = try sign(FrameWriter.bytes(frames))
        let answer: [UInt8]
        do throws(ClientError) { answer = try DomainClient(url, over: sender).sync(body) } catch {
            throw PeerError.noAnswer(peer: url.description, error)
        }
        return try FrameReader.frames(in: answer)
    }
}
