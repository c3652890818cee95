package llava4j.checkpoint;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One name for each tensor, whatever layout the checkpoint was written in.
 *
 * <p>Inside, the names are those of transformers 4.x: {@code vision_tower.vision_model.…}, {@code
 * multi_modal_projector.linear_1.…}, {@code language_model.model.…}, {@code language_model.lm_head.weight}. The table
 * below brings the others to that form; the first line that fits is taken.
 */
public final class TensorNames {

    private record Rule(Pattern from, String to) {
    }

    private static final Rule[] LLAVA = {
            // the original repository: projector inside the decoder's model
            rule("(?:model\\.)?mm_projector\\.(weight|bias)", "multi_modal_projector.linear_1.$1"),
            rule("(?:model\\.)?mm_projector\\.0\\.(.*)", "multi_modal_projector.linear_1.$1"),
            rule("(?:model\\.)?mm_projector\\.2\\.(.*)", "multi_modal_projector.linear_2.$1"),
            rule("model\\.vision_tower\\.vision_tower\\.(?:vision_model\\.)?(.*)", "vision_tower.vision_model.$1"),
            // transformers 5.x, in memory: everything below "model."
            rule("model\\.vision_tower\\.(?:vision_model\\.)?(.*)", "vision_tower.vision_model.$1"),
            rule("model\\.multi_modal_projector\\.(.*)", "multi_modal_projector.$1"),
            rule("model\\.language_model\\.(.*)", "language_model.model.$1"),
            // transformers 4.x and 5.x, on disk
            rule("vision_tower\\.(?:vision_model\\.)?(.*)", "vision_tower.vision_model.$1"),
            rule("language_model\\.(.*)", "language_model.$1"),
            rule("multi_modal_projector\\.(.*)", "multi_modal_projector.$1"),
            // a decoder's own names, in the original repository's files and in a language model's
            rule("(model\\..*|lm_head\\..*)", "language_model.$1"),
    };

    /** A vision tower inside a LLaVA, inside a CLIP, or in a file of its own. */
    private static final Rule[] TOWER = {
            rule("(?:model\\.)?vision_tower\\.(?:vision_tower\\.)?(?:vision_model\\.)?(.*)", "vision_tower.vision_model.$1"),
            rule("vision_model\\.(.*)", "vision_tower.vision_model.$1"),
            rule("((?:embeddings|encoder|pre_layrnorm|post_layernorm)\\..*)", "vision_tower.vision_model.$1"),
    };

    private static final Pattern STALE = Pattern.compile(".*(position_ids|rotary_emb\\.inv_freq)$");

    private TensorNames() {
    }

    private static Rule rule(String from, String to) {
        return new Rule(Pattern.compile(from), to);
    }

    /**
     * {@return the name of a LLaVA's or a language model's tensor; a name that no rule knows stays as it is}
     *
     * @param name as a checkpoint or an adapter has it
     */
    public static String llava(String name) {
        return apply(LLAVA, name);
    }

    /** The name of a vision tower's tensor; a name that no rule knows stays as it is. */
    static String tower(String name) {
        return apply(TOWER, name);
    }

    /** {@return the name in the original repository's files; none for the encoder, which lies elsewhere} */
    static Optional<String> original(String name) {
        return name.startsWith("vision_tower.") ? Optional.empty() : Optional.of(name
                .replaceFirst("^multi_modal_projector\\.linear_1\\.(?=weight|bias)", "model.mm_projector.")
                .replaceFirst("^language_model\\.", ""));
    }

    /** Whether a tensor is a table that older versions saved and every version can compute. */
    static boolean stale(String name) {
        return STALE.matcher(name).matches();
    }

    private static String apply(Rule[] rules, String name) {
        for (Rule rule : rules) {
            Matcher matcher = rule.from().matcher(name);
            if (matcher.matches()) {
                return matcher.replaceFirst(rule.to());
            }
        }
        return name;
    }
}
