package llava4j.picturebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import llava4j.picturebook.Contents.Group;
import llava4j.tinyworld.Question;

/**
 * Questions that take for granted what is not there ("Where is the dog?", and there is no dog), with the honest answer.
 *
 * <p>A model that was only ever asked where things are that it could see makes up a place for every other. What one would get
 * wrong: each form must also be asked about things that are there, or the model learns to refuse the form and never looks. So the
 * forms are those of {@link SeeingQuestions} and {@link KnowingQuestions}, and none asks for what no table holds, as a colour.
 */
final class AbsentQuestions {

    /** The type of all of them. */
    static final String TYPE = "refusal";

    private static final List<String> ANSWERS = List.of("I see no %1$s, only %3$s.", "There is no %1$s in this picture, only %3$s.",
            "I cannot find %2$s here: the picture shows %3$s.", "There is no %1$s here. What I see is %3$s.",
            "This picture has no %1$s in it. It shows %3$s.", "I looked for %2$s, but I see only %3$s.");

    private AbsentQuestions() {
    }

    /** A question about a thing that is not in the picture, and that instructions may speak of. */
    static Question of(Contents contents, Random random) {
        Concept concept = SeeingQuestions.absent(contents, random);
        return new Question(TYPE, question(concept, contents, random), String.format(SeeingQuestions.one(ANSWERS, random),
                concept.name(), concept.one(), contents.list()));
    }

    private static String question(Concept concept, Contents contents, Random random) {
        List<String> forms = new ArrayList<>(List.of(SeeingQuestions.whereIs(concept.the(1), random)));
        List<Group> singles = contents.singles();
        if (!singles.isEmpty()) {
            String other = SeeingQuestions.one(singles, random).the();
            String relation = SeeingQuestions.one(List.of("to the left of", "to the right of", "above", "below"), random);
            forms.add(random.nextBoolean() ? "Is " + concept.the(1) + " " + relation + " " + other + "?"
                    : "Is " + other + " " + relation + " " + concept.the(1) + "?");
        }
        return SeeingQuestions.one(forms, random);
    }
}
