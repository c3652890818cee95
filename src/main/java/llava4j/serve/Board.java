package llava4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import llava4j.image.PngBytes;
import llava4j.tinyworld.Painter;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.Thing;

/** Paints a picture of the tiny world from things that somebody has put on a board, as the training pictures are painted. */
final class Board {

    private Board() {
    }

    /** A PNG of {@code things: [{"color": .., "kind": .., "cell": 0..8}]}; the same things give the same picture. */
    static byte[] png(JsonNode root) {
        JsonNode things = root.path("things");
        if (!things.isArray() || things.isEmpty() || things.size() > Scene.PLACES.size()) {
            throw ApiError.invalid("things", "need a list of one to nine things");
        }
        List<Thing> placed = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (JsonNode thing : things) {
            int cell = thing.path("cell").asInt(-1);
            if (!Scene.COLORS.contains(thing.path("color").asText()) || !Scene.KINDS.contains(thing.path("kind").asText())
                    || cell < 0 || cell >= Scene.PLACES.size() || !taken.add(cell)) {
                throw ApiError.invalid("things", "need for each thing a color of " + Scene.COLORS + ", a kind of " + Scene.KINDS
                        + " and a cell from 0 to 8 of its own");
            }
            placed.add(new Thing(thing.get("color").asText(), thing.get("kind").asText(), cell));
        }
        placed.sort(Comparator.comparingInt(Thing::cell));
        return PngBytes.of(Painter.paint(new Scene(placed), new Random(placed.hashCode())));
    }
}
