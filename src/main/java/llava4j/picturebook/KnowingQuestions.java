package llava4j.picturebook;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import llava4j.picturebook.Contents.Group;
import llava4j.tinyworld.Question;

/**
 * Questions whose answer is not in the picture alone but in what one knows of the things in it: what for, what kind, which of them
 * can fly, live, be eaten, and what belongs with them. Half of them point at a thing by its place, so that it must be seen to
 * be known.
 *
 * <p>All of it comes from the table of {@link Concepts}. Names of held-out concepts are in no answer but about pictures that
 * show them.
 */
final class KnowingQuestions {

    /** What can be asked. */
    static final List<String> TYPES = List.of("use", "helps", "kind", "flies", "alive", "eaten", "belongs");

    private KnowingQuestions() {
    }

    /** A question of a type, or nothing where the things in the picture give none. */
    static Optional<Question> of(String type, Contents contents, Random random) {
        return Optional.ofNullable(switch (type) {
            case "use" -> use(contents, random);
            case "helps" -> helps(contents, random);
            case "kind" -> kind(contents, random);
            case "flies" -> which(contents, "flies", "Which of these can fly?", Concept::flies, "can fly", "can fly");
            case "alive" -> which(contents, "alive", "Which of these are alive?", Concept::alive, "is alive", "are alive");
            case "eaten" -> which(contents, "eaten", "Which of these can be eaten?", Concept::eaten, "can be eaten", "can be eaten");
            default -> belongsWith(contents, random);
        });
    }

    private static Question use(Contents contents, Random random) {
        List<Group> useful = contents.groups().stream().filter(group -> !group.concept().use().isEmpty()).toList();
        if (useful.isEmpty()) {
            return null;
        }
        Group group = SeeingQuestions.one(useful, random);
        Concept concept = group.concept();
        if (pointedAt(group, contents, random)) {
            return new Question("use", "What is the thing " + group.things().get(0).place() + " for?",
                    "It is " + concept.one() + ": you use it to " + concept.use() + ".");
        }
        return new Question("use", String.format(SeeingQuestions.one(List.of("What is %s for?", "What do people use %s for?"), random),
                concept.one()), "You use " + concept.one() + " to " + concept.use() + ".");
    }

    /** Whether a question points at a thing by its place, in half of the cases where the place is its own. */
    private static boolean pointedAt(Group group, Contents contents, Random random) {
        return random.nextBoolean() && contents.alone().contains(group);
    }

    /** All things that serve the purpose are named: a guitar and a drum both make music. */
    private static Question helps(Contents contents, Random random) {
        List<Concept> useful = contents.concepts().stream().filter(concept -> !concept.use().isEmpty()).toList();
        if (useful.isEmpty() || contents.groups().size() == 1) {
            return null;
        }
        String use = SeeingQuestions.one(useful, random).use();
        List<Group> helpers = contents.groups().stream().filter(group -> group.concept().use().equals(use)).toList();
        return new Question("helps", "Which of these would you take to " + use + "?", Contents.sentence(Contents.joined(
                helpers.stream().map(Group::the).toList())) + (several(helpers) ? " are" : " is") + " what you need to " + use + ".");
    }

    private static Question kind(Contents contents, Random random) {
        Group group = SeeingQuestions.one(contents.groups(), random);
        Concept concept = group.concept();
        String kind = article(concept.kind()) + concept.kind();
        return pointedAt(group, contents, random)
                ? new Question("kind", "What kind of thing is " + group.things().get(0).place() + "?",
                        "It is " + concept.one() + ", and that is " + kind + ".")
                : new Question("kind", "What kind of thing is " + concept.one() + "?",
                        Contents.sentence(concept.one()) + " is " + kind + ".");
    }

    private static String article(String kind) {
        return kind.equals("food") || kind.equals("fruit") ? "" : "aeiou".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ";
    }

    private static Question which(Contents contents, String type, String question, Predicate<Concept> holds, String one,
                                  String many) {
        if (contents.groups().size() == 1) {
            return null;
        }
        List<Group> found = contents.groups().stream().filter(group -> holds.test(group.concept())).toList();
        return new Question(type, question, found.isEmpty() ? "None of these " + many.replaceFirst("^is", "are") + "."
                : Contents.sentence(Contents.joined(found.stream().map(Group::the).toList())) + " " + (several(found) ? many : one) + ".");
    }

    private static boolean several(List<Group> groups) {
        return groups.size() > 1 || !groups.get(0).single();
    }

    private static Question belongsWith(Contents contents, Random random) {
        List<Concept> friendly = contents.concepts().stream().filter(concept -> !partners(concept).isEmpty()).toList();
        if (friendly.isEmpty()) {
            return null;
        }
        Concept concept = SeeingQuestions.one(friendly, random);
        return new Question("belongs", "What belongs with " + concept.one() + "?",
                Contents.sentence(Contents.joined(partners(concept).stream().map(Concept::one).toList()))
                        + (partners(concept).size() > 1 ? " belong" : " belongs") + " with " + concept.one() + ".");
    }

    private static List<Concept> partners(Concept concept) {
        return concept.belongsWith().stream().map(Concepts::named).filter(partner -> !partner.heldOut()).toList();
    }
}
