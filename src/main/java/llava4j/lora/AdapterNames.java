package llava4j.lora;

import llava4j.checkpoint.TensorNames;

/**
 * One name for each layer, whatever code made the adapter.
 *
 * <p>An adapter names the layers of the model in memory, behind {@code base_model.model.}: transformers 5
 * {@code model.language_model.layers…}, transformers before 4.52 {@code language_model.model.layers…}, the original
 * repository {@code model.layers…}. What one would get wrong: to compare these with the names in the base's file, which
 * transformers 5 still writes the old way.
 */
final class AdapterNames {

    static final String PROJECTOR = "multi_modal_projector";
    private static final String PREFIX = "base_model.model.";
    private static final String DECODER = "language_model.model.";
    private static final String VISION = "vision_tower.vision_model.";

    private AdapterNames() {
    }

    /** Whether peft has put its prefix before a tensor's name. */
    static boolean prefixed(String name) {
        return name.startsWith(PREFIX);
    }

    /** A tensor's or layer's name in the live model, without peft's prefix. */
    static String live(String name) {
        return prefixed(name) ? name.substring(PREFIX.length()) : name;
    }

    /** Our name of a tensor, from its name in the live model. */
    static String tensor(String live) {
        // The original repository's loader takes off one "model." more where there are two
        return TensorNames.llava(live.startsWith("model.model.") ? live.substring("model.".length()) : live);
    }

    /** Our name of a layer, from its name in the live model. */
    static String module(String live) {
        String weight = tensor(live + ".weight");
        return weight.substring(0, weight.length() - ".weight".length());
    }

    /**
     * A tensor's or layer's name in the live model of transformers 5, from ours.
     *
     * @param eyes whether it is a LLaVA, rather than a language model alone
     */
    static String transformers5(String name, boolean eyes) {
        if (name.startsWith(DECODER)) {
            return (eyes ? "model.language_model." : "model.") + name.substring(DECODER.length());
        }
        if (name.startsWith("language_model.")) {
            return name.substring("language_model.".length());                      // the output head
        }
        return name.startsWith(VISION) ? "model.vision_tower." + name.substring(VISION.length()) : "model." + name;
    }

    /** The same with peft's prefix, as it stands in an adapter's file. */
    static String inFile(String name, boolean eyes) {
        return PREFIX + transformers5(name, eyes);
    }
}
