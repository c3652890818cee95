package llava4j.ablate;

import java.util.Optional;
import llava4j.evaluate.scienceqa.ProblemFormat;
import llava4j.model.Design;

/**
 * What a row's own training begins from.
 *
 * @param design how encoder and decoder are put together
 * @param read   the format in which the decoder has learned to read multiple-choice problems in words; empty for the shipped
 *               decoder
 * @param stage1 whether stage 1 has aligned W; else W is random
 */
public record Beginning(Design design, Optional<ProblemFormat> read, boolean stage1) {

    /** Two beginnings with the same decoder have the same name here. */
    String decoder() {
        return "decoder" + design.decoderLayers() + read.map(format -> "-" + format.name().toLowerCase(java.util.Locale.ROOT))
                .orElse("");
    }
}
