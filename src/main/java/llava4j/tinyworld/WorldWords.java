package llava4j.tinyworld;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import llava4j.conversation.WordGuide;

/**
 * The words that one can use with a model of the tiny world, for those who ask about a dog.
 *
 * <p>Its vocabulary is closed, so any other word reaches the model as a hole. A model is taken for one of the tiny world if its
 * vocabulary is small and has all kinds, colours and places.
 */
public final class WorldWords {

    private static final int LARGEST_VOCABULARY = 1000;

    private static final WordGuide GUIDE = new WordGuide(alike(), "the things " + String.join(", ", Scene.KINDS) + "; the colors "
            + String.join(", ", Scene.COLORS) + "; the places " + String.join(", ", Scene.PLACES));

    private WorldWords() {
    }

    /**
     * {@return the guide to a model's words}
     *
     * @param vocabulary the model's own
     */
    public static WordGuide guide(Set<String> vocabulary) {
        return vocabulary.size() <= LARGEST_VOCABULARY && Stream.of(Scene.KINDS, Scene.COLORS, Scene.PLACES)
                .allMatch(vocabulary::containsAll) ? GUIDE : WordGuide.NONE;
    }

    private static Map<String, String> alike() {
        Map<String, String> instead = new HashMap<>();
        Map.of("car", List.of("automobile", "vehicle", "bus", "truck", "taxi"),
                "tree", List.of("plant", "bush", "palm", "oak", "fir", "forest", "flower"),
                "house", List.of("home", "building", "hut", "cottage", "church", "castle"),
                "cat", List.of("dog", "animal", "pet", "kitten", "puppy", "horse", "bird", "kitty"),
                "ball", List.of("football", "soccer", "balloon", "circle", "sphere", "toy"),
                "boat", List.of("ship", "sailboat", "yacht", "ferry", "vessel"),
                "star", List.of("sun", "moon", "planet"),
                "person", List.of("man", "woman", "boy", "girl", "child", "people", "human", "somebody", "figure"))
                .forEach((known, others) -> others.forEach(other -> instead.put(other, known)));
        Map.of("purple", List.of("violet", "pink", "lilac", "magenta"), "blue", List.of("cyan", "turquoise", "navy"),
                "orange", List.of("brown"), "yellow", List.of("gold", "golden"), "center", List.of("middle", "centre"),
                "color", List.of("colour", "hue"), "picture", List.of("image", "photo", "photograph", "scene"))
                .forEach((known, others) -> others.forEach(other -> instead.put(other, known)));
        return instead;
    }
}
