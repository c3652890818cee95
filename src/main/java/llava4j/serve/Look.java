package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.error.UserError;
import llava4j.model.ForwardGraph;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.show.TokenStrip;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A conversation as the model sees it: its tokens, which of them are the picture's, which it said itself; and for one token
 * what each head of a layer took from the picture when it was predicted.
 *
 * <p>What one would get wrong: token t is predicted by the row before it, t − 1; the row of the token itself predicts the
 * next.
 */
final class Look {

    private final Llava model;
    private final Speaker speaker;
    private ForwardGraph graph;

    Look(Llava model, Speaker speaker) {
        this.model = model;
        this.speaker = speaker;
    }

    /**
     * @param messages a conversation that ends with an answer
     * @param question {@code token} and {@code layer}, or neither
     */
    ObjectNode at(Messages messages, JsonNode question) {
        SupervisedTokens tokens = tokens(messages);
        int context = model.config().decoder().maxPositions();
        if (tokens.ids().length > context) {
            throw ApiError.invalid("messages", "the conversation has " + tokens.ids().length + " tokens, the model's context is "
                    + context);
        }
        ObjectNode seen = JsonNodeFactory.instance.objectNode();
        if (question.has("token")) {
            int token = place(question, "token", 1, tokens.ids().length - 1);
            int layer = place(question, "layer", 0, model.config().decoder().layers() - 1);
            weights(messages, tokens.ids(), token, layer, seen.putArray("heads"));
        } else {
            sequence(tokens, seen.putArray("tokens"));
        }
        return seen;
    }

    private SupervisedTokens tokens(Messages messages) {
        ConversationEncoder encoder = model.conversationEncoder();
        List<String> names = new ArrayList<>(Collections.nCopies(messages.pictures().size(), "picture"));
        try {
            return (messages.system() == null ? encoder : encoder.withSystem(messages.system()))
                    .encode(new Conversation("conversation", names, messages.turns()));
        } catch (UserError e) {
            throw ApiError.invalid("messages", e.getMessage());
        }
    }

    private static int place(JsonNode question, String name, int least, int most) {
        JsonNode value = question.path(name);
        if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
            throw ApiError.invalid(name, "need a whole number from " + least + " to " + most);
        }
        return value.asInt();
    }

    private void sequence(SupervisedTokens tokens, ArrayNode list) {
        List<String> texts = TokenStrip.texts(model, tokens.ids());
        for (int i = 0; i < texts.size(); i++) {
            boolean image = tokens.ids()[i] == model.config().imageTokenId();
            list.addObject().put("text", texts.get(i)).put("kind", image ? "image"
                    : tokens.labels()[i] == LossGraph.IGNORED ? "given" : "scored");
        }
    }

    /** Each head's weights at the places of the image tokens. */
    private void weights(Messages messages, int[] ids, int token, int layer, ArrayNode heads) {
        if (messages.pictures().isEmpty()) {
            throw ApiError.invalid("messages", "there is no picture to look at");
        }
        graph = graph != null ? graph : new ForwardGraph(model.config(), model.weights(), 1, true);
        String name = "attention." + layer;
        INDArray weights = graph.stations(Prompt.padded(List.of(ids), model.config().padTokenId(), true,
                speaker.features(messages.pictures())), name).get(name);                       // [1, H, T, T]
        int[] places = IntStream.range(0, ids.length).filter(i -> ids[i] == model.config().imageTokenId()).toArray();
        for (int head = 0; head < weights.size(1); head++) {
            ArrayNode row = heads.addArray();
            for (int place : places) {
                row.add(Math.round(weights.getDouble(0, head, token - 1, place) * 1e5) / 1e5);
            }
        }
    }
}
