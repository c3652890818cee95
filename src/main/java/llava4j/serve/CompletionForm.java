package llava4j.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.UUID;
import llava4j.generate.Assistant.Answer;
import llava4j.generate.Assistant.End;

/** One answer in the form of OpenAI's chat completions: whole, or as the chunks of a stream. */
final class CompletionForm {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
    private final long created = Instant.now().getEpochSecond();
    private final String model;

    CompletionForm(String model) {
        this.model = model;
    }

    private ObjectNode root(String object) {
        return JSON.createObjectNode().put("id", id).put("object", object).put("created", created).put("model", model);
    }

    /** The whole answer at once. */
    ObjectNode whole(Answer answer) {
        ObjectNode root = root("chat.completion");
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", answer.text()).putNull("refusal");
        choice.putNull("logprobs").put("finish_reason", reason(answer.end()));
        root.set("usage", usage(answer));
        return root;
    }

    private ObjectNode chunk(ObjectNode delta, String reason) {
        ObjectNode root = root("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", reason);
        return root;
    }

    /** The first chunk, which says who speaks. */
    ObjectNode begin() {
        return chunk(JSON.createObjectNode().put("role", "assistant").put("content", ""), null);
    }

    /** A piece of the answer. */
    ObjectNode piece(String text) {
        return chunk(JSON.createObjectNode().put("content", text), null);
    }

    /** The last chunk, which says why the answer is over. */
    ObjectNode end(Answer answer) {
        return chunk(JSON.createObjectNode(), reason(answer.end()));
    }

    /** A chunk after the last, for those who asked how many tokens it took. */
    ObjectNode usageChunk(Answer answer) {
        ObjectNode root = root("chat.completion.chunk");
        root.putArray("choices");
        root.set("usage", usage(answer));
        return root;
    }

    private static ObjectNode usage(Answer answer) {
        ObjectNode usage = JSON.createObjectNode().put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", answer.tokens()).put("total_tokens", answer.promptTokens() + answer.tokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", answer.knownTokens());
        return usage;
    }

    private static String reason(End end) {
        return end == End.STOP ? "stop" : "length";
    }
}
