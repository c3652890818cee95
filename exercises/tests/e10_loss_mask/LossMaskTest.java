package e10_loss_mask;

import e10_loss_mask.LossMask.Piece;
import e10_loss_mask.LossMask.Turn;
import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class LossMaskTest {

    private static final List<Turn> TWO = List.of(new Turn("What is red?", "The ball."), new Turn("Sure?", "Yes."));

    @Test
    @Order(1)
    void theTextIsInTheTemplate() {
        String text = joined(LossMask.pieces("Be kind.", TWO), false);
        Check.that(!text.contains("</s> "), "there is no space between </s> and the next USER: (nor at the end)");
        Check.that(text.startsWith("Be kind. USER:"), "the text begins \"" + text.substring(0,
                Math.min(20, text.length())) + "\", should begin \"Be kind. USER:\"");
        String right = "Be kind. USER: What is red? ASSISTANT: The ball.</s>USER: Sure? ASSISTANT: Yes.</s>";
        Check.that(text.equals(right), "the text is\n" + text + "\nshould be\n" + right);
    }

    @Test
    @Order(2)
    void nothingOfTheHumanIsScored() {
        String learned = joined(LossMask.pieces("Be kind.", TWO), true);
        Check.that(!learned.contains("kind"), "the system message is scored");
        Check.that(!learned.contains("red?"), "the question is scored: the model learns to answer, not to ask");
        Check.that(!learned.contains("ASSISTANT"), "\"ASSISTANT:\" is scored: it is given, the model speaks after it");
    }

    @Test
    @Order(3)
    void everyAnswerAndItsEndAreScored() {
        String learned = joined(LossMask.pieces("Be kind.", TWO), true);
        Check.that(learned.contains("The ball."), "the answer of turn 1 is not scored: every answer is, not the last alone");
        Check.that(learned.contains("Yes."), "the answer of turn 2 is not scored");
        Check.that(learned.contains("</s>"), "</s> is not scored: the model would never learn to stop");
        Check.that(learned.equals(" The ball.</s> Yes.</s>"), "scored is \"" + learned
                + "\", should be \" The ball.</s> Yes.</s>\"");
    }

    @Test
    @Order(4)
    void theLabelsFollowThePieces() {
        Numbers numbers = Numbers.of("e10");
        int[] a = {numbers.whole(3, 99), numbers.whole(3, 99)};
        int[] b = {numbers.whole(3, 99), numbers.whole(3, 99), numbers.whole(3, 99)};
        Function<String, int[]> tokenize = text -> text.equals("a") ? a : b;
        int[] labels = LossMask.labels(List.of(new Piece("a", false), new Piece("b", true)), tokenize);
        Check.that(labels != null && labels.length != 5, "5 labels for 5 tokens of the pieces: is there one for <s>?");
        Check.shape("a given piece of 2 tokens and a learned one of 3: the labels", new int[6], labels);
        Check.not(new int[] {-100, -100, b[0], b[1], b[2], -100}, labels, "the labels are shifted by one: token t has "
                + "label t, the model shifts them");
        Check.same("labels", new int[] {-100, -100, -100, b[0], b[1], b[2]}, labels, 0);
    }

    @Test
    @Order(5)
    void sameAsTheAssistantMaskOfTransformers() {
        Reference transformers = Reference.of("e10");
        List<String> vocabulary = Arrays.asList(transformers.get("vocabulary", String[].class));
        List<Turn> turns = Arrays.stream(transformers.get("turns", String[][].class))
                .map(t -> new Turn(t[0], t[1])).collect(Collectors.toList());
        int[] labels = LossMask.labels(LossMask.pieces(transformers.get("system", String.class), turns),
                text -> characters(text, vocabulary));
        Check.same("labels", transformers.get("labels", int[].class), labels, 0);
    }

    private static String joined(List<Piece> pieces, boolean learnedOnly) {
        Check.that(pieces != null, "pieces is null: return a list");
        return pieces.stream().filter(p -> p.learned() || !learnedOnly).map(Piece::text).collect(Collectors.joining());
    }

    /** A tokenizer with one token for each character and one for the end. */
    private static int[] characters(String text, List<String> vocabulary) {
        List<Integer> ids = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            String token = text.startsWith("</s>", at) ? "</s>" : text.substring(at, at + 1);
            ids.add(vocabulary.indexOf(token));
            at += token.length();
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
