package llava4j.teacher;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Thing;

/**
 * A scene of the tiny world, read out of captions and boxes.
 *
 * <p>Colours stand in captions only; kinds and places in captions and, where the context has them, in boxes. A scene is
 * understood if all of it is told and nothing told twice differs.
 */
final class SceneFromText {

    private static final String COLOR = "(?<color>" + String.join("|", Scene.COLORS) + ")";
    private static final String KIND = "(?<kind>" + String.join("|", Scene.KINDS) + ")";
    /** Longest first, so that "top-left" is not read as "top". */
    private static final String PLACE = "(?<place>" + String.join("|", Scene.PLACES.stream()
            .sorted(Comparator.comparingInt(String::length).reversed()).toList()) + ")\\b(?!-)";
    /** The five ways in which captions place a thing. */
    private static final List<Pattern> SENTENCES = List.of(
            Pattern.compile("\\ban? " + COLOR + " " + KIND + " at " + PLACE),
            Pattern.compile("\\bat " + PLACE + " is an? " + COLOR + " " + KIND),
            Pattern.compile("\\bthe " + KIND + " is " + COLOR + " and sits at " + PLACE),
            Pattern.compile("\\bthe " + COLOR + " " + KIND + " sits at " + PLACE),
            Pattern.compile("\\bthe " + KIND + " at " + PLACE + " is " + COLOR));
    private static final Pattern NAMED = Pattern.compile("\\b" + KIND + "\\b");
    private static final Pattern BOX = Pattern.compile(
            "(.+): \\[(\\d\\.\\d{3}), (\\d\\.\\d{3}), (\\d\\.\\d{3}), (\\d\\.\\d{3})\\]");

    private SceneFromText() {
    }

    /**
     * Reads a context as {@link AnnotatedPicture#context} writes it.
     *
     * @return nothing if the text does not tell one whole scene of the tiny world
     */
    static Optional<Scene> read(String context) {
        String[] parts = context.split("\n\n", 2);
        Map<String, Thing> told = new TreeMap<>();
        for (Pattern sentence : SENTENCES) {
            Matcher matcher = sentence.matcher(parts[0]);
            while (matcher.find()) {
                Thing thing = new Thing(matcher.group("color"), matcher.group("kind"),
                        Scene.PLACES.indexOf(matcher.group("place")));
                Thing before = told.putIfAbsent(thing.kind(), thing);
                if (before != null && !before.equals(thing)) {
                    return Optional.empty();
                }
            }
        }
        boolean allPlaced = NAMED.matcher(parts[0]).results().allMatch(named -> told.containsKey(named.group()));
        if (told.isEmpty() || !allPlaced || parts.length > 1 && !agrees(parts[1], told)) {
            return Optional.empty();
        }
        List<Thing> things = new ArrayList<>(told.values());
        things.sort(Comparator.comparingInt(Thing::cell));
        return Optional.of(new Scene(List.copyOf(things)));
    }

    private static boolean agrees(String boxes, Map<String, Thing> told) {
        String[] lines = boxes.split("\n");
        for (String line : lines) {
            Matcher box = BOX.matcher(line);
            if (!box.matches() || !told.containsKey(box.group(1))) {
                return false;
            }
            double[] corners = new double[4];
            for (int i = 0; i < 4; i++) {
                corners[i] = Double.parseDouble(box.group(i + 2));
            }
            if (new Box(box.group(1), corners[0], corners[1], corners[2], corners[3], false).cell()
                    != told.get(box.group(1)).cell()) {
                return false;
            }
        }
        return lines.length == told.size();
    }
}
