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

    private static final List<String> FLIES = List.of("Which of these can fly?", "Which things in the picture can fly?",
            "Can any of these fly?");
    private static final List<String> ALIVE = List.of("Which of these are alive?", "Which of these are living things?",
            "Is any of these alive?");
    private static final List<String> EATEN = List.of("Which of these can be eaten?", "Which of these could you eat?",
            "Can any of these be eaten?");

    private KnowingQuestions() {
    }

    /** A question of a type, or nothing where the things in the picture give none. */
    static Optional<Question> of(String type, Contents contents, Random random) {
        return Optional.ofNullable(switch (type) {
            case "use" -> use(contents, random);
            case "helps" -> helps(contents, random);
            case "kind" -> kind(contents, random);
            case "flies" -> which(contents, "flies", FLIES, Concept::flies, "can fly", "can fly", random);
            case "alive" -> which(contents, "alive", ALIVE, Concept::alive, "is alive", "are alive", random);
            case "eaten" -> which(contents, "eaten", EATEN, Concept::eaten, "can be eaten", "can be eaten", random);
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
            return new Question("use", String.format(SeeingQuestions.one(List.of("What is the thing %s for?",
                    "What can you do with the thing %s?", "What would you use the thing %s for?"), random),
                    group.things().get(0).place()), "It is " + concept.one() + SeeingQuestions.one(List.of(
                    ": you use it to ", ", and you use it to ", ". People use it to "), random) + concept.use() + ".");
        }
        return new Question("use", String.format(SeeingQuestions.one(List.of("What is %s for?", "What do people use %s for?",
                "What can you do with %s?"), random), concept.one()), SeeingQuestions.one(List.of("You use " + concept.one(),
                "People use " + concept.one(), "You use it"), random) + " to " + concept.use() + ".");
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
        String which = Contents.joined(helpers.stream().map(Group::the).toList());
        return new Question("helps", String.format(SeeingQuestions.one(List.of("Which of these would you take to %s?",
                "Which of these helps you to %s?", "If you wanted to %s, what would you take?"), random), use), switch (
                random.nextInt(3)) {
            case 0 -> "I would take " + which + ".";
            case 1 -> Contents.sentence(which) + ".";
            default -> Contents.sentence(which) + (several(helpers) ? " are" : " is") + " what you need to " + use + ".";
        });
    }

    private static Question kind(Contents contents, Random random) {
        Group group = SeeingQuestions.one(contents.groups(), random);
        Concept concept = group.concept();
        String kind = article(concept.kind()) + concept.kind();
        return pointedAt(group, contents, random)
                ? new Question("kind", "What kind of thing is " + group.things().get(0).place() + "?", "It is " + concept.one()
                        + SeeingQuestions.one(List.of(", and that is ", ", which is "), random) + kind + ".")
                : new Question("kind", String.format(SeeingQuestions.one(List.of("What kind of thing is %s?",
                        "What sort of thing is %s?"), random), concept.one()), random.nextBoolean() ? "It is " + kind + "."
                        : Contents.sentence(concept.one()) + " is " + kind + ".");
    }

    private static String article(String kind) {
        return kind.equals("food") || kind.equals("fruit") ? "" : "aeiou".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ";
    }

    /** The last way to ask takes a yes or a no first. */
    private static Question which(Contents contents, String type, List<String> questions, Predicate<Concept> holds, String one,
                                  String many, Random random) {
        if (contents.groups().size() == 1) {
            return null;
        }
        List<Group> found = contents.groups().stream().filter(group -> holds.test(group.concept())).toList();
        String question = SeeingQuestions.one(questions, random);
        boolean any = question.equals(questions.get(questions.size() - 1));
        String named = found.isEmpty() ? (any ? "No, none" : "None") + " of these " + many + "." : (any ? "Yes, " : "")
                + (random.nextBoolean() && found.size() < contents.groups().size() ? "only " : "")
                + Contents.joined(found.stream().map(Group::the).toList()) + " " + (several(found) ? many : one) + ".";
        return new Question(type, question, Contents.sentence(named));
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
        String names = Contents.joined(partners(concept).stream().map(Concept::one).toList());
        return new Question("belongs", String.format(SeeingQuestions.one(List.of("What belongs with %s?", "What goes well with %s?",
                "What would you put beside %s?"), random), concept.one()), Contents.sentence(random.nextBoolean() ? names + "."
                : names + (partners(concept).size() > 1 ? " belong" : " belongs") + " with " + concept.one() + "."));
    }

    private static List<Concept> partners(Concept concept) {
        return concept.belongsWith().stream().map(Concepts::named).filter(partner -> !partner.heldOut()).toList();
    }
}
