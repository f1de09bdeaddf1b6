// The directory `stacks/`: what a domain publishes of its log.
import Bytes
import Files

/// Checkpoint, tiles and headers follow from the log and can be made anew; cosignatures come from
/// witnesses and are kept for good.
///
/// ```
/// stacks/checkpoint        the latest checkpoint, a C2SP signed note
/// stacks/tile/…            hashes and entries of the log, laid out as C2SP tlog-tiles
/// stacks/headers           the stacks' headers, 80 bytes each
/// stacks/cosigned/<height> a block's checkpoint with the cosignatures of witnesses
/// ```
public struct BlockStore: Sendable {
    /// The path of `stacks`.
    public let directory: String

    private static let tilesName = "tile"
    private static let cosignedName = "cosigned"
    /// Bytes of a header.
    private static let headerBytes = 80

    /// The store at `directory`.
    public init(directory: String) { self.directory = directory }

    private var checkpointPath: String { directory + "/checkpoint" }
    private var headersPath: String { directory + "/headers" }

    /// Makes the directory where it is not there.
    /// - Throws: `FileError`.
    public func create() throws(FileError) {
        if try FileSystem.status(directory) == nil { try FileSystem.makeDirectory(directory) }
    }

    /// The latest checkpoint that was published; nil where none was.
    /// - Throws: `FileError`.
    public func checkpoint() throws(FileError) -> [UInt8]? {
        try read(checkpointPath, limit: Limits.noteBytes)
    }

    /// Publishes a checkpoint, durable.
    /// - Throws: `FileError`.
    public func publish(checkpoint: [UInt8]) throws(FileError) {
        try FileSystem.replace(checkpointPath, with: checkpoint)
    }

    /// Takes back what was published of the blocks from `height` on, durable: another chain takes
    /// their place. The tiles go altogether: they are made anew from the log, and none may outlive
    /// the documents that it was made of.
    /// - Throws: `FileError`.
    public func withdraw(from height: Int) throws(FileError) {
        guard try FileSystem.status(directory) != nil else { return }
        try FileSystem.remove(checkpointPath)
        try removeTiles()
        for cosigned in try cosignedHeights() where cosigned >= height {
            try FileSystem.remove("\(directory)/\(Self.cosignedName)/\(cosigned)")
        }
        try FileSystem.synchronizeDirectory(directory)
    }

    /// The tiles of a log of `size` leaves.
    public func tiles(size: Int) -> TileStore {
        TileStore(directory: directory, size: size)
    }

    /// Removes all tiles, which are about to be made anew.
    /// - Throws: `FileError`.
    public func removeTiles() throws(FileError) {
        let path = directory + "/" + Self.tilesName
        if try FileSystem.status(path) != nil { try FileSystem.removeTree(path) }
    }

    /// The headers of all stacks, one after the other.
    /// - Throws: `FileError`.
    public func headers() throws(FileError) -> [UInt8] {
        try read(headersPath, limit: Limits.headersBytes) ?? []
    }

    /// Writes the headers from number `first` on, durable, and cuts off what follows.
    /// - Throws: `FileError`.
    public func write(headers: [UInt8], first: Int) throws(FileError) {
        let file = try File(headersPath, .readWrite)
        try file.write(headers[...], at: first * Self.headerBytes)
        try file.truncate(to: first * Self.headerBytes + headers.count)
        try file.synchronize()
    }

    /// How many whole headers stand in the file.
    /// - Throws: `FileError`.
    public func headerCount() throws(FileError) -> Int {
        (try FileSystem.status(headersPath)?.size ?? 0) / Self.headerBytes
    }

    /// The checkpoint of a block with the cosignatures that it has been given; nil for none.
    /// - Throws: `FileError`.
    public func cosigned(_ height: Int) throws(FileError) -> [UInt8]? {
        try read("\(directory)/\(Self.cosignedName)/\(height)", limit: Limits.noteBytes)
    }

    /// The heights of the blocks that have cosignatures, ascending.
    /// - Throws: `FileError`.
    public func cosignedHeights() throws(FileError) -> [Int] {
        let path = directory + "/" + Self.cosignedName
        guard try FileSystem.status(path) != nil else { return [] }
        return try FileSystem.list(path).compactMap { Int($0) }.sorted()
    }

    /// Keeps the checkpoint of a block with cosignatures, durable.
    /// - Throws: `FileError`.
    public func keep(cosigned note: [UInt8], _ height: Int) throws(FileError) {
        let path = directory + "/" + Self.cosignedName
        if try FileSystem.status(path) == nil {
            try FileSystem.makeDirectory(path)
            try FileSystem.synchronizeDirectory(directory)
        }
        try FileSystem.replace("\(path)/\(height)", with: note)
    }

    private func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        do {
            return try FileSystem.read(path, limit: limit)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }
}
