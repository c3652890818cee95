package llava4j.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays by name in a file: what one backend of ND4J computed, for another to be held against. */
final class Recorded {

    private Recorded() {
    }

    static void write(Path file, Map<String, INDArray> arrays) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(arrays.size());
            for (Map.Entry<String, INDArray> one : arrays.entrySet()) {
                out.writeUTF(one.getKey());
                Nd4j.write(one.getValue().dup('c'), out);
            }
        }
    }

    static Map<String, INDArray> read(Path file) throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                arrays.put(name, Nd4j.read(in));
            }
        }
        return arrays;
    }

    /**
     * max |a − b| / max |b|: relative to the array's largest number, since small ones are differences of large ones.
     *
     * @return infinite where the shapes differ or a result is no number
     */
    static double difference(INDArray a, INDArray b) {
        if (!Arrays.equals(a.shape(), b.shape())) {
            return Double.POSITIVE_INFINITY;
        }
        double[] own = a.dup('c').data().asDouble();
        double[] other = b.dup('c').data().asDouble();
        double largest = 0;
        double farthest = 0;
        for (int i = 0; i < b.length(); i++) {
            if (!(Math.abs(own[i]) <= Double.MAX_VALUE)) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Math.abs(other[i]));
            farthest = Math.max(farthest, Math.abs(own[i] - other[i]));
        }
        return farthest == 0 ? 0 : farthest / Math.max(largest, Float.MIN_NORMAL);
    }
}
