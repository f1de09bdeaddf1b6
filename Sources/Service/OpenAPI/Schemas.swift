// What is sent and answered, as JSON Schema (2020-12).
import Bytes
import Documents

/// The schemas that the description names.
enum Schemas {
    static func reference(_ name: String) -> JSONTree {
        ["$ref": .text("#/components/schemas/\(name)")]
    }

    static let all: [String: JSONTree] = parts.merging(answers) { $1 }.merging(documents) { $1 }

    // Parts

    static let digest = Syntax.digest.schema
    static let address = Syntax.address.schema
    private static let text: JSONTree = ["type": "string"]
    private static let count: JSONTree = ["type": "integer", "minimum": 0]
    private static let amount: JSONTree = [
        "type": "string", "pattern": .text(Pattern.signedAmount),
    ]
    private static let time: JSONTree = ["type": "string", "pattern": .text(Pattern.time)]
    private static let pointer: JSONTree = ["type": "string", "pattern": .text(Pattern.pointer)]
    private static let bound: JSONTree = [
        "anyOf": [["const": "Infinity"], ["const": "-Infinity"], amount]
    ]

    private static func decimal(_ pattern: String) -> JSONTree {
        ["type": "string", "pattern": .text(pattern)]
    }

    private static func list(_ element: JSONTree) -> JSONTree {
        ["type": "array", "items": element]
    }

    /// An object of exactly these members, all of them there but those that end in `?`.
    private static func object(_ members: [String: JSONTree]) -> JSONTree {
        var properties: [String: JSONTree] = [:]
        var required: [JSONTree] = []
        for (name, schema) in members.sorted(by: { $0.key < $1.key }) {
            let isOptional = name.hasSuffix("?")
            let bare = isOptional ? String(name.dropLast()) : name
            properties[bare] = schema
            if !isOptional { required.append(.text(bare)) }
        }
        return [
            "type": "object", "properties": .object(properties), "required": .list(required),
            "additionalProperties": false,
        ]
    }

    private static func data(_ schema: JSONTree) -> JSONTree { object(["data": schema]) }

    private static func envelope(_ data: JSONTree, meta: JSONTree = ["type": "object"]) -> JSONTree
    {
        object(["data": data, "hash": reference("Hash"), "meta": meta])
    }

    // What is answered

    private static let state: [String: JSONTree] = [
        "max": bound, "min": bound, "net": amount, "pointer?": pointer,
    ]

    /// What stands in answers and documents; they have names of their own so that the description
    /// is not nested deeper than what our parser takes.
    private static let parts: [String: JSONTree] = [
        "Hash": object([
            "steps": ["const": "stringify:data"], "types": ["const": "sha256:sha256"],
            "value": digest,
        ]),
        "Balance": object(state.merging(["symbol": address]) { $1 }),
        "Holder": object(state.merging(["address": address]) { $1 }),
        "UnitEntry": object([
            "ceiling": bound, "definition?": reference("Unit"), "holders": count,
            "supply": amount, "symbol": address,
        ]),
        "Output": object([
            "address": address, "balance": object(["max": bound, "min": bound, "net": amount]),
            "counter": address, "sources": list(pointer).with(["maxItems": 1]),
        ]),
        "PlacedOutput": object([
            "content": reference("Output"), "pointer": pointer, "time": time,
        ]),
        "Allowance": object(["daily": amount, "left": amount, "symbol": address]),
    ]

    private static let answers: [String: JSONTree] = [
        "Error": object([
            "error": object([
                "code": text,
                "details": ["type": "object", "additionalProperties": text],
                "message": text,
            ])
        ]),
        "Identity": data(
            object([
                "devices": list(reference("Document")), "domain": text, "key": text,
                "links": ["type": "object", "additionalProperties": text], "version": text,
            ])),
        "Health": data(
            object([
                "position": count, "status": ["enum": ["ok", "read-only"]], "waiting": count,
            ])),
        "ClearedIOU": data(object(["iou": reference("IOU"), "transaction": digest])),
        "Balances": data(object(["balances": list(reference("Balance"))])),
        "Holders": data(object(["holders": list(reference("Holder"))])),
        "Outputs": data(object(["outputs": list(reference("PlacedOutput"))])),
        "Units": data(object(["units": list(reference("UnitEntry"))])),
        "UnitAnswer": data(reference("UnitEntry")),
        "User": data(
            object([
                "address": address,
                "allowances": list(reference("Allowance")),
                "balances": list(reference("Balance")), "name": text,
            ])),
        "Event": object([
            "document": reference("Document"), "hash": digest, "kind": text, "position": count,
        ]),
        "PaymentOrder": object([
            "amount": ["type": "string", "pattern": .text(Pattern.typedAmount)],
            "id?": bounded(ServiceLimits.orderIDCharacters),
            "note?": bounded(ServiceLimits.orderNoteCharacters),
            "to": bounded(ServiceLimits.orderTargetCharacters),
            "unit": bounded(ServiceLimits.orderUnitCharacters),
        ]),
    ]

    private static func bounded(_ characters: Int) -> JSONTree {
        ["type": "string", "minLength": 1, "maxLength": .integer(characters)]
    }

    // Documents

    private static let domain: JSONTree = [
        "type": "string", "minLength": 1, "maxLength": .integer(Limits.domainBytes),
    ]
    private static let random: JSONTree = [
        "type": "string", "minLength": 1, "maxLength": .integer(Limits.randomBytes),
    ]

    private static let documents: [String: JSONTree] = [
        "Document": envelope(["type": "object"]),
        "Submission": [
            "anyOf": [
                reference("IOU"), reference("Limit"), reference("Unit"), reference("Request"),
            ]
        ],
        "Request": data(
            object([
                "inputs": list(["anyOf": [reference("IOU"), reference("Limit")]])
                    .with([
                        "minItems": 1, "maxItems": .integer(Limits.transactionInstructions),
                    ])
            ])),
        "IOU": envelope(
            object([
                "active?": time, "amount": decimal(Pattern.amount),
                "credit?": decimal(Pattern.credit), "custom?": digest,
                "domain": domain, "expiry": time, "locker?": object(["puzzle": digest]),
                "random": random, "solver?": object(["hashee": bounded(Limits.preimageBytes)]),
                "source": address, "symbol": address, "target": address,
            ])),
        "Limit": envelope(
            object([
                "address": address, "domain": domain, "expiry": time, "kind": ["const": "limit"],
                "max?": decimal(Pattern.amount), "min?": decimal(Pattern.debt), "random": random,
                "symbol": address,
            ])
            .with(["oneOf": [["required": ["max"]], ["required": ["min"]]]])),
        "Unit": envelope(
            object([
                "code": [
                    "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_.-]*$",
                    "maxLength": .integer(Limits.unitCodeBytes),
                ],
                "form": .object([
                    "enum": .list(UnitDefinition.Form.allCases.map { .text($0.rawValue) })
                ]),
                "kind": ["const": "unit"],
                "name": ["type": "string", "maxLength": .integer(Limits.unitNameBytes)],
                "scale": [
                    "type": "integer", "minimum": 0, "maximum": .integer(Limits.amountDecimals),
                ],
                "symbol": address,
                "terms": ["type": "string", "maxLength": .integer(Limits.unitTermsBytes)],
            ])),
        "Transaction": envelope(
            object([
                "clock": object([
                    "device": address, "sequence": count, "tick": count, "time": time,
                ]),
                "domain": domain, "inputs": list(object(["hash": digest])),
                "outputs": list(reference("Output")),
            ])),
        "Message": envelope(
            object([
                "answers?": digest,
                "documents": list(digest)
                    .with(["minItems": 1, "maxItems": .integer(MessageLimits.documents)]),
                "domain": domain, "from": address, "kind": ["const": "message"],
                "random": random, "reply?": bounded(MessageLimits.replyBytes), "sent": time,
                "subject?": bounded(MessageLimits.subjectBytes), "to": domain,
            ]),
            meta: object([
                "device?": reference("Document"), "documents": list(reference("Document")),
                "scripts?": list(reference("Document")),
                "signatures": list(["type": "object"]),
            ])),
        "Acknowledgement": envelope(
            object([
                "by": address, "domain": domain, "kind": ["const": "ack"], "message": digest,
                "received": time,
            ])),
        "Block": envelope(["type": "object"]),
        "Stack": envelope(["type": "object"]),
        "Proof": envelope(["type": "object"]),
    ]
}
