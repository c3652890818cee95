package llava4j.connector;

import llava4j.graph.Activation;
import llava4j.graph.Linear;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The projection W: Hv = W Zv, from the encoder's feature space into the decoder's word space (paper, equation 1).
 *
 * <p>One matrix (and a bias) is all that LLaVA puts between two pretrained models: after it, a patch is a vector that the
 * decoder reads as if it were a word. LLaVA 1.5 puts a second matrix after a GELU ({@code mlp2x_gelu}).
 */
public final class Projector {

    private Projector() {
    }

    /**
     * @param scope  {@code multi_modal_projector}
     * @param zv     [N*P, Dv]
     * @param config its form and activation
     * @return Hv [N*P, D]
     * @throws IllegalArgumentException for a form that is neither {@code linear} nor {@code mlp2x_gelu}
     */
    public static SDVariable of(Scope scope, SDVariable zv, ProjectorConfig config) {
        // [N*P, Dv] -> [N*P, D]
        SDVariable hv = Linear.of(scope.at("linear_1"), zv);
        return switch (config.type()) {
            case "linear" -> hv;
            case "mlp2x_gelu" -> Linear.of(scope.at("linear_2"), Activation.of(config.activation(), hv));
            default -> throw new IllegalArgumentException("unknown projector " + config.type());
        };
    }
}
