package llava4j.language;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What stands between the decoder's layers besides them: nothing in LLaMA, in LLaVA and in BLIP-2; in Flamingo, layers that
 * look at pictures ({@link GatedLayers}).
 */
public interface BetweenLayers {

    /** The decoder as it is. */
    BetweenLayers NOTHING = (layer, x) -> x;

    /**
     * {@return what a decoder layer is given in place of x, [B*T, D]}
     *
     * @param layer of the decoder, from 0
     * @param x     [B*T, D]
     */
    SDVariable before(int layer, SDVariable x);

    /** {@return what a token that comes later needs of it, by the name of the placeholder that will hold it} */
    default Map<String, SDVariable> kept() {
        return Map.of();
    }
}
