package llava4j.evaluate.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Thing;

/**
 * One thing that an answer says about a scene, and whether it is so.
 *
 * <p>This is not the code that wrote the questions: it looks at a scene and a statement, whoever made it.
 *
 * @param subject what it is said of: a kind of thing, {@code things}, {@code here}
 * @param aspect  color, place, count, exists, left of, right of, above, below, alive, time, carries, shelters, could, match
 * @param value   what is said
 */
record Statement(String subject, String aspect, String value) {

    private static final Set<String> LIVING = Set.of("cat", "person", "tree");
    private static final Set<String> VEHICLES = Set.of("car", "boat");
    private static final List<String> NUMBERS = List.of("zero", "one", "two", "three");
    /** What a cat or a person could do, and what must be there for it. */
    private static final Map<String, Map<String, String>> DEEDS = Map.of(
            "cat", Map.of("climb the tree", "tree", "chase the ball", "ball", "follow the person", "person"),
            "person", Map.of("drive the car", "car", "sail the boat", "boat", "enter the house", "house",
                    "kick the ball", "ball"));

    /** Whether it is true of a scene. */
    boolean holds(Scene scene) {
        return switch (aspect) {
            case "color" -> thing(scene, subject).map(Thing::color).filter(value::equals).isPresent();
            case "place" -> thing(scene, subject).map(Thing::place).filter(value::equals).isPresent();
            case "count" -> NUMBERS.indexOf(value) == scene.things().size();
            case "exists" -> thing(scene, subject).isPresent() == value.equals("yes");
            case "left of", "right of", "above", "below" -> stands(scene);
            case "alive" -> someOrNothing(scene, LIVING);
            case "carries" -> someOrNothing(scene, VEHICLES);
            case "shelters" -> someOrNothing(scene, Set.of("house"));
            case "time" -> thing(scene, "star").isPresent() == value.equals("night");
            case "could" -> could(scene);
            case "match" -> thing(scene, subject.split("&")[0]).isPresent() && thing(scene, subject.split("&")[1])
                    .isPresent() && value.equals(thing(scene, subject.split("&")[0]).get().color()
                    .equals(thing(scene, subject.split("&")[1]).get().color()) ? "yes" : "no");
            default -> throw new IllegalStateException("no aspect " + aspect);
        };
    }

    private static Optional<Thing> thing(Scene scene, String kind) {
        return scene.things().stream().filter(thing -> thing.kind().equals(kind)).findFirst();
    }

    private boolean stands(Scene scene) {
        Optional<Thing> a = thing(scene, subject);
        Optional<Thing> b = thing(scene, value);
        if (a.isEmpty() || b.isEmpty()) {
            return false;
        }
        int right = a.get().cell() % 3 - b.get().cell() % 3;
        int down = a.get().cell() / 3 - b.get().cell() / 3;
        return switch (aspect) {
            case "left of" -> right < 0;
            case "right of" -> right > 0;
            case "above" -> down < 0;
            default -> down > 0;
        };
    }

    /** Said of one kind: it is here and of that sort. Said of nothing: none of that sort is here. */
    private boolean someOrNothing(Scene scene, Set<String> sort) {
        return value.equals("nothing") ? scene.things().stream().noneMatch(thing -> sort.contains(thing.kind()))
                : sort.contains(value) && thing(scene, value).isPresent();
    }

    private boolean could(Scene scene) {
        Map<String, String> deeds = DEEDS.getOrDefault(subject, Map.of());
        return thing(scene, subject).isPresent() && (value.equals("only rest")
                ? deeds.values().stream().noneMatch(kind -> thing(scene, kind).isPresent())
                : deeds.containsKey(value) && thing(scene, deeds.get(value)).isPresent());
    }
}
