package llava4j.watch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.StreamedText;
import llava4j.conversation.SupervisedTokens;
import llava4j.data.ConversationRecordReader;
import llava4j.data.FeatureStore;
import llava4j.data.Pictures;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.data.TrainingSet;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.generate.Generator;
import llava4j.generate.Sampler;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.train.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a model does on samples that it is not trained on: their loss, and the greedy answers to some of their questions.
 *
 * <p>The loss is the training objective's, a mean over all scored tokens of all samples, so that both can be drawn in one chart.
 * It is computed by the forward pass alone, a sample at a time: it takes little memory beside the training graph. What one
 * would get wrong: the mean of the samples' means gives a token of a short answer more weight than training does.
 */
public final class Validation {

    /** Samples at most, unless told otherwise: enough to see a loss rise, few enough to be asked often. */
    private static final int MOST = 200;
    private static final int ANSWERS = 3;
    private static final int LONGEST_ANSWER = 64;

    /**
     * One answer.
     *
     * @param sample   its name
     * @param turn     the sample's first, with the answer that is expected
     * @param answer   the model's
     * @param pictures files of the pictures that it was asked about
     */
    public record Answer(String sample, Conversation.Turn turn, String answer, List<Path> pictures) {
    }

    private final Llava model;
    private final Path images;
    private final ConversationEncoder encoder;
    private final TrainingSet set;
    private final int[] chosen;
    private final FeatureStore features;
    private final List<Conversation> asked = new ArrayList<>();
    private final LossGraph graph;
    private final Generator generator;

    /**
     * Checks the samples and encodes the pictures of those that are used.
     *
     * @param stage  in whose form the samples are given
     * @param model  its weights are read each time, so that changes in place count
     * @param data   conversations in LLaVA's format, for stage 1 also COCO captions
     * @param images folder of the pictures that they name
     * @param rules  how samples are taken, as in training
     * @throws UserError naming all samples that cannot be used
     */
    public Validation(Stage stage, Llava model, Path data, Path images, SampleRules rules) {
        this(stage, model, data, images, rules, MOST);
    }

    /**
     * Checks the samples and encodes the pictures of those that are used.
     *
     * @param stage  in whose form the samples are given
     * @param model  its weights are read each time, so that changes in place count
     * @param data   conversations in LLaVA's format, for stage 1 also COCO captions
     * @param images folder of the pictures that they name
     * @param rules  how samples are taken, as in training
     * @param most   samples at most, evenly spread over the file
     * @throws UserError naming all samples that cannot be used
     */
    public Validation(Stage stage, Llava model, Path data, Path images, SampleRules rules, int most) {
        this.model = model;
        this.images = images;
        encoder = stage.encoder(model, rules);
        SampleCheck check = stage.check(model, data, Optional.of(images), rules);
        set = check.set();
        int count = Math.min(most, set.samples());
        chosen = IntStream.range(0, count).map(i -> (int) ((long) i * set.samples() / count)).toArray();
        List<String> names = Arrays.stream(chosen).boxed().flatMap(i -> set.images(i).stream()).distinct().toList();
        features = names.isEmpty() ? null : Pictures.features(model, images, names);
        readQuestions(data, names, rules);
        graph = new LossGraph(model.config(), model.weights(), 1, name -> false, true);
        generator = new Generator(model.config(), model.weights());
    }

    /** The first few samples of those chosen, with their words: the checked set has tokens alone. */
    private void readQuestions(Path data, List<String> names, SampleRules rules) {
        List<String> ids = Arrays.stream(chosen).limit(ANSWERS).mapToObj(set::id).toList();
        Faults ignored = new Faults(data.toString());
        try (ConversationRecordReader reader = ConversationRecordReader.open(data)) {
            while (reader.hasNext() && asked.size() < ids.size()) {
                reader.nextSample(ignored).filter(sample -> ids.contains(sample.id()) && names.containsAll(sample.images()))
                        .map(rules::asked).ifPresent(asked::add);
            }
        }
    }

    /** {@return how many samples are used} */
    public int samples() {
        return chosen.length;
    }

    /** {@return how many samples the file holds, used or not} */
    public int all() {
        return set.samples();
    }

    /** {@return the mean loss of all scored tokens} */
    public double loss() {
        double sum = 0;
        long tokens = 0;
        for (int sample : chosen) {
            SupervisedTokens row = set.tokens(sample);
            int[][] labels = {row.labels()};
            long scored = LossGraph.scored(labels);
            sum += scored * graph.loss(Prompt.padded(List.of(row.ids()), model.config().padTokenId(), false,
                    pictures(set.images(sample))), labels);
            tokens += scored;
        }
        return sum / tokens;
    }

    private INDArray pictures(List<String> names) {
        return features == null ? null : features.of(names);
    }

    /** {@return the model's greedy answers to the first question of some samples} */
    public List<Answer> answers() {
        return asked.stream().map(this::answer).toList();
    }

    private Answer answer(Conversation sample) {
        Conversation.Turn first = sample.turns().get(0);
        int[] prompt = encoder.prompt(List.of(new Conversation.Turn(first.human(), null)));
        long marks = Arrays.stream(prompt).filter(id -> id == encoder.imageTokenId()).count() / Math.max(1, encoder.imageTokens());
        List<String> names = sample.images().subList(0, (int) marks);
        StreamedText text = new StreamedText(model.tokenizer(), encoder.stopText(), piece -> { });
        generator.generate(Prompt.padded(List.of(prompt), model.config().padTokenId(), true,
                pictures(names)), LONGEST_ANSWER, Sampler.greedy(), new Generator.Listener() {
                    @Override
                    public void onToken(int row, int token) {
                        text.add(token);
                    }

                    @Override
                    public boolean ended(int row) {
                        return text.ended();
                    }
                });
        return new Answer(sample.id(), first, text.finish(), names.stream().map(images::resolve).toList());
    }
}
