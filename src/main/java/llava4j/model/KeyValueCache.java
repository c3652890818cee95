package llava4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import llava4j.execution.Copied;
import llava4j.language.DecoderConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The keys and values of all tokens so far, layer by layer: decoding's memory.
 *
 * <p>Its size is 2 · layers · Hkv · d · T numbers a row, for the paper's 7B model half a megabyte a token in float16. The
 * arrays have room for more tokens than they hold and double when full; without the spare room every token would copy
 * the whole past.
 */
public final class KeyValueCache {

    private static final int FIRST_CAPACITY = 64;

    private final DecoderConfig config;
    private final List<INDArray> keys = new ArrayList<>();
    private final List<INDArray> values = new ArrayList<>();
    private final boolean[][] attends;
    private Map<String, INDArray> besides = Map.of();
    private int capacity;
    private int length;

    /**
     * An empty cache; room is made when the prompt's keys and values come.
     *
     * @param config the decoder's sizes
     * @param batch  rows, B
     */
    public KeyValueCache(DecoderConfig config, int batch) {
        this.config = config;
        attends = new boolean[batch][0];
    }

    /**
     * Adds T tokens after those already here.
     *
     * @param newKeys   of each layer [B, Hkv, T, d]
     * @param newValues of each layer [B, Hkv, T, d]
     * @param real      [B][T] false for padding
     */
    public void append(List<INDArray> newKeys, List<INDArray> newValues, boolean[][] real) {
        int added = real[0].length;
        reserve(length + added);
        for (int i = 0; i < config.layers(); i++) {
            Copied.into(keys.get(i), newKeys.get(i), 2, length);
            Copied.into(values.get(i), newValues.get(i), 2, length);
        }
        for (int b = 0; b < attends.length; b++) {
            attends[b] = Arrays.copyOf(attends[b], length + added);
            System.arraycopy(real[b], 0, attends[b], length, added);
        }
        length += added;
    }

    /**
     * Forgets the last tokens, so that others can follow the first ones.
     *
     * @param kept how many stay, at most {@link #length}
     */
    public void shorten(int kept) {
        for (int b = 0; b < attends.length; b++) {
            attends[b] = Arrays.copyOf(attends[b], kept);
        }
        length = kept;
    }

    /**
     * Keeps what a connector's layers in the decoder need of the pictures for every later token; it does not grow.
     *
     * @param pictures by the name of the placeholder that takes it
     */
    public void keep(Map<String, INDArray> pictures) {
        besides = Map.copyOf(pictures);
    }

    /** What is kept besides, by the name of its placeholder. */
    Map<String, INDArray> besides() {
        return besides;
    }

    private void reserve(int needed) {
        if (needed <= capacity) {
            return;
        }
        int larger = Math.max(FIRST_CAPACITY, capacity);
        while (larger < needed) {
            larger *= 2;
        }
        for (int i = 0; i < config.layers(); i++) {
            grow(keys, i, larger);
            grow(values, i, larger);
        }
        capacity = larger;
    }

    private void grow(List<INDArray> arrays, int layer, int larger) {
        INDArray room = Nd4j.zeros(DataType.FLOAT, attends.length, config.keyValueHeads(), larger, config.headSize());
        if (layer == arrays.size()) {
            arrays.add(room);
        } else {
            Copied.into(room, arrays.get(layer), 2, 0);
            arrays.set(layer, room);
        }
    }

    /**
     * {@return keys of a layer, [B, Hkv, capacity, d]; what lies from {@link #length} on has no meaning}
     *
     * @param layer from 0
     */
    public INDArray keys(int layer) {
        return keys.get(layer);
    }

    /**
     * {@return values of a layer, [B, Hkv, capacity, d]; what lies from {@link #length} on has no meaning}
     *
     * @param layer from 0
     */
    public INDArray values(int layer) {
        return values.get(layer);
    }

    /** {@return tokens held, padding included} */
    public int length() {
        return length;
    }

    /** {@return tokens for which there is room} */
    public int capacity() {
        return capacity;
    }

    /** {@return what keys and values take, in bytes, the room that is still empty included} */
    public long bytes() {
        return keys.stream().mapToLong(array -> 2 * array.length() * Float.BYTES).sum();
    }

    /** [B][length] false for padding. */
    boolean[][] attends() {
        return attends;
    }

    /** The position of each row's next token, [B][1]: the number of real tokens before it. */
    int[][] nextPositions() {
        int[][] positions = new int[attends.length][1];
        for (int b = 0; b < attends.length; b++) {
            for (boolean real : attends[b]) {
                positions[b][0] += real ? 1 : 0;
            }
        }
        return positions;
    }
}
