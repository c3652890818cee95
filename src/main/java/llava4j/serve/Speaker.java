package llava4j.serve;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import llava4j.Llava;
import llava4j.error.UserError;
import llava4j.generate.Assistant;
import llava4j.generate.Memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The one who answers: all that is computed for a request happens here, in the one thread that decodes.
 *
 * <p>Pictures are decoded here too and not where requests arrive. A picture of a few kilobytes may unfold to hundreds of
 * megabytes; so there is one of them at a time, however many clients send one.
 */
final class Speaker {

    private final Llava model;
    private final Assistant assistant;
    private final KeptConversations conversations = new KeptConversations();

    Speaker(Llava model) {
        this.model = model;
        assistant = new Assistant(model);
    }

    /** Answers into {@code reply}: pieces, then the whole; or why there is none. */
    void answer(ChatRequest request, Reply reply) {
        if (reply.isLeft()) {
            return;
        }
        try {
            if (reply.isLate()) {
                throw ApiError.unavailable("the time for this request is over, and its turn had not come");
            }
            List<String> pictures = fingerprints(request.messages().pictures());
            int[] prompt = prompt(request.messages());
            KeptConversations.Kept kept = conversations.take(pictures, prompt);
            INDArray features = kept != null ? kept.features() : features(request.messages().pictures());
            Memory memory = kept != null ? kept.memory() : new Memory();
            Assistant.Answer answer = assistant.answer(prompt, features, memory, request.most(), request.sampler(),
                    reply::piece, reply::isGivenUp);
            conversations.keep(new KeptConversations.Kept(pictures, features, memory, prompt.length));
            reply.done(answer);
        } catch (RuntimeException | Error e) {
            reply.failed(e);
        }
    }

    /** Token ids, which fit into the model's context. */
    int[] prompt(Messages messages) {
        if (!messages.pictures().isEmpty() && model.config().vision() == null) {
            throw ApiError.invalid("messages", "this model has no eyes: send words alone");
        }
        int[] prompt = assistant.prompt(messages.turns(), messages.system());
        int context = model.config().decoder().maxPositions();
        if (prompt.length >= context) {
            throw ApiError.refused(400, "context_length_exceeded", "the conversation has " + prompt.length
                    + " tokens, the model's context is " + context + ": begin a new one");
        }
        return prompt;
    }

    /** Zv of all pictures, or {@code null} if there are none. */
    INDArray features(List<byte[]> pictures) {
        List<INDArray> pixels = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            try {
                pixels.add(model.pixelValues(pictures.get(i), "picture " + (i + 1)));
            } catch (UserError e) {
                throw ApiError.invalid("messages", e.getMessage());
            }
        }
        return pixels.isEmpty() ? null : model.imageFeaturesOfPixels(pixels);
    }

    private static List<String> fingerprints(List<byte[]> pictures) {
        return pictures.stream().map(picture -> {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }).toList();
    }
}
