package llava4j.support;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import llava4j.checkpoint.ExpectedTensors;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.vision.VisionConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A LLaVA so small that a test can look at all of it: 4 patches a picture, 19 words, two layers of everything, two query
 * heads to each key head. No weight is zero or one, so that nothing can hide behind a gain or a bias.
 */
public final class TinyModel {

    public static final int PAD = 0;
    public static final int BOS = 1;
    public static final int EOS = 3;
    public static final int IMAGE = 4;
    public static final int VOCABULARY = 19;
    public static final int IMAGE_TOKENS = 4;

    /** Pictures of 8 x 8 pixels in four patches. */
    public static final VisionConfig VISION = VisionConfig.VIT_B_32.withImageSize(8).withPatchSize(4).withHiddenSize(6)
            .withIntermediateSize(10).withLayers(2).withHeads(2);
    /** Grouped-query attention with heads that are wider than D / H. */
    public static final DecoderConfig DECODER = DecoderConfig.VICUNA_7B.withVocabularySize(VOCABULARY).withHiddenSize(8)
            .withIntermediateSize(12).withLayers(2).withHeads(4).withKeyValueHeads(2).withHeadSize(4).withMaxPositions(128);

    private TinyModel() {
    }

    public static LlavaConfig config(String projector) {
        return LlavaConfig.of(VISION, projector, DECODER).withImageTokenId(IMAGE).withBosTokenId(BOS)
                .withEosTokenIds(List.of(EOS)).withPadTokenId(PAD);
    }

    public static Map<String, INDArray> weights(LlavaConfig config, long seed) {
        return random(ExpectedTensors.of(config), seed);
    }

    public static Map<String, INDArray> random(Map<String, long[]> shapes, long seed) {
        Random random = new Random(seed);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            INDArray array = gaussian(random, name.contains("embed") ? 0.7 : shape.length < 2 ? 0.3
                    : 1.2 / Math.sqrt(shape[shape.length - 1]), shape);
            weights.put(name, name.contains("norm") && name.endsWith("weight") ? array.add(1) : array);
        });
        return weights;
    }

    /** Random numbers that do not depend on ND4J's own generator. */
    public static INDArray gaussian(Random random, double scale, long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return Nd4j.create(values, shape, DataType.FLOAT);
    }

    /** Encoder features of {@code pictures} pictures, [pictures * P, Dv]. */
    public static INDArray features(LlavaConfig config, int pictures, long seed) {
        return gaussian(new Random(seed), 1, (long) pictures * config.features(), config.connector().inputSize());
    }

    /** Word ids, none of them special. */
    public static int[] words(Random random, int count) {
        return random.ints(count, 5, VOCABULARY).toArray();
    }
}
