// The proof in JSON: {"index","nodes","target","targetType","txOrId"}, hashes as they are shown,
// that is reversed; transactions and headers as they are hashed.
import Bytes
import Documents

extension TSCProof {
    /// The members that a proof may have, those that say nothing included.
    private static let members: [StaticString] = [
        "index", "txOrId", "targetType", "target", "nodes", "proofType", "composite",
    ]

    /// Reads the JSON form, with blanks and members in any order; unknown members are refused.
    /// `targetType` may have capitals anywhere, as some nodes write `merkleroot`.
    /// - Throws: `HeaderError`: `.malformedJSON`, `.unsupportedProof` for trees and composites, and
    ///   what a branch and a proof of its parts refuse.
    public init(json bytes: [UInt8]) throws(HeaderError) {
        let object: JSONValue
        do {
            object = try JSONText(bytes).root
        } catch {
            throw .malformedJSON(reason: error.reason, offset: error.offset)
        }
        try self.init(object)
    }

    /// Reads the JSON form where it stands inside another text.
    /// - Throws: `HeaderError`; see above.
    public init(_ object: JSONValue) throws(HeaderError) {
        guard object.kind == .object else { throw object.failure("a proof must be an object") }
        if let stranger = object.stranger(to: Self.members) {
            throw .malformedJSON(
                reason: "unknown member '\(stranger.name)' of a proof", offset: stranger.offset)
        }
        try Self.checkKind(object)
        let index = try object.member("index")
        guard let place = index.integer, place >= 0 else {
            throw index.failure("'index' must be a number from 0 on")
        }
        try self.init(
            subject: try Self.subject(try object.member("txOrId")),
            branch: try MerkleBranch(
                index: place, nodes: try Self.nodes(try object.member("nodes"))),
            target: try Self.target(try object.member("target"), type: object["targetType"]))
    }

    /// A branch that is no composite, said or unsaid.
    private static func checkKind(_ object: JSONValue) throws(HeaderError) {
        if let type = object["proofType"] {
            switch type.string {
            case "branch": break
            case "tree": throw .unsupportedProof(kind: "tree")
            default: throw type.failure("'proofType' must be 'branch'")
            }
        }
        if let composite = object["composite"] {
            switch String(decoding: composite.bytes, as: UTF8.self) {
            case "false": break
            case "true": throw .unsupportedProof(kind: "composite")
            default: throw composite.failure("'composite' must be false")
            }
        }
    }

    private static func subject(_ value: JSONValue) throws(HeaderError) -> Subject {
        guard let text = value.plainString, let bytes = Hexadecimal.decode(text) else {
            throw value.failure("'txOrId' must be lower-case hexadecimal")
        }
        if let hash = Digest256(displayed: text) { return .hash(hash) }
        return .transaction(bytes)
    }

    private static func nodes(_ value: JSONValue) throws(HeaderError) -> [MerkleBranch.Node] {
        guard let elements = value.elements else { throw value.failure("'nodes' must be an array") }
        // More than a tree has are counted, not read.
        guard elements.count <= Limits.branchLevels else {
            throw .tooLarge(
                what: "nodes", limit: Limits.branchLevels, got: UInt64(elements.count))
        }
        var nodes: [MerkleBranch.Node] = []
        for element in elements {
            guard let text = element.plainString else {
                throw element.failure("a node must be a string")
            }
            if text.elementsEqual("*".utf8) {
                nodes.append(.duplicate)
            } else {
                nodes.append(.hash(try digest(element, "a node")))
            }
        }
        return nodes
    }

    private static func target(
        _ value: JSONValue, type: JSONValue?
    ) throws(HeaderError) -> Target {
        guard let type else { return .hash(try digest(value, "'target'")) }
        switch type.string?.lowercased() {
        case "hash": return .hash(try digest(value, "'target'"))
        case "merkleroot": return .merkleRoot(try digest(value, "'target'"))
        case "header":
            guard let text = value.plainString, let bytes = Hexadecimal.decode(text),
                bytes.count == BlockHeader.byteCount
            else { throw value.failure("'target' must be 80 bytes in lower-case hexadecimal") }
            return .header(try BlockHeader(bytes))
        case "height":
            guard let height = value.integer, height >= 0 else {
                throw value.failure("'target' must be a number from 0 on")
            }
            return .height(height)
        default:
            throw type.failure("'targetType' must be 'hash', 'header', 'merkleRoot' or 'height'")
        }
    }

    private static func digest(
        _ value: JSONValue, _ what: StaticString
    ) throws(HeaderError) -> Digest256 {
        guard let text = value.plainString, let digest = Digest256(displayed: text) else {
            throw value.failure("\(what) must be 64 lower-case hexadecimal digits")
        }
        return digest
    }

    /// The JSON form, canonical (RFC 8785).
    public var json: [UInt8] {
        var writer = CanonicalWriter()
        writer.beginObject()
        writer.name("index")
        writer.integer(branch.index)
        writer.name("nodes")
        writer.beginArray()
        for node in branch.nodes {
            switch node {
            case .hash(let hash): writer.string(hash.displayed)
            case .duplicate: writer.string("*")
            }
        }
        writer.endArray()
        writer.name("target")
        let type: String
        switch target {
        case .hash(let hash):
            writer.string(hash.displayed)
            type = "hash"
        case .header(let header):
            writer.plain(Hexadecimal.encodedBytes(header.bytes))
            type = "header"
        case .merkleRoot(let root):
            writer.string(root.displayed)
            type = "merkleRoot"
        case .height(let height):
            writer.integer(height)
            type = "height"
        }
        writer.name("targetType")
        writer.string(type)
        writer.name("txOrId")
        switch subject {
        case .hash(let hash): writer.string(hash.displayed)
        case .transaction(let bytes): writer.plain(Hexadecimal.encodedBytes(bytes))
        }
        writer.endObject()
        return writer.bytes
    }
}

extension JSONValue {
    fileprivate func failure(_ reason: String) -> HeaderError {
        .malformedJSON(reason: reason, offset: offset)
    }

    fileprivate func member(_ name: StaticString) throws(HeaderError) -> JSONValue {
        guard let value = self[name] else { throw failure("'\(name)' is missing from a proof") }
        return value
    }
}
