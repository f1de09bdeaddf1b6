// Proofs as miners spell them: names and digits in any case, members that say nothing more.
import Documents

extension TSCProof {
    /// The members that say something.
    private static let names = [
        "index", "txOrId", "targetType", "target", "nodes", "proofType", "composite",
    ]

    /// Reads what another program wrote; `target` may be a header's object with its `hash`, as
    /// before the standard.
    /// - Throws: `HeaderError`, as `init(json:)`.
    public init(foreign value: ForeignJSON) throws(HeaderError) {
        var members: [ForeignJSON.Member] = []
        for name in Self.names {
            guard var member = value[name] else { continue }
            if name == "target", let hash = member["hash"] {
                member = hash
                members.append(ForeignJSON.Member("targetType", "hash"))
            } else if name == "targetType", value["target"]?.members != nil {
                continue
            }
            members.append(ForeignJSON.Member(name, Self.lowered(member)))
        }
        try self.init(json: ForeignJSON.object(members).bytes)
    }

    private static func lowered(_ value: ForeignJSON) -> ForeignJSON {
        switch value {
        case .string(let text): .string(text.lowercased())
        case .array(let elements): .array(elements.map(lowered))
        default: value
        }
    }
}
