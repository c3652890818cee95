package llava4j.tinyworld;

import static llava4j.tinyworld.Questions.question;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Questions that go beyond what is seen: what is alive, what could happen next, whether it is night.
 *
 * <p>Only questions with one clear answer are asked: "what could carry someone away" not where both a car and a boat are.
 */
final class Reasoning {

    private static final Map<String, String> CAT_COULD = Map.of("tree", "climb the tree", "ball", "chase the ball",
            "person", "follow the person");
    private static final Map<String, String> PERSON_COULD = Map.of("car", "drive the car", "boat", "sail the boat",
            "house", "enter the house", "ball", "kick the ball");

    private Reasoning() {
    }

    /** Every reasoning question that the scene answers clearly. */
    static List<Question> all(Scene scene, Random random) {
        List<Question> found = new ArrayList<>();
        List<String> kinds = scene.kinds();
        List<String> alive = among(kinds, List.of("cat", "person", "tree"));
        if (alive.size() < 2) {
            found.add(reasoning(random, alive.isEmpty() ? "no, nothing here is alive."
                            : "yes, the " + alive.get(0) + " is alive.",
                    "is anything here alive?", "does anything here breathe or grow?"));
        }
        List<String> vehicles = among(kinds, List.of("car", "boat"));
        if (vehicles.size() < 2) {
            found.add(reasoning(random, (vehicles.isEmpty() ? "nothing here" : "the " + vehicles.get(0))
                            + " could carry someone far away.",
                    "what could carry someone far away?", "how could someone travel from here?"));
        }
        found.add(reasoning(random, kinds.contains("star") ? "there is a star, so it is night."
                : "there is no star, so it is day.", "is it day or night?", "could it be night here?"));
        found.add(reasoning(random, kinds.contains("house") ? "yes, the house gives shelter."
                        : "no, nothing here gives shelter.",
                "could someone sleep indoors here?", "is there shelter from the rain?"));
        could(scene, "cat", CAT_COULD, random, found);
        could(scene, "person", PERSON_COULD, random, found);
        if (kinds.size() > 1) {
            found.add(match(scene, random));
        }
        return found;
    }

    private static void could(Scene scene, String who, Map<String, String> deeds, Random random, List<Question> found) {
        if (!scene.kinds().contains(who)) {
            return;
        }
        List<String> possible = among(scene.kinds(), new ArrayList<>(deeds.keySet()));
        if (possible.size() < 2) {
            found.add(reasoning(random, "the " + who + " could "
                            + (possible.isEmpty() ? "only rest" : deeds.get(possible.get(0))) + ".",
                    "what could the " + who + " do here?", "what might the " + who + " do next?"));
        }
    }

    /** Two colours compared; pairs that match are rare, so they are preferred where there are some. */
    private static Question match(Scene scene, Random random) {
        List<Thing[]> pairs = new ArrayList<>();
        for (Thing a : scene.things()) {
            for (Thing b : scene.things()) {
                if (a != b) {
                    pairs.add(new Thing[] {a, b});
                }
            }
        }
        List<Thing[]> equal = pairs.stream().filter(p -> p[0].color().equals(p[1].color())).collect(Collectors.toList());
        List<Thing[]> different = pairs.stream().filter(p -> !equal.contains(p)).collect(Collectors.toList());
        boolean choose = !equal.isEmpty() && (different.isEmpty() || random.nextDouble() < 0.7);
        Thing[] pair = Scene.one(choose ? equal : different, random);
        return reasoning(random, "the " + pair[0].kind() + " is " + pair[0].color() + " and the " + pair[1].kind() + " is "
                        + pair[1].color() + ", so they " + (choose ? "match." : "do not match."),
                "do the " + pair[0].kind() + " and the " + pair[1].kind() + " match?",
                "would the " + pair[0].kind() + " and the " + pair[1].kind() + " look good together?");
    }

    private static Question reasoning(Random random, String answer, String... phrasings) {
        return question("reasoning", random, answer, phrasings);
    }

    private static List<String> among(List<String> kinds, List<String> wanted) {
        return kinds.stream().filter(wanted::contains).collect(Collectors.toList());
    }
}
