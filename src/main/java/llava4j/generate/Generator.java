package llava4j.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.error.UserError;
import llava4j.model.ForwardGraph;
import llava4j.model.KeyValueCache;
import llava4j.model.LlavaConfig;
import llava4j.model.Prompt;
import llava4j.model.StepGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Decoding: the model reads the prompt once, then speaks a token at a time, each fed back as the next input.
 *
 * <p>The prompt goes through {@link ForwardGraph} in one pass and leaves its keys and values in a {@link KeyValueCache};
 * every further token goes through {@link StepGraph} alone. The result is that of running the whole sequence anew for
 * each token, at a fraction of the work.
 */
public final class Generator {

    /** Is told of each token as it is chosen, for streaming. */
    @FunctionalInterface
    public interface Listener {

        /**
         * @param row   which prompt of the batch
         * @param token its next token; the one that ends the answer is not told
         */
        void onToken(int row, int token);

        /**
         * {@return whether a row is to end here, because its text says what ends an answer}
         *
         * @param row asked after each of its tokens
         */
        default boolean ended(int row) {
            return false;
        }
    }

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final Map<String, ForwardGraph> prefills = new HashMap<>();
    private final Map<Integer, StepGraph> steps = new HashMap<>();

    /**
     * Prepares decoding; a graph is built when a batch of its size first comes.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; shared, not copied
     */
    public Generator(LlavaConfig config, Map<String, INDArray> weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Continues each prompt of a batch until it ends or has {@code most} tokens.
     *
     * @param prompt   padded on the left
     * @param most     largest number of new tokens
     * @param sampler  chooses each token of each row
     * @param listener is told of each token as it is chosen
     * @return for each row the new tokens; the one that ended it is kept, as transformers keeps it
     * @throws UserError if the prompt leaves no room in the model's context
     */
    public List<int[]> generate(Prompt prompt, int most, Sampler sampler, Listener listener) {
        int limit = Math.min(most, room(prompt.length()));
        KeyValueCache cache = new KeyValueCache(config.decoder(), prompt.batch());
        INDArray logits = read(prompt, cache);
        return decode(logits, cache, limit, sampler, listener);
    }

    /**
     * Continues a prompt of which the beginning may have been read before: the next question of a conversation.
     *
     * @param prompt   token ids, {@code <image>} expanded
     * @param features of its pictures, or {@code null}; the same array as before where the pictures are the same
     * @param memory   of the conversation; holds prompt and answer afterwards
     * @param most     largest number of new tokens
     * @param sampler  chooses each token
     * @param listener is told of each token as it is chosen; it is row 0
     * @return the new tokens, as {@link #generate(Prompt, int, Sampler, Listener)} gives them
     * @throws UserError if the prompt leaves no room in the model's context
     */
    public int[] generate(int[] prompt, INDArray features, Memory memory, int most, Sampler sampler, Listener listener) {
        int limit = Math.min(most, room(prompt.length));
        int known = memory.inCommon(prompt, features, features == null ? -1 : config.imageTokenId());
        KeyValueCache cache = memory.take(known);
        INDArray logits;
        if (known == 0) {
            cache = new KeyValueCache(config.decoder(), 1);
            logits = read(Prompt.padded(List.of(prompt), config.padTokenId(), true, features), cache);
        } else {
            logits = step(1, Arrays.copyOfRange(prompt, known, prompt.length), cache);
        }
        int[] answer = decode(logits, cache, limit, sampler, listener).get(0);
        memory.keep(IntStream.concat(IntStream.of(prompt), IntStream.of(answer)).toArray(), features, cache);
        return answer;
    }

    private int room(int length) {
        int context = config.decoder().maxPositions();
        if (length == 0) {
            throw new UserError("the prompt has no token: write something to continue");
        }
        if (length >= context) {
            throw UserError.of("the prompt has %d tokens but the model's context is %d: shorten it, or start a new chat",
                    length, context);
        }
        return context - length;
    }

    /** Puts a whole prompt into an empty cache; logits [B, V] of the token after it. */
    private INDArray read(Prompt prompt, KeyValueCache cache) {
        ForwardGraph.Result read = prefill(prompt.batch(), prompt.features() != null).prefill(prompt);
        cache.append(read.keys(), read.values(), prompt.attends());
        cache.keep(read.kept());
        return read.logits();
    }

    /** Chooses a token for each row, feeds it back, and so on; all but the last chosen tokens are in the cache afterwards. */
    private List<int[]> decode(INDArray first, KeyValueCache cache, int limit, Sampler sampler, Listener listener) {
        INDArray logits = first;                                                       // [B, V]
        int batch = (int) logits.size(0);
        List<IntStream.Builder> answers = IntStream.range(0, batch).mapToObj(b -> IntStream.builder())
                .collect(Collectors.toList());
        boolean[] done = new boolean[batch];
        int[] chosen = new int[batch];

        for (int count = 0; count < limit; count++) {
            float[][] scores = logits.toFloatMatrix();
            boolean open = false;
            for (int b = 0; b < batch; b++) {
                if (done[b]) {
                    continue;
                }
                chosen[b] = sampler.choose(scores[b]);
                answers.get(b).add(chosen[b]);
                done[b] = config.eosTokenIds().contains(chosen[b]);
                if (!done[b]) {
                    listener.onToken(b, chosen[b]);
                    done[b] = listener.ended(b);
                    open |= !done[b];
                }
            }
            if (!open || count + 1 == limit) {
                break;
            }
            logits = step(batch, chosen, cache);
        }
        return answers.stream().map(answer -> answer.build().toArray()).collect(Collectors.toCollection(ArrayList::new));
    }

    /**
     * {@return whether an answer ended by itself, rather than for want of room}
     *
     * @param answer one row of {@link #generate}
     */
    public boolean ended(int[] answer) {
        return answer.length > 0 && config.eosTokenIds().contains(answer[answer.length - 1]);
    }

    private INDArray step(int batch, int[] ids, KeyValueCache cache) {
        return steps.computeIfAbsent(batch, b -> new StepGraph(config, weights, b)).step(ids, cache);
    }

    private ForwardGraph prefill(int batch, boolean images) {
        return prefills.computeIfAbsent(batch + (images ? " with images" : ""),
                key -> new ForwardGraph(config, weights, batch, images));
    }
}
