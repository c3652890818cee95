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
 * question says what there is instead. Some of the things that are not there are taken for granted ({@link AbsentQuestions}).
 */
final class SeeingQuestions {

    /** The question what there is. */
    static final String NAMING_TYPE = "naming";
    /** What can be asked. */
    static final List<String> TYPES = List.of(NAMING_TYPE, "place", "at", "count", "presence", "relation",
            AbsentQuestions.TYPE);

    private static final List<String> NAMING = List.of("What is in the picture?", "What do you see?", "What is shown here?",
            "What can be seen in this picture?", "What does the picture show?", "Which things are in this picture?");
    private static final List<String> NAMED = List.of("%s.", "I see %s.", "The picture shows %s.", "This is a picture of %s.",
            "You can see %s here.");
    private static final List<String> PLACE = List.of("Where is %s?", "Where do you see %s?", "Where can I find %s?",
            "In which part of the picture is %s?", "Can you tell me where %s is?");
    private static final List<String> AT = List.of("What is %s?", "What do you see %s?", "What is shown %s?",
            "Which thing is %s?", "Can you tell me what is %s?");
    private static final List<String> COUNT = List.of("How many %s are there?", "How many %s do you see?",
            "How many %s are in the picture?", "Can you count the %s?");
    private static final List<String> PRESENCE = List.of("Is there %s in the picture?", "Do you see %s?", "Can you find %s?",
            "Does the picture show %s?", "Is %s somewhere in this picture?");
    private static final List<String> NOT_THERE = List.of("No, there is no %1$s, only %3$s.", "No, I see no %1$s, only %3$s.",
            "No, I cannot find %2$s here, only %3$s.", "No. The picture shows %3$s, but no %1$s.");

    private SeeingQuestions() {
    }

    /** A question of a type, or nothing where the picture has nothing to ask so. */
    static Optional<Question> of(String type, Contents contents, Random random) {
        return Optional.ofNullable(switch (type) {
            case NAMING_TYPE -> naming(contents, random);
            case "place" -> place(contents, random);
            case "at" -> at(contents, random);
            case "count" -> count(contents, random);
            case "presence" -> presence(contents, random);
            case "relation" -> relation(contents, random);
            default -> AbsentQuestions.of(contents, random);
        });
    }

    private static Question naming(Contents contents, Random random) {
        if (contents.count() == 1 && random.nextBoolean()) {
            return new Question(NAMING_TYPE, one(List.of("What is this?", "What is this a picture of?"), random),
                    String.format(one(List.of("It is %s.", "This is %s.", "That is %s."), random), contents.list()));
        }
        return new Question(NAMING_TYPE, one(NAMING, random), Contents.sentence(String.format(one(NAMED, random), contents.list())));
    }

    private static Question place(Contents contents, Random random) {
        if (contents.singles().isEmpty()) {
            return null;
        }
        Group group = one(contents.singles(), random);
        String place = group.things().get(0).place();
        return new Question("place", whereIs(group.the(), random), switch (random.nextInt(4)) {
            case 0 -> "It is " + place + ".";
            case 1 -> "You can see it " + place + " of the picture.";
            case 2 -> Contents.sentence(group.the()) + " is " + place + " of the picture.";
            default -> Contents.sentence(group.the()) + " is " + place + ".";
        });
    }

    /** "Where is the dog?" */
    static String whereIs(String the, Random random) {
        return String.format(one(PLACE, random), the);
    }

    private static Question at(Contents contents, Random random) {
        List<Group> alone = contents.alone();
        if (alone.isEmpty()) {
            return null;
        }
        Group group = one(alone, random);
        String place = group.things().get(0).place();
        return new Question("at", String.format(one(AT, random), place), Contents.sentence(switch (random.nextInt(4)) {
            case 0 -> group.some() + ".";
            case 1 -> "there is " + group.some() + " " + place + ".";
            case 2 -> "that is " + group.some() + ".";
            default -> place + " is " + group.some() + ".";
        }));
    }

    private static Question count(Contents contents, Random random) {
        String ask = one(COUNT, random);
        if (random.nextInt(4) == 0) {
            int all = contents.count();
            return new Question("count", String.format(ask, "things"), counted(all, all == 1 ? "thing" : "things", random));
        }
        if (random.nextInt(4) == 0) {
            String none = absent(contents, random).plural();
            return new Question("count", String.format(ask, none), String.format(one(List.of("There are no %s.", "I see no %s here.",
                    "None: there are no %s in this picture."), random), none));
        }
        // Things of which there are several are asked about first: one of each is the rule, and soon guessed
        List<Group> several = contents.groups().stream().filter(group -> !group.single()).toList();
        Group group = several.isEmpty() ? one(contents.groups(), random) : several.get(0);
        return new Question("count", String.format(ask, group.concept().plural()), counted(group.count(), group.single()
                ? group.concept().name() : group.concept().plural(), random));
    }

    private static String counted(int count, String things, Random random) {
        String number = Concept.number(count);
        return switch (random.nextInt(4)) {
            case 0 -> "I see " + number + " " + things + ".";
            case 1 -> "I count " + number + ".";
            default -> "There " + (count == 1 ? "is " : "are ") + number + " " + things + ".";
        };
    }

    private static Question presence(Contents contents, Random random) {
        boolean there = random.nextBoolean();
        Group group = one(contents.groups(), random);
        Concept concept = there ? group.concept() : absent(contents, random);
        return new Question("presence", String.format(one(PRESENCE, random), concept.one()), there ? present(group, random)
                : String.format(one(NOT_THERE, random), concept.name(), concept.one(), contents.list()));
    }

    private static String present(Group group, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> group.single() ? "Yes, it is " + group.things().get(0).place() + "." : "Yes, I see " + group.some() + ".";
            case 1 -> "Yes, I see " + group.placed() + ".";
            default -> "Yes, there " + (group.single() ? "is " : "are ") + group.placed() + ".";
        };
    }

    private static Question relation(Contents contents, Random random) {
        List<Group> singles = contents.singles();
        List<Question> possible = new ArrayList<>();
        for (Group a : singles) {
            for (Group b : singles) {
                String relation = a == b ? "" : a.things().get(0).relationTo(b.things().get(0));
                if (!relation.isEmpty()) {
                    possible.add(asked(a, b, relation, random));
                }
            }
        }
        return possible.isEmpty() ? null : one(possible, random);
    }

    private static Question asked(Group a, Group b, String relation, Random random) {
        boolean truly = random.nextBoolean();
        String opposite = switch (relation) {
            case "to the left of" -> "to the right of";
            case "to the right of" -> "to the left of";
            case "above" -> "below";
            default -> "above";
        };
        String subject = random.nextInt(3) == 0 ? "it" : a.the();
        return new Question("relation", "Is " + a.the() + " " + (truly ? relation : opposite) + " " + b.the() + "?",
                (truly ? "Yes, " : "No, ") + subject + " is " + relation + " " + b.the() + ".");
    }

    /** A concept that is not in the picture, and that instructions may speak of. */
    static Concept absent(Contents contents, Random random) {
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
