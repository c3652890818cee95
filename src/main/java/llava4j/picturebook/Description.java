package llava4j.picturebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import llava4j.picturebook.Contents.Group;

/**
 * A full description as one would give it when asked, in one of several forms; each leaves nothing out.
 *
 * <p>{@link BookTelling#detail} is the first of them: a model trained on it alone would say "There are three things" for ever.
 */
final class Description {

    private Description() {
    }

    /** Everything with its place; of several things of a kind, their number. */
    static String of(Contents contents, Random random) {
        List<Group> groups = contents.groups();
        String all = Contents.joined(groups.stream().map(Group::placed).toList());
        return switch (random.nextInt(5)) {
            case 0 -> "The picture shows " + all + ".";
            case 1 -> "I see " + all + (contents.count() > 1 ? ", " + Concept.number(contents.count()) + " things in all." : ".");
            case 2 -> sentences(groups);
            case 3 -> groups.size() == 1 ? "This picture shows nothing but " + all + "."
                    : "This picture has " + Concept.number(contents.count()) + " things in it. " + sentences(groups);
            default -> BookTelling.detail(contents);
        };
    }

    /** A sentence for each group; what has a place begins with it or ends with it, in turn. */
    private static String sentences(List<Group> groups) {
        List<String> sentences = new ArrayList<>();
        for (Group group : groups) {
            String there = group.single() ? "there is " : "there are ";
            String place = group.single() ? group.things().get(0).place() : "";
            sentences.add(Contents.sentence(!place.isEmpty() && sentences.size() % 2 == 1
                    ? place + " " + there + group.some() : there + group.placed()) + ".");
        }
        return String.join(" ", sentences);
    }
}
