package llava4j.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.conversation.Tokenizer;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Asks a model many questions, each in a chat of its own, and takes down its greedy answers.
 *
 * <p>Questions of like length are asked together, in batches padded on the left.
 */
public final class Exam {

    private static final int BATCH = 32;
    private static final int LONGEST_ANSWER = 48;

    private final Generator generator;
    private final Tokenizer tokenizer;
    private final int padId;
    private final int longest;

    /** Of the tiny world, whose answers are short. */
    public Exam(Generator generator, Tokenizer tokenizer, int padId) {
        this(generator, tokenizer, padId, LONGEST_ANSWER);
    }

    /** @param longest most tokens of an answer */
    public Exam(Generator generator, Tokenizer tokenizer, int padId, int longest) {
        this.generator = generator;
        this.tokenizer = tokenizer;
        this.padId = padId;
        this.longest = longest;
    }

    /**
     * One thing to be asked.
     *
     * @param prompt   token ids, image tokens expanded
     * @param features [P, Dv] of its picture, or {@code null}
     */
    public record Paper(int[] prompt, INDArray features) {
    }

    /** The answers' texts, in the order of the papers. Either all papers have a picture or none has. */
    public List<String> answers(List<Paper> papers) {
        String[] answers = new String[papers.size()];
        List<Integer> order = IntStream.range(0, papers.size()).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> papers.get(i).prompt().length))
                .collect(Collectors.toList());
        for (int start = 0; start < order.size(); start += BATCH) {
            List<Integer> chosen = new ArrayList<>(order.subList(start, Math.min(order.size(), start + BATCH)));
            int real = chosen.size();
            while (chosen.size() < BATCH) {
                chosen.add(chosen.get(real - 1));       // graphs are made for full batches: the rest is asked again
            }
            INDArray[] features = chosen.stream().map(i -> papers.get(i).features()).toArray(INDArray[]::new);
            Prompt prompt = Prompt.padded(chosen.stream().map(i -> papers.get(i).prompt()).collect(Collectors.toList()),
                    padId, true, features[0] == null ? null : Nd4j.concat(0, features));
            List<int[]> ids = generator.generate(prompt, longest, Sampler.greedy(), (row, token) -> { });
            for (int i = 0; i < real; i++) {
                answers[chosen.get(i)] = tokenizer.decode(ids.get(i), true).strip();
            }
        }
        return List.of(answers);
    }
}
