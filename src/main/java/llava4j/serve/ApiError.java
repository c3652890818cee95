package llava4j.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What went wrong with a request, in the form in which OpenAI's clients expect it.
 *
 * <p>A client is told what it can mend. Of what it cannot, it hears that it happened and no more: no stack trace, no path.
 */
final class ApiError extends RuntimeException {

    private static final String INVALID = "invalid_request_error";

    private final int status;
    private final String type;
    private final String param;
    private final String code;

    private ApiError(int status, String type, String param, String code, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /** A field of the request that cannot be meant so. */
    static ApiError invalid(String param, String message) {
        return new ApiError(400, INVALID, param, null, message);
    }

    /** Something the client asked for that is not there. */
    static ApiError absent(String param, String code, String message) {
        return new ApiError(404, INVALID, param, code, message);
    }

    /** A request that is refused for what it is, whatever it says. */
    static ApiError refused(int status, String code, String message) {
        return new ApiError(status, INVALID, null, code, message);
    }

    /** No place in the queue. */
    static ApiError full(int places) {
        return new ApiError(429, "requests", null, "rate_limit_exceeded",
                "all " + places + " places are taken: ask again in a moment");
    }

    /** The server cannot answer now, through no fault of the client's. */
    static ApiError unavailable(String message) {
        return new ApiError(503, "server_error", null, null, message);
    }

    /** Any failure: what was meant for the client keeps its words; a defect, or a fault of the model's files, does not. */
    static ApiError of(Throwable failure) {
        return failure instanceof ApiError known ? known
                : new ApiError(500, "server_error", null, null, "the server failed; its own log says how");
    }

    int status() {
        return status;
    }

    /** {@code {"error": {"message": .., "type": .., "param": .., "code": ..}}}. */
    ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putObject("error").put("message", getMessage()).put("type", type).put("param", param).put("code", code);
        return root;
    }
}
