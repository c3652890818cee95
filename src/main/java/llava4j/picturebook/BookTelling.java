package llava4j.picturebook;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import llava4j.picturebook.Contents.Group;

/**
 * A picture of the book told in everyday English: one description that leaves nothing out, and captions of many forms.
 *
 * <p>What one would get wrong: captions of one form teach an encoder where in the sentence to look and not what is said, and
 * a decoder to speak in that form for ever.
 */
final class BookTelling {

    private static final List<String> OPENINGS = List.of("a picture of ", "", "", "here we see ", "you can see ", "this shows ");

    private BookTelling() {
    }

    /** How many things, then each with its place. */
    static String detail(Contents contents) {
        String all = Contents.joined(contents.groups().stream().map(Group::placed).toList());
        if (contents.groups().size() == 1) {
            return (contents.count() == 1 ? "There is " : "There are ") + all + ", and nothing else.";
        }
        return "There are " + Concept.number(contents.count()) + " things: " + all + ".";
    }

    /** In any of the forms, its things in any order. */
    static String caption(Contents contents, Random random) {
        List<Group> groups = new ArrayList<>(contents.groups());
        Collections.shuffle(groups, random);
        return Contents.sentence(switch (random.nextInt(6)) {
            case 0 -> OPENINGS.get(random.nextInt(OPENINGS.size()))
                    + Contents.joined(groups.stream().map(Group::some).toList()) + ".";
            case 1 -> placeFirst(groups);
            case 2 -> sideBySide(contents, random);
            case 3 -> thereIs(groups);
            default -> OPENINGS.get(random.nextInt(OPENINGS.size()))
                    + Contents.joined(groups.stream().map(Group::placed).toList()) + ".";
        });
    }

    /** "At the top left is a dog, and at the bottom there is a bus". */
    private static String placeFirst(List<Group> groups) {
        List<String> parts = new ArrayList<>();
        for (Group group : groups) {
            String place = group.single() ? group.things().get(0).place() + " " : "there ";
            parts.add(place + (group.single() ? "is " : "are ") + group.some());
        }
        return Contents.joined(parts) + ".";
    }

    /** "A dog to the left of a bus"; in the usual form where no two things lie so. */
    private static String sideBySide(Contents contents, Random random) {
        List<Group> singles = new ArrayList<>(contents.singles());
        Collections.shuffle(singles, random);
        String relation = singles.size() < 2 ? "" : singles.get(0).things().get(0).relationTo(singles.get(1).things().get(0));
        if (relation.isEmpty()) {
            return "we see " + contents.list() + ".";
        }
        List<String> parts = new ArrayList<>(List.of(singles.get(0).some() + " " + relation + " " + singles.get(1).some()));
        contents.groups().stream().filter(group -> !singles.subList(0, 2).contains(group)).forEach(group ->
                parts.add(group.some()));
        return parts.get(0) + (parts.size() == 1 ? "" : ", with " + Contents.joined(parts.subList(1, parts.size()))) + ".";
    }

    /** A sentence for each group. */
    private static String thereIs(List<Group> groups) {
        List<String> sentences = new ArrayList<>();
        for (Group group : groups) {
            sentences.add(Contents.sentence((group.single() ? "there is " : "there are ") + group.placed() + "."));
        }
        return String.join(" ", sentences);
    }
}
