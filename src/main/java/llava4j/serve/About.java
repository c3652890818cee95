package llava4j.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import llava4j.Llava;
import llava4j.conversation.WordGuide;
import llava4j.tinyworld.Scene;
import llava4j.tinyworld.WorldWords;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the page has to know of the model that it talks to. */
final class About {

    private About() {
    }

    static ObjectNode of(Llava model, String name) {
        ObjectNode about = JsonNodeFactory.instance.objectNode().put("model", name)
                .put("parameters", model.weights().values().stream().mapToLong(INDArray::length).sum())
                .put("context", model.config().decoder().maxPositions())
                .put("layers", model.config().decoder().layers()).put("heads", model.config().decoder().heads());
        if (model.config().vision() != null) {
            int patches = model.config().imageTokens() - (model.config().keepClassToken() ? 1 : 0);
            about.putObject("picture").put("side", model.config().vision().imageSize())
                    .put("across", (int) Math.round(Math.sqrt(patches)))
                    .put("first", model.config().keepClassToken() ? 1 : 0)
                    .put("fixed", !model.imageProcessor().doResize());
        }
        if (WorldWords.guide(model.tokenizer().vocabulary()) != WordGuide.NONE) {
            ObjectNode world = about.putObject("world");
            list(world, "kinds", Scene.KINDS);
            list(world, "colors", Scene.COLORS);
            list(world, "places", Scene.PLACES);
        }
        return about;
    }

    private static void list(ObjectNode node, String name, List<String> words) {
        words.forEach(node.withArray(name)::add);
    }
}
