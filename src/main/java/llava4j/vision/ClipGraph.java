package llava4j.vision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import llava4j.graph.CausalMask;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Both towers of CLIP and their contrast: pictures and captions in one space (Radford and others, 2021).
 *
 * <p>This is where the vision encoder comes from. Nobody told it what a ball is; it only had to tell which of many
 * captions belongs to a picture, and for that it must see colours, things and places.
 */
public final class ClipGraph {

    private static final String NAMES = "name_";

    private final ClipConfig config;
    private final SameDiff graph = EmptyGraph.create();
    private final List<String> trained;
    private Schedule forwardAndBackward;

    /**
     * Builds both towers for a fixed number of pictures and captions; the captions' length is found at run time.
     *
     * @param config   sizes of both towers
     * @param weights  by name; the graph shares the arrays
     * @param pictures pictures in a run
     * @param captions captions in a run; as many as pictures where the loss is wanted
     * @param train    which parameters get a gradient
     */
    public ClipGraph(ClipConfig config, Map<String, INDArray> weights, int pictures, int captions,
                     Predicate<String> train) {
        this(config, weights, pictures, captions, 0, train);
    }

    /**
     * {@return both towers for a batch whose things are also contrasted with all names ({@link PatchContrast})}
     *
     * @param config  sizes of both towers
     * @param weights by name; the graph shares the arrays
     * @param pairs   pictures in a run, and captions
     * @param names   names of things in a run
     * @param train   which parameters get a gradient
     */
    public static ClipGraph withNames(ClipConfig config, Map<String, INDArray> weights, int pairs, int names,
                                      Predicate<String> train) {
        return new ClipGraph(config, weights, pairs, pairs, names, train);
    }

    private ClipGraph(ClipConfig config, Map<String, INDArray> weights, int pictures, int captions, int names,
                      Predicate<String> train) {
        this.config = config;
        Scope root = Scope.root(graph, weights, train);
        int size = config.vision().imageSize();
        SDVariable pixels = graph.placeHolder("pixel_values", DataType.FLOAT, pictures, 3, size, size);
        VisionTransformer tower = new VisionTransformer(config.vision(), pictures);
        List<SDVariable> states = tower.hiddenStates(root.at("vision_model"), pixels);
        SDVariable images = ContrastiveLoss.normalize(tower.embedding(root, states)).rename("image_embeds");
        SDVariable texts = texts(root, "", captions).rename("text_embeds");
        SDVariable logits = ContrastiveLoss.logits(root, images, texts).rename("logits_per_image");
        SDVariable named = names == 0 ? null : PatchContrast.logits(root, tower, states,
                graph.placeHolder("patch_rows", DataType.INT, -1),
                texts(root, NAMES, names)).rename("logits_per_patch");
        if (pictures == captions) {
            SDVariable loss = ContrastiveLoss.of(logits, graph.placeHolder("caption_of_picture", DataType.INT, pictures),
                    graph.placeHolder("picture_of_caption", DataType.INT, pictures));
            if (named != null) {
                loss = loss.add(PatchContrast.of(named, graph.placeHolder("name_of_patch", DataType.INT, -1), pictures));
            }
            loss.rename("loss");
            graph.setLossVariables("loss");
        }
        trained = graph.variables().stream().filter(v -> v.getVariableType() == VariableType.VARIABLE)
                .map(SDVariable::name).collect(Collectors.toList());
    }

    /** Texts in CLIP's shared space, at length one; their placeholders' names begin with {@code prefix}. */
    private SDVariable texts(Scope root, String prefix, int count) {
        return ContrastiveLoss.normalize(new TextTower(config.text(), count).embedding(root,
                graph.placeHolder(prefix + "input_ids", DataType.INT, -1), graph.placeHolder(prefix + "positions", DataType.INT, -1),
                graph.placeHolder(prefix + "ends", DataType.INT, -1),
                graph.placeHolder(prefix + "mask", DataType.FLOAT, count, 1, -1, -1)));
    }

    /**
     * Loss, gradients, and the share of pictures that found their caption.
     *
     * @param loss     of the batch
     * @param accuracy in [0, 1]
     * @param byName   gradient of each trained parameter, in its shape
     */
    public record Gradients(double loss, double accuracy, Map<String, INDArray> byName) {
    }

    /**
     * Forward and backward; caption i belongs to picture i.
     *
     * @param pixels [B, 3, S, S]
     * @param ids    [B][T] padded on the right
     * @return arrays that the next call writes over
     */
    public Gradients gradients(INDArray pixels, int[][] ids) {
        return gradients(inputs(pixels, ids), ids);
    }

    /**
     * Forward and backward; caption i belongs to picture i, and the pictures' things are contrasted with all names.
     *
     * @param pixels  [B, 3, S, S]
     * @param ids     [B][T] padded on the right
     * @param names   [C][T] padded on the right
     * @param patches which show which name
     * @return arrays that the next call writes over
     */
    public Gradients gradients(INDArray pixels, int[][] ids, int[][] names, PatchContrast.Patches patches) {
        Map<String, INDArray> inputs = inputs(pixels, ids);
        inputs.putAll(patchInputs(names, patches));
        inputs.put("name_of_patch", Nd4j.createFromArray(patches.names()));
        return gradients(inputs, ids);
    }

    private Gradients gradients(Map<String, INDArray> inputs, int[][] ids) {
        INDArray partners = Nd4j.createFromArray(IntStream.range(0, ids.length).toArray());
        inputs.put("caption_of_picture", partners);
        inputs.put("picture_of_caption", partners);
        if (forwardAndBackward == null) {
            forwardAndBackward = Schedule.ofGradients(graph, List.of("loss", "logits_per_image"), trained);
        }
        Map<String, INDArray> result = forwardAndBackward.run(inputs);
        // As in the language model's loss: the gradient comes as that of a sum, here of two sums over B rows
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        trained.forEach(name -> gradients.put(name,
                result.get(Schedule.gradientOf(graph, name)).divi(2.0 * ids.length)));
        INDArray logits = result.get("logits_per_image");
        int[] best = logits.argMax(1).toIntVector();
        double found = IntStream.range(0, best.length).filter(i -> best[i] == i).count();
        return new Gradients(result.get("loss").getDouble(0), found / best.length, gradients);
    }

    /**
     * {@return the wanted outputs by name, by the forward pass alone}
     *
     * @param pixels  [B, 3, S, S], or {@code null} where no output needs pictures
     * @param ids     [C][T], or {@code null} where no output needs captions
     * @param attends [C][T] false for padding, on either side
     * @param names   of {@code image_embeds} [B, d], {@code text_embeds} [C, d], {@code logits_per_image} [B, C]
     */
    public Map<String, INDArray> output(INDArray pixels, int[][] ids, boolean[][] attends, List<String> names) {
        Map<String, INDArray> inputs = ids == null ? new HashMap<>() : textInputs("", ids, attends);
        if (pixels != null) {
            inputs.put("pixel_values", pixels);
        }
        return graph.output(inputs, names);
    }

    /**
     * {@return the wanted outputs by name, for captions padded on the right, where no mask is needed}
     *
     * @param pixels [B, 3, S, S], or {@code null} where no output needs pictures
     * @param ids    [C][T], or {@code null} where no output needs captions
     * @param names  as in {@link #output(INDArray, int[][], boolean[][], List)}
     */
    public Map<String, INDArray> output(INDArray pixels, int[][] ids, String... names) {
        return graph.output(inputs(pixels, ids), names);
    }

    /**
     * {@return {@code logits_per_patch} [R, C]: how near each chosen patch is to each name}
     *
     * @param pixels  [B, 3, S, S]
     * @param names   [C][T] padded on the right
     * @param patches which are asked about
     */
    public INDArray patchLogits(INDArray pixels, int[][] names, PatchContrast.Patches patches) {
        Map<String, INDArray> inputs = patchInputs(names, patches);
        inputs.put("pixel_values", pixels);
        return graph.output(inputs, List.of("logits_per_patch")).get("logits_per_patch");
    }

    private Map<String, INDArray> inputs(INDArray pixels, int[][] ids) {
        Map<String, INDArray> inputs = textInputs("", ids, everywhere(ids));
        inputs.put("pixel_values", pixels);
        return inputs;
    }

    private Map<String, INDArray> patchInputs(int[][] names, PatchContrast.Patches patches) {
        Map<String, INDArray> inputs = textInputs(NAMES, names, everywhere(names));
        inputs.put("patch_rows", Nd4j.createFromArray(patches.tokens(config.vision().patches())));
        return inputs;
    }

    /** Padding stands after the end-of-text token, which therefore never sees it: the causal mask is enough. */
    private static boolean[][] everywhere(int[][] ids) {
        boolean[][] attends = new boolean[ids.length][ids[0].length];
        Arrays.stream(attends).forEach(row -> Arrays.fill(row, true));
        return attends;
    }

    private Map<String, INDArray> textInputs(String prefix, int[][] ids, boolean[][] attends) {
        int length = ids[0].length;
        int[] flat = Arrays.stream(ids).flatMapToInt(Arrays::stream).toArray();
        int[] positions = IntStream.range(0, flat.length).map(i -> i % length).toArray();
        int[] ends = new int[ids.length];
        for (int c = 0; c < ids.length; c++) {
            ends[c] = c * length + end(ids[c]);
        }
        Map<String, INDArray> inputs = new HashMap<>();
        inputs.put(prefix + "input_ids", Nd4j.createFromArray(flat));
        inputs.put(prefix + "positions", Nd4j.createFromArray(positions));
        inputs.put(prefix + "ends", Nd4j.createFromArray(ends));
        inputs.put(prefix + "mask", CausalMask.of(attends));
        return inputs;
    }

    /** Place of the token whose output stands for the caption. */
    private int end(int[] row) {
        int best = 0;
        for (int t = 0; t < row.length; t++) {
            // A config that names id 2 predates the fix in transformers: there the largest id is taken.
            if (config.text().eosTokenId() == 2 ? row[t] > row[best] : row[t] == config.text().eosTokenId()) {
                best = t;
                if (config.text().eosTokenId() != 2) {
                    return t;
                }
            }
        }
        return best;
    }

    /** {@return the names of the parameters that get a gradient} */
    public List<String> trained() {
        return new ArrayList<>(trained);
    }
}
