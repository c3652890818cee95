package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.conversation.Conversation;
import llava4j.conversation.SupervisedTokens;
import llava4j.data.ConversationRecordReader;
import llava4j.data.SampleCheck;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.model.LossGraph;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code inspect} says of a data file: how much is in it, whether all of it can be trained on, and one conversation with
 * its loss mask.
 */
final class DataReport {

    private static final int WORDS = 20;

    private final Path file;
    private final int sample;
    private final boolean json;
    private final ObjectNode result = new ObjectMapper().createObjectNode();

    /**
     * @param sample which conversation is shown, from 1
     * @param json   whether JSON is printed
     */
    DataReport(Path file, int sample, boolean json) {
        this.file = file;
        this.sample = sample;
        this.json = json;
    }

    /**
     * Prints the report of a file whose samples have been checked.
     *
     * @param llava whose tokenizer they were written with
     * @param check the samples
     * @throws UserError if there is no such conversation to show
     */
    void print(Llava llava, SampleCheck check) {
        if (sample < 1 || sample > check.set().samples()) {
            throw UserError.of("--sample %d: the file has %d", sample, check.set().samples());
        }
        counted(check.set().samples(), check.set().pictures().size(), check.set().turns());
        IntSummaryStatistics lengths = Arrays.stream(check.set().lengths()).summaryStatistics();
        SupervisedTokens shown = check.set().tokens(sample - 1);
        if (json) {
            result.putObject("tokens").put("shortest", lengths.getMin()).put("mean", lengths.getAverage())
                    .put("longest", lengths.getMax());
            ObjectNode unknown = result.putObject("unknown").put("learned", check.unknown().learned())
                    .put("unknown", check.unknown().unknown());
            ObjectNode words = unknown.putObject("words");
            check.unknown().commonest(WORDS).forEach(word -> words.put(word.getKey(), word.getValue()));
            Arrays.stream(shown.ids()).forEach(result.putArray("ids")::add);
            Arrays.stream(shown.labels()).forEach(result.putArray("labels")::add);
            System.out.println(result.toPrettyString());
            return;
        }
        System.out.printf(Locale.ROOT, "%s; %d to %d tokens, %.1f on average%n", counts(), lengths.getMin(), lengths.getMax(),
                lengths.getAverage());
        check.notes().forEach(System.out::println);
        System.out.println(coloured(llava, shown));
        System.out.println(Ansi.AUTO.string("@|bold,green green|@: learned (" + shown.supervised() + " of "
                + shown.ids().length + " tokens); grey: given"));
    }

    /**
     * Prints how much is in the file; only its format is checked.
     *
     * @throws UserError naming all samples that are not sound
     */
    void print() {
        int samples = 0;
        long turns = 0;
        Set<String> pictures = new HashSet<>();
        Faults faults = new Faults(file.toString());
        try (ConversationRecordReader reader = ConversationRecordReader.open(file)) {
            while (reader.hasNext()) {
                Optional<Conversation> next = reader.nextSample(faults);
                samples++;
                turns += next.map(conversation -> conversation.turns().size()).orElse(0);
                next.ifPresent(conversation -> pictures.addAll(conversation.images()));
            }
        }
        faults.throwIfAny();
        counted(samples, pictures.size(), turns);
        System.out.println(json ? result.toPrettyString() : counts() + "; with --model DIR: token lengths and the loss mask");
    }

    private void counted(int samples, int pictures, long turns) {
        result.put("samples", samples).put("images", pictures).put("turns", turns);
    }

    private String counts() {
        return result.get("samples") + " samples, " + result.get("images") + " pictures, " + result.get("turns") + " turns";
    }

    /** Runs of learned and of given tokens; pictures shortened to one mark. */
    private static String coloured(Llava llava, SupervisedTokens tokens) {
        StringBuilder text = new StringBuilder();
        int start = 0;
        for (int i = 1; i <= tokens.ids().length; i++) {
            boolean learned = tokens.labels()[start] != LossGraph.IGNORED;
            if (i == tokens.ids().length || learned != (tokens.labels()[i] != LossGraph.IGNORED)) {
                int image = llava.config().imageTokenId();
                int[] previous = {-1};
                int[] run = Arrays.stream(tokens.ids(), start, i).filter(id -> {
                    boolean repeated = id == image && previous[0] == image;
                    previous[0] = id;
                    return !repeated;
                }).toArray();
                String words = llava.tokenizer().decode(run, false).replace("|@", "| @");
                text.append(Ansi.AUTO.string((learned ? "@|bold,green " : "@|faint ") + words + "|@")).append(' ');
                start = i;
            }
        }
        return text.toString().lines().collect(Collectors.joining("\n"));
    }
}
