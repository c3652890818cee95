package llava4j.graph;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import llava4j.error.UserError;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays that come from outside by name, each held against the type and shape it must have when it is taken.
 *
 * <p>What one would get wrong: an array of the wrong type computes something all the same, ids read as floats for
 * instance, and nobody notices.
 */
public final class NamedTensors {

    private final String source;
    private final Map<String, INDArray> tensors;

    /**
     * Takes up arrays; nothing is checked before it is taken.
     *
     * @param source  what messages name, such as the file
     * @param tensors by name
     */
    public NamedTensors(String source, Map<String, INDArray> tensors) {
        this.source = source;
        this.tensors = tensors;
    }

    /**
     * {@return whether there is such an array, with at least one number in it}
     *
     * @param name the array's
     */
    public boolean has(String name) {
        return tensors.containsKey(name) && tensors.get(name).length() > 0;
    }

    /**
     * {@return a mistake in these arrays, the source named first}
     *
     * @param format    what is wrong, as for {@link String#format}
     * @param arguments as {@code format} names them
     */
    public UserError error(String format, Object... arguments) {
        return UserError.of("%s: %s", source, UserError.of(format, arguments).getMessage());
    }

    /**
     * Token ids or labels.
     *
     * @param name the array's
     * @return [B][T], both at least 1
     * @throws UserError if the array is missing, is not I64 [B, T], or holds a number beyond 32 bits
     */
    public int[][] ids(String name) {
        INDArray array = checked(name, DataType.LONG, "I64 [B, T]", -1, -1);
        long[] flat = array.dup('c').reshape(array.length()).toLongVector();
        int length = (int) array.size(1);
        int[][] rows = new int[(int) array.size(0)][length];
        for (int i = 0; i < flat.length; i++) {
            if (flat[i] != (int) flat[i]) {
                throw error("%s holds %d, which is no token id", name, flat[i]);
            }
            rows[i / length][i % length] = (int) flat[i];
        }
        return rows;
    }

    /**
     * Ids that go with others, place by place.
     *
     * @param name      the array's
     * @param otherName what the message calls the ids they go with
     * @param other     [B][T]
     * @return [B][T]
     * @throws UserError as {@link #ids(String)}, and if the shape is not that of {@code other}
     */
    public int[][] ids(String name, String otherName, int[][] other) {
        int[][] rows = ids(name);
        if (rows.length != other.length || rows[0].length != other[0].length) {
            throw error("%s is [%d, %d], but %s is [%d, %d]: the two must agree", name, rows.length, rows[0].length,
                    otherName, other.length, other[0].length);
        }
        return rows;
    }

    /**
     * An attention mask.
     *
     * @param name    the array's
     * @param idsName what the message calls the tokens
     * @param ids     [B][T] the tokens it belongs to
     * @return [B][T] true for a token, false for padding
     * @throws UserError as {@link #ids(String)}, and if a number is neither 0 nor 1, or a row is all padding
     */
    public boolean[][] attends(String name, String idsName, int[][] ids) {
        int[][] rows = ids(name, idsName, ids);
        boolean[][] attends = new boolean[rows.length][rows[0].length];
        for (int b = 0; b < rows.length; b++) {
            boolean any = false;
            for (int t = 0; t < rows[b].length; t++) {
                if (rows[b][t] != 0 && rows[b][t] != 1) {
                    throw error("%s holds %d: need 1 for a token and 0 for padding", name, rows[b][t]);
                }
                attends[b][t] = rows[b][t] == 1;
                any |= attends[b][t];
            }
            if (!any) {
                throw error("%s: row %d is padding alone: take it out of the batch", name, b);
            }
        }
        return attends;
    }

    /**
     * Prepared pictures.
     *
     * @param name the array's
     * @param side height and width that the encoder takes
     * @return [N, 3, side, side]
     * @throws UserError if the array is missing or is not F32 of that shape
     */
    public INDArray pictures(String name, int side) {
        return checked(name, DataType.FLOAT, "F32 [N, 3, " + side + ", " + side + "]", -1, 3, side, side);
    }

    /**
     * Prepared pictures of each row, as many in every row.
     *
     * @param name the array's
     * @param side height and width that the encoder takes
     * @return [B*N, 3, side, side], row after row
     * @throws UserError if the array is missing or is not F32 [B, N, 3, side, side]
     */
    public INDArray picturesOfRows(String name, int side) {
        return checked(name, DataType.FLOAT, "F32 [B, N, 3, " + side + ", " + side + "]", -1, -1, 3, side, side).dup('c')
                .reshape(-1, 3, side, side);
    }

    /**
     * Which of its row's pictures each token may look at.
     *
     * @param name the array's
     * @param ids  [B][T] the tokens
     * @param most N, pictures of a row
     * @return [B][T][N]
     * @throws UserError if the array is missing, is not I64 [B, T, N], or holds something else than 0 and 1
     */
    public boolean[][][] sees(String name, int[][] ids, int most) {
        INDArray array = checked(name, DataType.LONG, "I64 [" + ids.length + ", " + ids[0].length + ", " + most + "]",
                ids.length, ids[0].length, most);
        long[] flat = array.dup('c').reshape(array.length()).toLongVector();
        boolean[][][] sees = new boolean[ids.length][ids[0].length][most];
        for (int i = 0; i < flat.length; i++) {
            if (flat[i] != 0 && flat[i] != 1) {
                throw error("%s holds %d: need 1 where a token may look at a picture, else 0", name, flat[i]);
            }
            sees[i / most / ids[0].length][i / most % ids[0].length][i % most] = flat[i] == 1;
        }
        return sees;
    }

    /** @param shape −1 where any size will do */
    private INDArray checked(String name, DataType type, String wanted, long... shape) {
        INDArray array = tensors.get(name);
        if (array == null) {
            throw error("no %s in it: need %s", name, wanted);
        }
        boolean fits = array.dataType() == type && array.rank() == shape.length && array.length() > 0;
        for (int i = 0; fits && i < shape.length; i++) {
            fits = shape[i] < 0 || array.size(i) == shape[i];
        }
        if (!fits) {
            throw error("%s is %s %s: need %s", name, array.dataType(),
                    Arrays.stream(array.shape()).boxed().collect(Collectors.toList()), wanted);
        }
        return array;
    }

    /**
     * Refuses ids that a table of {@code size} rows does not have.
     *
     * @param name    what the message calls the ids
     * @param ids     [B][T]
     * @param size    rows of the table; ids are 0 … size − 1
     * @param allowed an id outside the table that is right nevertheless
     * @throws UserError naming the first id that is out of range, and its place
     */
    public void checkRange(String name, int[][] ids, int size, int allowed) {
        for (int b = 0; b < ids.length; b++) {
            for (int t = 0; t < ids[b].length; t++) {
                if ((ids[b][t] < 0 || ids[b][t] >= size) && ids[b][t] != allowed) {
                    throw error("%s[%d, %d] is %d, but the vocabulary has ids 0 to %d", name, b, t, ids[b][t], size - 1);
                }
            }
        }
    }
}
