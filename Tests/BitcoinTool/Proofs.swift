// Paths, and transactions with their ancestors.
import Bitcoin
import Bytes
import Documents
import Headers

extension Question {
    /// What a BEEF says, and the same in all forms.
    func beef() throws -> ForeignJSON {
        let beef = try BEEF(try bytes("hex"))
        let height = object["height"]?.integer
        let roots = try beef.roots(at: height).map { root -> ForeignJSON in
            [ForeignJSON(root.height), .string(root.root.displayed)]
        }
        guard case .object(let members) = try forms(of: beef) else { throw Malformed(name: "hex") }
        return .object(
            members + [
                .init("roots", .array(roots)), .init("subject", .string(beef.subject.displayed)),
                .init("txids", .array(beef.entries.map { .string($0.id.displayed) })),
            ])
    }

    /// `paths`, and `entries` of transactions (`hex`, `path`) or hashes (`txid`), make a BEEF.
    func make() throws -> ForeignJSON {
        let paths = try rows("paths").map { try BUMP(binary: $0) }
        let entries = try list("entries").map { entry -> BEEF.Entry in
            guard entry.object["hex"] != nil else {
                return BEEF.Entry(id: try entry.digest("txid"), transaction: nil, path: nil)
            }
            return BEEF.Entry(try entry.transaction(), path: entry.object["path"]?.integer)
        }
        let beef = try BEEF(paths: paths, entries: entries)
        return try forms(of: isTrue("merged") ? beef.merged() : beef)
    }

    private func forms(of beef: BEEF) throws -> ForeignJSON {
        func form(_ form: BEEF.Form) -> ForeignJSON {
            (try? beef.binary(form)).map { .hex($0) } ?? .null
        }
        return ["v1": form(.v1), "v2": form(.v2), "atomic": form(.atomic)]
    }

    func bump() throws -> ForeignJSON {
        try said(of: try BUMP(binary: try bytes("hex")))
    }

    func merge() throws -> ForeignJSON {
        try said(of: try BUMP.merging(try rows("paths").map { try BUMP(binary: $0) }))
    }

    private func said(of path: BUMP) throws -> ForeignJSON {
        [
            "height": ForeignJSON(path.height), "root": .string(try path.root().displayed),
            "txids": .array(path.transactions.map { .string($0.displayed) }),
            "hex": .hex(path.binary),
        ]
    }
}
