package llava4j.picturebook;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import llava4j.teacher.AnnotatedPicture;
import llava4j.teacher.Request;
import llava4j.teacher.Teacher;
import llava4j.tinyworld.Question;

/**
 * The picture book's teacher: asks and answers by rule, from the boxes of a picture and the table of {@link Concepts}.
 *
 * <p>It stands where the paper has GPT-4 and sees no picture either. Of a picture with a box of something else it says nothing,
 * and the empty reply is left out and counted.
 */
public final class BookTeacher implements Teacher {

    private static final int[] TURNS = {2, 3, 3, 4, 4, 5};
    private static final int TRIES = 60;
    /** Share of the conversations that ask what is in the picture before all else. */
    private static final double NAMING_FIRST = 0.8;
    private static final List<String> DESCRIPTION = List.of("Describe the picture in detail.", "Tell me everything you see.",
            "What is in the picture, and where is it?", "Describe all that this picture shows.",
            "Give me a full description of the picture.", "Please list the things in the picture with their places.");

    @Override
    public Optional<Reply> answer(Request request) {
        Random random = new Random(request.seed());
        return Optional.of(new Reply(contents(request.picture()).map(contents -> switch (request.kind()) {
            case CONVERSATION -> blocks(conversation(contents, random));
            case DETAIL -> Description.of(contents, random);
            case REASONING -> blocks(some(1 + random.nextInt(2), random, () -> KnowingQuestions.of(
                    SeeingQuestions.one(KnowingQuestions.TYPES, random), contents, random)));
        }).orElse(""), true));
    }

    @Override
    public List<String> descriptionQuestions() {
        return DESCRIPTION;
    }

    /**
     * {@return what the boxes of a picture show, if it is all known}
     *
     * @param picture with boxes
     */
    public static Optional<Contents> contents(AnnotatedPicture picture) {
        List<Placed> things = new ArrayList<>();
        picture.boxes().forEach(box -> things.add(new Placed(Concepts.named(box.category()), (box.x1() + box.x2()) / 2,
                (box.y1() + box.y2()) / 2)));
        return things.isEmpty() || things.stream().anyMatch(thing -> thing.concept() == null) ? Optional.empty()
                : Optional.of(Contents.of(things));
    }

    /**
     * Most conversations begin with what the picture shows, as people's do. What one would get wrong: to ask it at any time. Asked
     * later it can be answered from the questions before, and the picture is not needed.
     */
    private static List<Question> conversation(Contents contents, Random random) {
        List<Question> asked = some(TURNS[random.nextInt(TURNS.length)], random, () -> SeeingQuestions.of(
                SeeingQuestions.one(SeeingQuestions.TYPES, random), contents, random));
        if (random.nextDouble() < NAMING_FIRST) {
            if (!asked.removeIf(question -> question.type().equals(SeeingQuestions.NAMING_TYPE))) {
                asked.remove(asked.size() - 1);
            }
            SeeingQuestions.of(SeeingQuestions.NAMING_TYPE, contents, random).ifPresent(question -> asked.add(0, question));
        }
        return asked;
    }

    /**
     * Questions of different types, as many as asked for where the picture gives as many. What one would get wrong: of several
     * questions of a type the later repeat the earlier in other words, and of those that ask whether something is there the ones
     * with a yes repeat each other most; left out for that, they would make no the likelier answer.
     */
    private static List<Question> some(int count, Random random, Supplier<Optional<Question>> next) {
        Map<String, Question> questions = new LinkedHashMap<>();
        for (int tried = 0; tried < TRIES && questions.size() < count; tried++) {
            next.get().ifPresent(question -> questions.putIfAbsent(question.type(), question));
        }
        List<Question> chosen = new ArrayList<>(questions.values());
        Collections.shuffle(chosen, random);
        return chosen;
    }

    private static String blocks(List<Question> questions) {
        return questions.stream().map(question -> "Question:\n" + question.text() + "\n===\nAnswer:\n" + question.answer())
                .collect(Collectors.joining("\n===\n"));
    }
}
