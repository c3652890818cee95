package llava4j.data;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import llava4j.conversation.Conversation;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.error.Faults;
import llava4j.error.UserError;
import llava4j.execution.Awaited;

/**
 * The one place where samples are declared fit to be trained on: text, template, length, pictures, vocabulary.
 *
 * <p>All of it is done for all samples before the first picture is decoded, and all faults are told at once. The file is read
 * by one thread and tokenised by as many as there are cores, a few samples at a time, in the file's order.
 */
public final class SampleCheck {

    private static final int AT_A_TIME = 256;

    private final Path file;
    private final ConversationEncoder encoder;
    private final int longest;
    private final PictureFolder pictures;
    private final SampleRules rules;
    private final TrainingSet set;
    private final LeftOut leftOut = new LeftOut();
    private final UnknownTokens unknown = new UnknownTokens();
    private final Faults faults;

    private SampleCheck(Path file, ConversationEncoder encoder, int longest, Optional<Path> images, SampleRules rules) {
        this.file = file;
        this.encoder = encoder;
        this.longest = longest;
        this.pictures = images.map(PictureFolder::new).orElse(null);
        this.rules = rules;
        this.set = new TrainingSet(encoder);
        this.faults = new Faults(file.toString());
    }

    /**
     * Reads a data file and checks every sample in it.
     *
     * @param file    LLaVA conversations or COCO captions
     * @param encoder writes conversations in the stage's template
     * @param longest the model's context, in tokens
     * @param images  folder of the pictures; empty if it is not asked whether they are there
     * @param rules   what becomes of samples that are too long, or whose pictures are missing
     * @return the samples, and what there is to say about them
     * @throws UserError naming the samples that cannot be trained on, or if there is none that can
     */
    public static SampleCheck of(Path file, ConversationEncoder encoder, int longest, Optional<Path> images, SampleRules rules) {
        SampleCheck check = new SampleCheck(file, encoder, longest, images, rules);
        try (ConversationRecordReader reader = ConversationRecordReader.open(file)) {
            check.read(reader);
            for (String id : reader.withoutFirstTurn()) {
                check.leftOut.add("taken without the first turn, a \"gpt\" turn that answers nothing", id);
            }
        }
        check.faults.throwIfAny();
        if (check.set.samples() == 0) {
            throw UserError.of("%s: no sample is left to train on%s", file,
                    check.notes().isEmpty() ? ": the file holds none" : " (" + String.join("; ", check.notes()) + ")");
        }
        if (check.unknown.unknown() == check.unknown.learned()) {
            throw UserError.of("%s: nothing can be learned from it: %s: take a model whose tokenizer has these words", file,
                    check.unknown.line());
        }
        return check;
    }

    private void read(ConversationRecordReader reader) {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Deque<Future<List<Runnable>>> running = new ArrayDeque<>();
            while (reader.hasNext()) {
                List<Conversation> some = new ArrayList<>();
                while (some.size() < AT_A_TIME && reader.hasNext()) {
                    reader.nextSample(faults).ifPresent(some::add);
                }
                running.add(pool.submit(() -> some.stream().map(this::checked).toList()));
                if (running.size() > 2 * threads) {
                    Awaited.result(running.remove()).forEach(Runnable::run);
                }
            }
            while (!running.isEmpty()) {
                Awaited.result(running.remove()).forEach(Runnable::run);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** What is to be written down about a sample, once its turn comes. */
    private Runnable checked(Conversation read) {
        try {
            Conversation sample = rules.asked(read);
            SupervisedTokens tokens = encoder.encode(sample);
            String missing = missing(sample);
            if (missing != null) {
                return rules.missing() == SampleRules.Missing.SKIP
                        ? () -> leftOut.add("left out, with a picture that is missing or is none", sample.id())
                        : () -> faults.add("sample " + sample.id() + ": " + missing);
            }
            return tokens.ids().length > longest ? tooLong(sample, tokens) : sound(sample, tokens);
        } catch (UserError e) {
            return () -> faults.add(e.getMessage());
        }
    }

    private Runnable tooLong(Conversation sample, SupervisedTokens tokens) {
        return switch (rules.tooLong()) {
            case STOP -> () -> faults.add(String.format("sample %s: has %d tokens but the model's context is %d: shorten or "
                    + "split it, or train with --too-long skip or truncate", sample.id(), tokens.ids().length, longest));
            case SKIP -> () -> leftOut.add("left out, longer than the context of " + longest + " tokens",
                    sample.id());
            case TRUNCATE -> truncated(sample, tokens.first(longest));
        };
    }

    private Runnable truncated(Conversation sample, SupervisedTokens tokens) {
        long images = (long) sample.images().size() * encoder.imageTokens();
        if (tokens.supervised() == 0 || tokens.count(encoder.imageTokenId()) < images) {
            return () -> leftOut.add("left out, since a cut at " + longest + " tokens would take away a picture or all that is "
                    + "learned", sample.id());
        }
        Runnable sound = sound(sample, tokens);
        return () -> {
            leftOut.add("cut off at the context of " + longest + " tokens", sample.id());
            sound.run();
        };
    }

    private Runnable sound(Conversation sample, SupervisedTokens tokens) {
        int learned = tokens.supervised();
        int holes = tokens.scored(encoder.unknownId());
        PackedTokens packed = PackedTokens.of(tokens, encoder.imageTokenId(), encoder.imageTokens());
        return () -> {
            set.add(sample, packed);
            unknown.add(learned, holes, () -> encoder.unknownWords(sample));
        };
    }

    private String missing(Conversation sample) {
        for (String image : pictures == null ? List.<String>of() : sample.images()) {
            String fault = pictures.fault(image);
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return null;
    }

    /**
     * Leaves out samples whose pictures turned out, when they were decoded, to be none.
     *
     * @param bad names of these pictures
     * @throws UserError if no sample is left
     */
    public void leaveOut(Set<String> bad) {
        set.removeWith(bad).forEach(id -> leftOut.add("left out, with a picture that cannot be decoded", id));
        if (set.samples() == 0) {
            throw UserError.of("%s: no sample is left to train on (%s)", file, String.join("; ", notes()));
        }
    }

    /** {@return the file that was checked} */
    public Path file() {
        return file;
    }

    /** {@return what became of samples that are too long, or whose pictures are missing} */
    public SampleRules rules() {
        return rules;
    }

    /** {@return the samples that can be trained on} */
    public TrainingSet set() {
        return set;
    }

    /** {@return what of the learned tokens the vocabulary does not have} */
    public UnknownTokens unknown() {
        return unknown;
    }

    /** {@return what the user should know before training: samples that are left out or cut off, words that are unknown} */
    public List<String> notes() {
        List<String> lines = new ArrayList<>(leftOut.lines());
        if (unknown.unknown() > 0) {
            lines.add(unknown.line());
        }
        return lines;
    }
}
