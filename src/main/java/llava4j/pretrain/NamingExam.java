package llava4j.pretrain;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import llava4j.conversation.Tokenizer;
import llava4j.image.ClipImageProcessor;
import llava4j.model.Prompt;
import llava4j.picturebook.BookContrast;
import llava4j.tinyworld.CaptionedPicture;
import llava4j.vision.ClipGraph;
import llava4j.vision.PatchContrast;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a CLIP of the picture book knows without being taught to name: which of all concepts' captions is nearest to a picture
 * of one thing ("zero-shot", Radford and others, 2021, section 3.1), and which is nearest to each patch that shows it, which is what W will read.
 *
 * @param seen   share of pictures named rightly, of concepts in styles that were seen
 * @param patches share of the patches that show a thing, in those styles, that name it by themselves
 * @param unseen share in a style in which the concept never was
 * @param asked  pictures in all
 */
public record NamingExam(double seen, double patches, double unseen, int asked) {

    private static final int ROUNDS = 4;

    /**
     * {@return the outcome, on pictures that the training did not see}
     *
     * @param recipe    with the CLIP's sizes
     * @param book      paints
     * @param weights   trained
     * @param tokenizer of the recipe's tokens
     */
    public static NamingExam of(ClipRecipe recipe, BookContrast book, Map<String, INDArray> weights, Tokenizer tokenizer) {
        List<int[]> names = BookContrast.names().stream().map(name -> tokenizer.encode(name, true)).toList();
        int concepts = names.size();
        int[][] captions = Prompt.padded(names, WordTokenizer.PAD, false, null).ids();
        ClipGraph graph = ClipGraph.withNames(recipe.config(), weights, concepts, concepts, name -> false);
        ClipImageProcessor processor = new ClipImageProcessor(recipe.images());
        Random random = new Random(-1);
        int[][] right = new int[2][2];                     // [seen, unseen][all, right]
        int[] ofPatches = new int[2];                      // [all, right]
        for (int round = 0; round < ROUNDS; round++) {
            int style = round % 2;
            List<CaptionedPicture> pictures = book.singles(style, random);
            INDArray pixels = processor.pixelValues(pictures.stream().map(CaptionedPicture::picture).toList());
            int[] nearest = graph.output(pixels, captions, "logits_per_image").get("logits_per_image").argMax(1).toIntVector();
            IntStream.range(0, concepts).forEach(concept -> {
                int[] of = right[BookContrast.unseen(concept, style) ? 1 : 0];
                of[0]++;
                of[1] += nearest[concept] == concept ? 1 : 0;
            });
            PatchContrast.Patches patches = NamedPatches.all(pictures, recipe.config().vision());
            int[] named = graph.patchLogits(pixels, captions, patches).argMax(1).toIntVector();
            IntStream.range(0, named.length).filter(row -> !BookContrast.unseen(patches.names()[row], style)).forEach(row -> {
                ofPatches[0]++;
                ofPatches[1] += named[row] == patches.names()[row] ? 1 : 0;
            });
        }
        return new NamingExam(share(right[0]), share(ofPatches), share(right[1]), right[0][0] + right[1][0]);
    }

    private static double share(int[] allAndRight) {
        return (double) allAndRight[1] / allAndRight[0];
    }
}
