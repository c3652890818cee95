package e22_capstone;

import e01_patchify.Patchify;
import e02_patch_embedding.PatchEmbedding;
import e03_attention.Attention;
import e04_causal_mask.CausalMask;
import e05_rms_norm.RmsNorm;
import e06_rotary_embedding.RotaryEmbedding;
import e08_projector_gradient.ProjectorGradient;
import e09_splicing.Splicing;
import e10_loss_mask.LossMask;
import exercises.TinyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Solution of exercise 22. */
public final class TinyLlava {

    private final TinyModel model;

    /** A LLaVA with these weights. */
    public TinyLlava(TinyModel model) {
        this.model = model;
    }

    /** [T, D], [S, D], [S, D], [T, S] or null -> [T, D]. */
    public static double[][] heads(double[][] q, double[][] k, double[][] v, int heads, double[][] mask) {
        int size = q[0].length / heads;
        double[][] out = new double[q.length][heads * size];
        for (int h = 0; h < heads; h++) {
            double[][] ownQ = columns(q, h * size, size);
            double[][] ownK = columns(k, h * size, size);
            double[][] ownV = columns(v, h * size, size);
            for (int t = 0; t < q.length; t++) {
                List<double[]> keys = new ArrayList<>();
                List<double[]> values = new ArrayList<>();
                for (int s = 0; s < k.length; s++) {
                    if (mask == null || mask[t][s] == 0) {
                        keys.add(ownK[s]);
                        values.add(ownV[s]);
                    }
                }
                double[] seen = Attention.attention(new double[][] {ownQ[t]}, keys.toArray(new double[0][]),
                        values.toArray(new double[0][]))[0];
                System.arraycopy(seen, 0, out[t], h * size, size);
            }
        }
        return out;
    }

    /** [3, 48, 48] -> [9, 96]. */
    public double[][] features(double[][][] picture) {
        String p = "vision_model.";
        double[][] x = PatchEmbedding.embed(Patchify.patchify(picture, TinyModel.PATCH),
                model.kernel(p + "embeddings.patch_embedding.weight"),
                model.vector(p + "embeddings.class_embedding"), model.matrix(p + "embeddings.position_embedding.weight"));
        x = layerNorm(p + "pre_layrnorm", x);
        for (int i = 0; i < TinyModel.ENCODER_LAYERS - 1; i++) {
            String at = p + "encoder.layers." + i;
            double[][] a = layerNorm(at + ".layer_norm1", x);
            double[][] seen = heads(linear(at + ".self_attn.q_proj", a), linear(at + ".self_attn.k_proj", a),
                    linear(at + ".self_attn.v_proj", a), TinyModel.HEADS, null);
            x = sum(x, linear(at + ".self_attn.out_proj", seen));
            double[][] wide = linear(at + ".mlp.fc1", layerNorm(at + ".layer_norm2", x));
            x = sum(x, linear(at + ".mlp.fc2", quickGelu(wide)));
        }
        return Arrays.copyOfRange(x, 1, x.length);
    }

    /** [T], [3, 48, 48] -> [T + 8, 223]. */
    public double[][] logits(int[] ids, double[][][] picture) {
        double[][] h = linear("model.mm_projector", features(picture));
        double[][] x = Splicing.rows(ids, model.matrix("model.embed_tokens.weight"), new double[][][] {h});
        boolean[] real = new boolean[x.length];
        Arrays.fill(real, true);
        double[][] mask = CausalMask.mask(real);
        for (int i = 0; i < TinyModel.DECODER_LAYERS; i++) {
            String at = "model.layers." + i;
            double[][] a = rmsNorm(at + ".input_layernorm", x);
            double[][] seen = heads(turned(linear(at + ".self_attn.q_proj", a)), turned(linear(at + ".self_attn.k_proj", a)),
                    linear(at + ".self_attn.v_proj", a), TinyModel.HEADS, mask);
            x = sum(x, linear(at + ".self_attn.o_proj", seen));
            double[][] b = rmsNorm(at + ".post_attention_layernorm", x);
            double[][] gated = product(silu(linear(at + ".mlp.gate_proj", b)), linear(at + ".mlp.up_proj", b));
            x = sum(x, linear(at + ".mlp.down_proj", gated));
        }
        return linear("lm_head", rmsNorm("model.norm", x));
    }

    /** The loss of an answer, equation 3. */
    public double loss(String question, String answer, double[][][] picture) {
        List<LossMask.Piece> pieces = pieces(question, answer);
        int[] ids = ids(pieces);
        int[] labels = Splicing.labels(ids, LossMask.labels(pieces, model::ids), new int[] {9});
        double[][] logits = logits(ids, picture);
        double sum = 0;
        int scored = 0;
        for (int t = 0; t + 1 < labels.length; t++) {
            int next = labels[t + 1];
            if (next != LossMask.IGNORE) {
                sum -= logSoftmax(logits[t], next);
                scored++;
            }
        }
        return sum / scored;
    }

    /** The likeliest word, again and again, up to {@code </s>}. */
    public String answer(String question, double[][][] picture) {
        int[] ids = ids(pieces(question, "").stream().filter(piece -> !piece.learned()).toList());
        int given = ids.length;
        while (true) {
            double[][] logits = logits(ids, picture);
            int next = largest(logits[logits.length - 1]);
            if (next == TinyModel.END) {
                return model.text(Arrays.copyOfRange(ids, given, ids.length));
            }
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = next;
        }
    }

    private static List<LossMask.Piece> pieces(String question, String answer) {
        return LossMask.pieces("", List.of(new LossMask.Turn("<image>\n" + question, answer)));
    }

    private int[] ids(List<LossMask.Piece> pieces) {
        List<Integer> ids = new ArrayList<>(List.of(TinyModel.BEGIN));
        for (LossMask.Piece piece : pieces) {
            for (int id : model.ids(piece.text())) {
                ids.add(id);
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static double[][] columns(double[][] x, int begin, int count) {
        return Arrays.stream(x).map(row -> Arrays.copyOfRange(row, begin, begin + count)).toArray(double[][]::new);
    }

    /** Row t turned by its position, each head by itself. */
    private static double[][] turned(double[][] x) {
        int size = x[0].length / TinyModel.HEADS;
        double[][] turned = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            for (int begin = 0; begin < x[t].length; begin += size) {
                double[] head = RotaryEmbedding.rotate(Arrays.copyOfRange(x[t], begin, begin + size), t, TinyModel.ROPE_BASE);
                System.arraycopy(head, 0, turned[t], begin, size);
            }
        }
        return turned;
    }

    private static double logSoftmax(double[] logits, int id) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        return logits[id] - largest - Math.log(Arrays.stream(logits).map(z -> Math.exp(z - largest)).sum());
    }

    private static int largest(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    // Written already in the starter.

    private double[][] linear(String name, double[][] x) {
        double[][] w = model.matrix(name + ".weight");
        return ProjectorGradient.project(x, w, model.has(name + ".bias") ? model.vector(name + ".bias") : new double[w.length]);
    }

    private double[][] rmsNorm(String name, double[][] x) {
        double[] gain = model.vector(name + ".weight");
        return Arrays.stream(x).map(row -> RmsNorm.rmsNorm(row, gain, TinyModel.EPS)).toArray(double[][]::new);
    }

    private double[][] layerNorm(String name, double[][] x) {
        double[] gain = model.vector(name + ".weight");
        double[] bias = model.vector(name + ".bias");
        double[][] y = new double[x.length][gain.length];
        for (int t = 0; t < x.length; t++) {
            double mean = Arrays.stream(x[t]).average().orElseThrow();
            double variance = Arrays.stream(x[t]).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
            for (int i = 0; i < gain.length; i++) {
                y[t][i] = gain[i] * (x[t][i] - mean) / Math.sqrt(variance + TinyModel.EPS) + bias[i];
            }
        }
        return y;
    }

    private static double[][] quickGelu(double[][] x) {
        return each(x, a -> a / (1 + Math.exp(-1.702 * a)));
    }

    private static double[][] silu(double[][] x) {
        return each(x, a -> a / (1 + Math.exp(-a)));
    }

    private static double[][] each(double[][] x, DoubleUnaryOperator f) {
        return Arrays.stream(x).map(row -> Arrays.stream(row).map(f).toArray()).toArray(double[][]::new);
    }

    private static double[][] sum(double[][] a, double[][] b) {
        double[][] sum = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                sum[t][i] = a[t][i] + b[t][i];
            }
        }
        return sum;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int i = 0; i < a[t].length; i++) {
                product[t][i] = a[t][i] * b[t][i];
            }
        }
        return product;
    }
}
