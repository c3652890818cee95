package llava4j.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.StreamedText;
import llava4j.conversation.Tokenizer;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.execution.Threads;
import llava4j.model.LlavaConfig;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Asks a model many questions, each in a chat of its own, and takes down its greedy answers.
 *
 * <p>Questions of like length are asked together, in batches padded on the left; a small model is asked by as many
 * threads as there are cores, each with decoding graphs of its own over the same weights.
 */
public final class Exam {

    /** Questions that are asked together. */
    public static final int BATCH = 32;
    /** Tokens of the longest answer in the tiny world. */
    public static final int LONGEST_ANSWER = 48;

    private static volatile Examiners others;

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final Tokenizer tokenizer;
    private final String stop;
    private final int longest;

    /**
     * An exam of the tiny world, whose answers are short and end with the end token.
     *
     * @param config    the model's sizes
     * @param weights   all parameters by name; shared, not copied
     * @param tokenizer the model's own, to read its answers
     */
    public Exam(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer) {
        this(config, weights, tokenizer, "", LONGEST_ANSWER);
    }

    /**
     * An exam of a whole model, whose answers also end with the text that ends one in its template.
     *
     * @param model   with weights and tokenizer
     * @param longest most tokens of an answer
     */
    public Exam(Llava model, int longest) {
        this(model.config(), model.weights(), model.tokenizer(), model.template().stopText(), longest);
    }

    Exam(LlavaConfig config, Map<String, INDArray> weights, Tokenizer tokenizer, String stop, int longest) {
        this.config = config;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.stop = stop;
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

    /**
     * {@return a model's answers to questions without a picture, in the order of the questions}
     *
     * @param model     with a template of its own
     * @param questions as they are asked
     * @param longest   most tokens of an answer
     */
    public static List<String> inWords(Llava model, List<String> questions, int longest) {
        ConversationEncoder encoder = model.conversationEncoder();
        return new Exam(model, longest).answers(questions.stream()
                .map(question -> new Paper(encoder.prompt(List.of(new Turn(question, null))), null)).toList());
    }

    /** Others who ask in this process's place: those of a cluster, each of which has the same model. */
    @FunctionalInterface
    public interface Examiners {
        /**
         * {@return the answers' texts, in the order of the papers}
         *
         * @param papers  in the order in which they are asked, {@link #BATCH} at a time
         * @param longest most tokens of an answer
         */
        List<String> answers(List<Paper> papers, int longest);
    }

    /**
     * Leaves the asking to others, in every exam that this process holds from now on.
     *
     * @param examiners who ask
     */
    public static void leaveTo(Examiners examiners) {
        others = examiners;
    }

    /**
     * {@return the answers' texts, in the order of the papers}
     *
     * @param papers prompts with their pictures; either all have a picture or none has
     */
    public List<String> answers(List<Paper> papers) {
        return answers(papers, (answered, all) -> { });
    }

    /**
     * {@return the answers' texts, in the order of the papers}
     *
     * @param papers   prompts with their pictures; either all have a picture or none has
     * @param progress is told after each batch how many are answered, of how many
     */
    public List<String> answers(List<Paper> papers, BiConsumer<Integer, Integer> progress) {
        List<Integer> order = IntStream.range(0, papers.size()).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> papers.get(i).prompt().length))
                .collect(Collectors.toList());
        List<Paper> inOrder = order.stream().map(papers::get).collect(Collectors.toList());
        List<String> said = others != null ? others.answers(inOrder, longest) : answersInOrder(inOrder, progress);
        String[] answers = new String[papers.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[order.get(i)] = said.get(i);
        }
        return List.of(answers);
    }

    /**
     * {@return the answers' texts, in the order of the papers, of which {@link #BATCH} after {@link #BATCH} are asked together, by
     * this process whoever else might}
     *
     * @param papers   prompts with their pictures; either all have a picture or none has
     * @param progress is told after each batch how many are answered, of how many
     */
    public List<String> answersInOrder(List<Paper> papers, BiConsumer<Integer, Integer> progress) {
        AtomicInteger answered = new AtomicInteger();
        String[] answers = new String[papers.size()];
        int batches = (papers.size() + BATCH - 1) / BATCH;
        Threads.each(Threads.parts(config.decoder().hiddenSize()), (thread, threads) -> {
            Generator generator = new Generator(config, weights);
            for (int batch = thread; batch < batches; batch += threads) {
                int from = batch * BATCH;
                List<String> said = answers(generator, papers.subList(from, Math.min(papers.size(), from + BATCH)));
                for (int i = 0; i < said.size(); i++) {
                    answers[from + i] = said.get(i);
                }
                synchronized (answered) {
                    progress.accept(answered.addAndGet(said.size()), papers.size());
                }
            }
        });
        return List.of(answers);
    }

    private List<String> answers(Generator generator, List<Paper> papers) {
        List<Paper> full = new ArrayList<>(papers);
        while (full.size() < BATCH) {
            full.add(papers.get(papers.size() - 1));    // graphs are made for full batches: the last is asked again
        }
        Prompt prompt = Prompt.padded(full.stream().map(Paper::prompt).collect(Collectors.toList()),
                config.padTokenId(), true, full.get(0).features() == null ? null
                        : Nd4j.concat(0, full.stream().map(Paper::features).toArray(INDArray[]::new)));
        if (stop.isEmpty()) {
            return generator.generate(prompt, longest, Sampler.greedy(), (row, token) -> { })
                    .subList(0, papers.size()).stream().map(ids -> tokenizer.decode(ids, true).strip())
                    .collect(Collectors.toList());
        }
        List<StreamedText> answers = full.stream().map(paper -> new StreamedText(tokenizer, stop, piece -> { })).toList();
        generator.generate(prompt, longest, Sampler.greedy(), new Generator.Listener() {
            @Override
            public void onToken(int row, int token) {
                answers.get(row).add(token);
            }

            @Override
            public boolean ended(int row) {
                return answers.get(row).ended();
            }
        });
        return answers.subList(0, papers.size()).stream().map(StreamedText::finish).toList();
    }
}
