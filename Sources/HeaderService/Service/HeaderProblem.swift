// A refusal as the clients of both dialects read it: `{code,message}`, codes of the block headers
// service.
import Documents
import Network

struct HeaderProblem: Error, Sendable, Equatable {
    let status: Int
    /// Stable: programs match on it.
    let code: String
    let message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static let headerNotFound = HeaderProblem(404, "ErrHeaderNotFound", "no such header")
    static let rangeNotFound = HeaderProblem(
        404, "ErrHeadersForGivenRangeNotFound", "there are no headers in this range")
    static let rootNotFound = HeaderProblem(
        404, "ErrMerkleRootNotFound", "no block has this merkle root")
    static let rootNotInChain = HeaderProblem(
        409, "ErrMerkleRootNotInLongestChain", "this merkle root is not in the longest chain")
    static let batchSize = HeaderProblem(
        400, "ErrInvalidBatchSize", "'batchSize' is 0 or a positive integer")
    static let rootsBody = HeaderProblem(
        400, "ErrVerifyMerklerootsBadBody", "at least one merkle root is needed")
    static let bindBody = HeaderProblem(400, "ErrBindBody", "the body is not what it must be")
    static let ancestorHigher = HeaderProblem(
        400, "ErrAncestorHashHigher", "the ancestor is higher than the header")
    static let ancestorNotFound = HeaderProblem(
        400, "ErrAncestorNotFound", "no such ancestor is known")
    static let otherChain = HeaderProblem(
        400, "ErrHeadersNotPartOfTheSameChain", "the headers are not of one chain")
    static let missingAuthorization = HeaderProblem(
        401, "ErrMissingAuthHeader", "the header 'Authorization' is missing")
    static let invalidAuthorization = HeaderProblem(
        401, "ErrInvalidAuthHeader", "'Authorization' is not 'Bearer TOKEN'")
    static let invalidToken = HeaderProblem(401, "ErrInvalidAccessToken", "no such access token")
    static let unauthorized = HeaderProblem(
        401, "ErrUnauthorized", "this needs the administrator's token")
    static let tokenNotFound = HeaderProblem(404, "ErrTokenNotFound", "no such token")
    static let webhookNotFound = HeaderProblem(404, "ErrWebhookNotFound", "no such webhook")
    static let urlRequired = HeaderProblem(400, "ErrURLParamRequired", "'url' is missing")
    static let generic = HeaderProblem(500, "ErrGeneric", "something went wrong here")

    var response: HTTPResponse {
        let body = ForeignJSON.object([
            .init("code", .string(code)), .init("message", .string(message)),
        ])
        var response = HTTPResponse(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: body.bytes)
        if status == 401 {
            response.headers.add("WWW-Authenticate", "Bearer realm=\"headers\"")
        }
        return response
    }
}
