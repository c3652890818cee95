package llava4j.conversation;

import java.util.Arrays;

/** A row of whole numbers that grows at its end; a data set has hundreds of millions of tokens, too many for an object each. */
final class IntRow {

    private int[] values;
    private int count;

    /** @param room how many numbers are expected; more may come */
    IntRow(int room) {
        values = new int[Math.max(room, 1)];
    }

    void add(int value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    /** Adds numbers in their order, each with {@code offset} added to it. */
    void addAll(int[] more, int offset) {
        if (count + more.length > values.length) {
            values = Arrays.copyOf(values, 2 * (count + more.length));
        }
        for (int value : more) {
            values[count++] = value + offset;
        }
    }

    int[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
