package llava4j.picturebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import llava4j.picturebook.Contents.Group;
import llava4j.tinyworld.Question;

/**
 * Questions about what is seen in a picture of the book: what, where, how many, is there, on which side.
 *
 * <p>Things that are not there are asked for as often as things that are, or a model learns to say yes. The answer to such a
 * question says what there is instead.
 */
final class SeeingQuestions {

    /** What can be asked. */
    static final List<String> TYPES = List.of("naming", "place", "at", "count", "presence", "relation");

    private static final List<String> NAMING = List.of("What is in the picture?", "What do you see?", "What is shown here?",
            "What can be seen in this picture?");

    private SeeingQuestions() {
    }

    /** A question of a type, or nothing where the picture has nothing to ask so. */
    static Optional<Question> of(String type, Contents contents, Random random) {
        return Optional.ofNullable(switch (type) {
            case "naming" -> naming(contents, random);
            case "place" -> place(contents, random);
            case "at" -> at(contents, random);
            case "count" -> count(contents, random);
            case "presence" -> presence(contents, random);
            default -> relation(contents, random);
        });
    }

    private static Question naming(Contents contents, Random random) {
        if (contents.count() == 1 && random.nextBoolean()) {
            return new Question("naming", "What is this?", "It is " + contents.list() + ".");
        }
        return new Question("naming", one(NAMING, random), Contents.sentence(contents.list()) + ".");
    }

    private static Question place(Contents contents, Random random) {
        if (contents.singles().isEmpty()) {
            return null;
        }
        Group group = one(contents.singles(), random);
        String ask = one(List.of("Where is %s?", "Where do you see %s?", "In which part of the picture is %s?"), random);
        return new Question("place", String.format(ask, group.the()),
                Contents.sentence(group.the()) + " is " + group.things().get(0).place() + ".");
    }

    private static Question at(Contents contents, Random random) {
        List<Group> alone = contents.alone();
        if (alone.isEmpty()) {
            return null;
        }
        Group group = one(alone, random);
        String place = group.things().get(0).place();
        return new Question("at", "What is " + place + "?", Contents.sentence(place) + " is " + group.some() + ".");
    }

    private static Question count(Contents contents, Random random) {
        if (random.nextInt(4) == 0) {
            int all = contents.count();
            return new Question("count", "How many things are there?", "There " + (all == 1 ? "is one thing." : "are "
                    + Concept.number(all) + " things."));
        }
        if (random.nextInt(4) == 0) {
            Concept none = absent(contents, random);
            return new Question("count", "How many " + none.plural() + " are there?", "There are no " + none.plural() + ".");
        }
        // Things of which there are several are asked about first: one of each is the rule, and soon guessed
        List<Group> several = contents.groups().stream().filter(group -> !group.single()).toList();
        Group group = several.isEmpty() ? one(contents.groups(), random) : several.get(0);
        return new Question("count", "How many " + group.concept().plural() + " are there?",
                (group.single() ? "There is " : "There are ") + group.concept().counted(group.count()) + ".");
    }

    private static Question presence(Contents contents, Random random) {
        boolean there = random.nextBoolean();
        Group group = one(contents.groups(), random);
        Concept concept = there ? group.concept() : absent(contents, random);
        String question = String.format(one(List.of("Is there %s in the picture?", "Do you see %s?", "Can you find %s?"), random),
                concept.one());
        return new Question("presence", question, there ? "Yes, there " + (group.single() ? "is " : "are ") + group.placed() + "."
                : one(List.of("No, there is no ", "No, I see no "), random) + concept.name() + ", only " + contents.list() + ".");
    }

    private static Question relation(Contents contents, Random random) {
        List<Group> singles = contents.singles();
        List<Question> possible = new ArrayList<>();
        for (Group a : singles) {
            for (Group b : singles) {
                String relation = a == b ? "" : a.things().get(0).relationTo(b.things().get(0));
                if (!relation.isEmpty()) {
                    possible.add(asked(a, b, relation, random.nextBoolean()));
                }
            }
        }
        return possible.isEmpty() ? null : one(possible, random);
    }

    private static Question asked(Group a, Group b, String relation, boolean truly) {
        String opposite = switch (relation) {
            case "to the left of" -> "to the right of";
            case "to the right of" -> "to the left of";
            case "above" -> "below";
            default -> "above";
        };
        return new Question("relation", "Is " + a.the() + " " + (truly ? relation : opposite) + " " + b.the() + "?",
                (truly ? "Yes, " : "No, ") + a.the() + " is " + relation + " " + b.the() + ".");
    }

    /** A concept that is not in the picture, and that instructions may speak of. */
    private static Concept absent(Contents contents, Random random) {
        while (true) {
            Concept concept = one(Concepts.ALL, random);
            if (!concept.heldOut() && !contents.concepts().contains(concept)) {
                return concept;
            }
        }
    }

    static <T> T one(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }
}
