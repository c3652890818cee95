package llava4j.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import llava4j.connector.Sight;
import llava4j.error.UserError;
import llava4j.graph.CausalMask;
import llava4j.language.DecoderInputs;
import llava4j.language.WordEmbedding;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A batch as the decoder's graphs take it: token ids, which of them are real, and the features of the pictures.
 *
 * <p>{@code <image>} is already expanded: a picture of P image tokens stands as P times the id of {@code <image>}, as
 * transformers' processor writes it. The k-th such id in the batch, row by row, is the k-th row of Hv.
 *
 * @param ids      [B][T] token ids, rows padded to one length on either side
 * @param attends  [B][T] true for a token, false for padding
 * @param features [N*S, Dv] features Zv before the connector, S rows each, of all pictures in the order of the prompt, or
 *                 {@code null} where there is no picture
 * @param sees     [B][T][M] which of its row's M pictures each token may look at, where layers in the decoder do and it is
 *                 given, the features being those of B*M pictures; {@code null} for Flamingo's rule ({@link Sight})
 */
public record Prompt(int[][] ids, boolean[][] attends, INDArray features, boolean[][][] sees) {

    /**
     * A batch in which what a token may look at follows from the ids.
     *
     * @param ids      [B][T]
     * @param attends  [B][T]
     * @param features [N*S, Dv] or {@code null}
     */
    public Prompt(int[][] ids, boolean[][] attends, INDArray features) {
        this(ids, attends, features, null);
    }

    /** {@return the number of rows in the batch, B} */
    public int batch() {
        return ids.length;
    }

    /** {@return the number of tokens in a row, T, padding included} */
    public int length() {
        return ids[0].length;
    }

    /**
     * Rows of different lengths as one batch.
     *
     * @param rows     token ids of each row
     * @param padId    stands on padding
     * @param padLeft  whether padding goes before the tokens (decoding) or after them (training)
     * @param features of the pictures, or {@code null}
     * @return the batch
     */
    public static Prompt padded(List<int[]> rows, int padId, boolean padLeft, INDArray features) {
        int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        int[][] ids = new int[rows.size()][length];
        boolean[][] attends = new boolean[rows.size()][length];
        for (int b = 0; b < ids.length; b++) {
            int[] row = rows.get(b);
            int start = padLeft ? length - row.length : 0;
            java.util.Arrays.fill(ids[b], padId);
            System.arraycopy(row, 0, ids[b], start, row.length);
            java.util.Arrays.fill(attends[b], start, start + row.length, true);
        }
        return new Prompt(ids, attends, features);
    }

    /**
     * Some rows of the batch with their pictures, without the padding on the right that none of them needs.
     *
     * @param from   first row
     * @param to     after the last row
     * @param config of the model: the features go with the rows in which {@code <image>} stands
     * @return a batch of {@code to − from} rows
     * @throws UserError if the number of image tokens is not that of the features
     */
    public Prompt rows(int from, int to, LlavaConfig config) {
        int length = 0;
        long before = 0;
        long within = 0;
        long all = 0;
        for (int b = 0; b < batch(); b++) {
            for (int t = 0; t < length(); t++) {
                long image = attends[b][t] && ids[b][t] == config.imageTokenId() ? 1 : 0;
                all += image;
                before += b < from ? image : 0;
                within += b >= from && b < to ? image : 0;
                length = b >= from && b < to && attends[b][t] ? Math.max(length, t + 1) : length;
            }
        }
        long given = features == null ? 0 : imageTokens(config);
        if (features != null && given != all) {
            // Rows without an image token are given no features: a wrong id of <image> would train on words alone
            throw UserError.of("the prompt has %d image tokens but the pictures give %d: one <image> for each picture",
                    all, given);
        }
        int[][] someIds = new int[to - from][];
        boolean[][] some = new boolean[to - from][];
        for (int b = from; b < to; b++) {
            someIds[b - from] = java.util.Arrays.copyOf(ids[b], length);
            some[b - from] = java.util.Arrays.copyOf(attends[b], length);
        }
        return new Prompt(someIds, some, features == null || within == 0 ? null
                : features.get(NDArrayIndex.interval(features(before, config), features(before + within, config)),
                        NDArrayIndex.all()).dup());
    }

    /** Rows of the features that belong to so many image tokens. */
    private static long features(long imageTokens, LlavaConfig config) {
        return imageTokens * config.features() / config.imageTokens();
    }

    /** Places that the pictures take in the sequence. */
    private long imageTokens(LlavaConfig config) {
        return features.size(0) * config.imageTokens() / config.features();
    }

    /** The batch's pictures, and who sees which. */
    private Sight sight(LlavaConfig config) {
        if (config.connector().isSpliced()) {
            return Sight.inSequence(features == null ? 0 : (int) (features.size(0) / config.features()));
        }
        return sees != null ? Sight.given(sees)
                : Sight.ofLastPicture(ids, attends, config.imageTokenId(), config.endsOfText());
    }

    /** Values of the placeholders that a connector has in the graph of one more token after each row. */
    Map<String, INDArray> ofNextToken(LlavaConfig config) {
        return config.connector() == null ? Map.of() : config.connector().values(sight(config).ofNextToken());
    }

    /**
     * The same batch with as many rows of padding after it as make it {@code rows} long.
     *
     * @param rows  at least {@link #batch}
     * @param padId of the tokens in them
     * @return a batch of {@code rows} rows
     */
    public Prompt filledTo(int rows, int padId) {
        int[][] filledIds = java.util.Arrays.copyOf(ids, rows);
        boolean[][] filled = java.util.Arrays.copyOf(attends, rows);
        for (int b = batch(); b < rows; b++) {
            filledIds[b] = new int[length()];
            java.util.Arrays.fill(filledIds[b], padId);
            filled[b] = new boolean[length()];
        }
        return new Prompt(filledIds, filled, features);
    }

    /**
     * Place of each token in its row, padding not counted: cumulative sum of {@code attends} less one, at least 0.
     *
     * @return [B][T]
     */
    public int[][] positions() {
        int[][] positions = new int[batch()][length()];
        for (int b = 0; b < batch(); b++) {
            int seen = 0;
            for (int t = 0; t < length(); t++) {
                seen += attends[b][t] ? 1 : 0;
                positions[b][t] = Math.max(0, seen - 1);
            }
        }
        return positions;
    }

    /**
     * The arrays for the placeholders of a graph over this batch.
     *
     * @param withImages whether there are pictures
     * @throws UserError if the number of image tokens is not that of the features, or an id is not in the vocabulary
     */
    Map<String, INDArray> placeholders(LlavaConfig config, boolean withImages) {
        int vocabulary = config.decoder().vocabularySize();
        boolean spliced = withImages && config.connector().isSpliced();
        int places = batch() * length();
        int[] words = new int[places];
        int[] order = new int[places];
        int images = 0;
        for (int i = 0; i < places; i++) {
            int id = ids[i / length()][i % length()];
            boolean image = spliced && id == config.imageTokenId() && attends[i / length()][i % length()];
            if (!image && (id < 0 || id >= vocabulary)) {
                throw UserError.of("token id %d is not in the vocabulary of %d: does the tokenizer belong to this model?",
                        id, vocabulary);
            }
            words[i] = image ? 0 : id;
            order[i] = image ? places + images++ : i;
        }
        long tokens = features == null ? 0 : imageTokens(config);
        if (spliced && images != tokens) {
            throw UserError.of("the prompt has %d image tokens but the pictures give %d: one <image> for each picture",
                    images, tokens);
        }
        Sight sight = config.connects(withImages) ? sight(config) : null;
        long each = features == null ? 1 : Math.max(1, features.size(0) / config.features());
        if (sight != null && !spliced && sight.pictures() != each) {
            throw UserError.of("the prompt has %d <image> but there are %d pictures: one <image> for each picture",
                    sight.pictures(), features == null ? 0 : each);
        }
        Map<String, INDArray> values = new HashMap<>(
                DecoderInputs.values(config.decoder(), positions(), CausalMask.of(attends)));
        values.putAll(WordEmbedding.values(config.decoder(), words));
        if (sight != null) {
            values.put("splice_order", Nd4j.createFromArray(order));
            // As in the reference code, a batch without a picture carries a zero one that no place chooses.
            values.put("image_features_pre_projection", features != null && features.size(0) > 0 ? features
                    : Nd4j.zeros(DataType.FLOAT, config.features(), config.connector().inputSize()));
            values.putAll(config.connector().values(sight));
        }
        return values;
    }
}
