package llava4j.picturebook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a picture shows, things of one concept together, in reading order: all that can be said of it follows from this.
 *
 * @param groups one for each concept
 */
public record Contents(List<Group> groups) {

    /**
     * The things of one concept.
     *
     * @param concept what they are
     * @param things  one or more
     */
    public record Group(Concept concept, List<Placed> things) {

        /** {@return how many} */
        public int count() {
            return things.size();
        }

        /** {@return whether there is one} */
        public boolean single() {
            return things.size() == 1;
        }

        /** "a dog", "three dogs". */
        String some() {
            return concept.some(count());
        }

        /** "the dog", "the dogs". */
        String the() {
            return concept.the(count());
        }

        /** "a dog at the top left"; of several things the place is not said. */
        String placed() {
            return single() ? some() + " " + things.get(0).place() : some();
        }
    }

    /**
     * {@return what some things together show}
     *
     * @param things in any order
     */
    public static Contents of(List<Placed> things) {
        Map<Concept, List<Placed>> groups = new LinkedHashMap<>();
        things.stream().sorted(Comparator.comparingInt(Placed::cell).thenComparingDouble(Placed::x)
                .thenComparingDouble(Placed::y)).forEach(thing -> groups.computeIfAbsent(thing.concept(),
                        concept -> new ArrayList<>()).add(thing));
        return new Contents(groups.entrySet().stream().map(group -> new Group(group.getKey(), group.getValue())).toList());
    }

    /** {@return how many things there are} */
    public int count() {
        return groups.stream().mapToInt(Group::count).sum();
    }

    /** {@return one for each group} */
    public List<Concept> concepts() {
        return groups.stream().map(Group::concept).toList();
    }

    /** The groups of one thing each. */
    List<Group> singles() {
        return groups.stream().filter(Group::single).toList();
    }

    /** Of these, the groups whose thing has its place for itself, so that the place names it. */
    List<Group> alone() {
        return singles().stream().filter(group -> groups.stream().flatMap(other -> other.things().stream())
                .filter(thing -> thing.cell() == group.things().get(0).cell()).count() == 1).toList();
    }

    /** "a dog, a bus and three apples". */
    String list() {
        return joined(groups.stream().map(Group::some).toList());
    }

    /** Parts with commas between, and "and" before the last. */
    static String joined(List<String> parts) {
        int end = parts.size() - 1;
        return end == 0 ? parts.get(0) : parts.stream().limit(end).collect(Collectors.joining(", ")) + " and " + parts.get(end);
    }

    /** With a capital letter. */
    static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
