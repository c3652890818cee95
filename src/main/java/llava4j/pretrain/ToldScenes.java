package llava4j.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.conversation.Conversation;
import llava4j.conversation.Conversation.Turn;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.SupervisedTokens;
import llava4j.conversation.Tokenizer;
import llava4j.model.LossGraph;
import llava4j.tinyworld.Question;
import llava4j.tinyworld.Questions;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Telling;

/**
 * The texts from which the tiny Vicuna learned, before it saw a picture: scenes told in words, told again in other words,
 * and talked about.
 *
 * <p>The telling stands where a picture will stand later, so the decoder learns to look facts up in that place. Half of
 * the tellings are maps, one word for each place ({@link Telling#map}). Stage 1 then has a reader to speak to: W only has
 * to write what the decoder already reads. From a decoder that knew sentences alone, in which a colour, a kind and a place
 * are three words side by side, stage 1 learned next to nothing.
 */
final class ToldScenes implements GroupedTexts.Source {

    /** Share of the talks that are about a map; of the lessons half as many are. */
    private static final double MAPS = 0.5;
    private static final List<String> LOOK_UPS = List.of("color", "where", "what");

    private final Tokenizer tokenizer;
    private final ConversationEncoder dialogues;
    private final int steps;

    /** @param steps of the whole training */
    ToldScenes(Tokenizer tokenizer, ConversationEncoder dialogues, int steps) {
        this.tokenizer = tokenizer;
        this.dialogues = dialogues;
        this.steps = steps;
    }

    /**
     * One text. The course goes from short to long: drills on compact tellings, drills on all tellings, single questions,
     * then everything that the decoder is to know.
     */
    @Override
    public SupervisedTokens draw(Random random, int step) {
        double progress = (double) step / steps;
        if (progress < 0.2) {
            return lesson(random, 1, new int[] {2, 3, 4, 5}, new int[] {Telling.COMPACT, Telling.COMPACT, 0}, true);
        }
        if (progress < 0.32) {
            return lesson(random, 0.8, new int[] {2, 3, 4}, new int[] {0, 1, 2, 3, 4, 5, 5}, false);
        }
        if (progress < 0.4) {
            return lesson(random, 0.3, new int[] {1, 2, 3, 4}, new int[] {0, 1, 2, 3, 4, 5}, false);
        }
        if (random.nextDouble() < 0.03) {
            return lesson(random, 1, new int[] {1, 2, 3}, new int[] {0, 1, 2, 3, 4, 5}, false);
        }
        return talk(random);
    }

    /** A drill, or, with the rest of the chance, questions that each need one look-up. */
    private SupervisedTokens lesson(Random random, double drills, int[] counts, int[] phrasings, boolean compact) {
        Scene scene = Scene.random(random, counts[random.nextInt(counts.length)]);
        String telling = !compact && random.nextDouble() < MAPS / 2 ? Telling.map(scene)
                : Telling.tell(scene, phrasings[random.nextInt(phrasings.length)], true, random);
        if (random.nextDouble() < drills) {
            // A place comes after its key, a color before it: two different look-ups, and the first is learned later
            List<String> types = List.of("where", random.nextBoolean() ? "color" : "what");
            return drilled(telling, types.stream().map(type -> Drill.of(type,
                    !compact && random.nextDouble() < 0.6, scene, random)).collect(Collectors.toList()));
        }
        if (random.nextDouble() < 0.2) {
            return retold(telling, Telling.caption(scene, random));
        }
        return dialogues.encode(dialogue("told", telling,
                Questions.conversation(scene, scene.things().size(), LOOK_UPS, random)));
    }

    /** Everything: told again, described, reasoned about, asked about. */
    SupervisedTokens talk(Random random) {
        Scene scene = Scene.random(random);
        String telling = random.nextDouble() < MAPS ? Telling.map(scene) : Telling.tell(scene, random);
        double kind = random.nextDouble();
        if (kind < 0.15) {
            return retold(telling, Telling.caption(scene, random));
        }
        List<Question> questions;
        if (kind < 0.25) {
            questions = List.of(Questions.of("detail", scene, random));
        } else if (kind < 0.4) {
            questions = Questions.conversation(scene, 2, List.of("reasoning"), random);
        } else {
            questions = Questions.conversation(scene, 4, Questions.SHORT, random);
        }
        return dialogues.encode(dialogue("told", telling, questions));
    }

    private SupervisedTokens drilled(String telling, List<Drill> drills) {
        IntStream.Builder ids = IntStream.builder();
        IntStream.Builder labels = IntStream.builder();
        String before = telling + "\n";
        add(ids, labels, tokenizer.encode("", true), false);
        for (Drill drill : drills) {
            add(ids, labels, tokenizer.encode("USER: " + before + drill.question + " ASSISTANT:", false), false);
            drill.answer.forEach(piece -> add(ids, labels, tokenizer.encode(piece.text(), false), piece.learned()));
            add(ids, labels, tokenizer.encode(tokenizer.endText(), false), true);
            before = "";
        }
        return new SupervisedTokens(ids.build().toArray(), labels.build().toArray());
    }

    private static void add(IntStream.Builder ids, IntStream.Builder labels, int[] tokens, boolean learned) {
        for (int token : tokens) {
            ids.add(token);
            labels.add(learned ? token : LossGraph.IGNORED);
        }
    }

    /** A dialogue about a scene told in words: the telling stands where the picture would. */
    static Conversation dialogue(String id, String telling, List<Question> questions) {
        List<Turn> turns = new ArrayList<>();
        for (Question question : questions) {
            turns.add(new Turn(turns.isEmpty() ? telling + "\n" + question.text() : question.text(),
                    question.answer()));
        }
        return new Conversation(id, List.of(), turns);
    }

    /** The telling, then a caption of the same scene, in the form that stage 1 will use: picture, then caption. */
    private SupervisedTokens retold(String telling, String caption) {
        int[] given = tokenizer.encode(telling, true);
        int[] learned = tokenizer.encode(caption + "\n", false);
        int[] ids = IntStream.concat(IntStream.of(given), IntStream.of(learned)).toArray();
        int[] labels = ids.clone();
        java.util.Arrays.fill(labels, 0, given.length, LossGraph.IGNORED);
        return new SupervisedTokens(ids, labels);
    }
}
