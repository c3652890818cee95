package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import llava4j.error.UserError;
import llava4j.generate.Sampler;

/**
 * A request to {@code /v1/chat/completions}.
 *
 * <p>What the model cannot do is refused and not passed over: who asks for three answers and gets one has been misled. As on
 * the command line, the likeliest token is taken unless a temperature is given.
 *
 * @param messages the conversation
 * @param sampler  chooses each token
 * @param most     largest number of new tokens
 * @param stream   whether the answer is sent piece by piece
 * @param usage    whether a stream ends with the numbers of tokens
 */
record ChatRequest(Messages messages, Sampler sampler, int most, boolean stream, boolean usage) {

    private static final int USUAL_LENGTH = 256;

    /** Settings of OpenAI's that would change the answer, each with the values that change nothing. */
    private record Unsupported(String name, List<String> without) {
    }

    private static final List<Unsupported> UNSUPPORTED = List.of(new Unsupported("n", List.of("1")),
            new Unsupported("tools", List.of("[]")), new Unsupported("functions", List.of("[]")),
            new Unsupported("stop", List.of("[]")), new Unsupported("logprobs", List.of("false")),
            new Unsupported("logit_bias", List.of("{}")), new Unsupported("audio", List.of()),
            new Unsupported("response_format", List.of("{\"type\":\"text\"}")),
            new Unsupported("frequency_penalty", List.of("0", "0.0")), new Unsupported("presence_penalty", List.of("0", "0.0")));

    /**
     * @param root   the body
     * @param model  name of the one model there is
     * @param source of pictures
     */
    static ChatRequest of(JsonNode root, String model, PictureSource source) {
        if (!root.isObject()) {
            throw ApiError.invalid(null, "need a JSON object");
        }
        if (!root.path("model").isTextual()) {
            throw ApiError.invalid("model", "need the model's name; /v1/models tells it");
        }
        if (!root.get("model").asText().equals(model)) {
            throw ApiError.absent("model", "model_not_found", "there is no such model here; /v1/models tells the one there is");
        }
        for (Unsupported setting : UNSUPPORTED) {
            JsonNode value = root.path(setting.name());
            if (!value.isMissingNode() && !value.isNull() && !setting.without().contains(value.toString())) {
                throw ApiError.invalid(setting.name(), setting.name() + " is not supported here");
            }
        }
        return new ChatRequest(Messages.of(root.path("messages"), false, source), sampler(root), most(root),
                flag(root, "stream"), flag(root.path("stream_options"), "include_usage"));
    }

    private static Sampler sampler(JsonNode root) {
        double temperature = number(root, "temperature", 0);
        try {
            return Sampler.of(temperature, number(root, "top_p", 1), (long) number(root, "seed", System.nanoTime()));
        } catch (UserError e) {
            throw ApiError.invalid("temperature", e.getMessage());
        }
    }

    private static double number(JsonNode root, String name, double missing) {
        JsonNode value = root.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return missing;
        }
        if (!value.isNumber()) {
            throw ApiError.invalid(name, "need a number");
        }
        return value.asDouble();
    }

    private static int most(JsonNode root) {
        String name = root.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        JsonNode value = root.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return USUAL_LENGTH;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.asInt() < 1) {
            throw ApiError.invalid(name, "need a whole number of at least 1");
        }
        return value.asInt();
    }

    private static boolean flag(JsonNode root, String name) {
        JsonNode value = root.path(name);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw ApiError.invalid(name, "need true or false");
        }
        return value.asBoolean(false);
    }
}
