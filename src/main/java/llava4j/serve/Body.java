package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.io.IOException;
import llava4j.error.UserError;
import llava4j.json.JsonText;

/** A request's body: no more of it than is allowed, and strictly JSON. */
final class Body {

    private Body() {
    }

    /**
     * @param largest bytes. What one would get wrong: a body that comes in pieces does not say beforehand how long it is
     */
    static JsonNode json(Context context, int largest) {
        if (context.req().getContentLengthLong() > largest) {
            throw tooLarge(largest);
        }
        byte[] body;
        try {
            body = context.req().getInputStream().readNBytes(largest + 1);
        } catch (IOException e) {
            throw ApiError.invalid(null, "the body does not arrive whole");
        }
        if (body.length > largest) {
            throw tooLarge(largest);
        }
        try {
            return JsonText.tree("body", body);
        } catch (UserError e) {
            throw ApiError.invalid(null, e.getMessage());
        }
    }

    private static ApiError tooLarge(int largest) {
        return ApiError.refused(413, "request_too_large", "a request has at most " + largest + " bytes here");
    }
}
