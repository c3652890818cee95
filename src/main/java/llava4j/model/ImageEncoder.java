package llava4j.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import llava4j.execution.Copied;
import llava4j.execution.EmptyGraph;
import llava4j.execution.Schedule;
import llava4j.execution.Threads;
import llava4j.graph.Scope;
import llava4j.vision.VisionTransformer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs the frozen encoder: Zv = g(Xv) for any number of pictures. Threads that ask at the same time wait for each other.
 */
public final class ImageEncoder {

    private static final int MOST_AT_ONCE = 32;

    private final LlavaConfig config;
    private final Map<String, INDArray> weights;
    private final Map<Integer, List<Schedule>> graphs = new HashMap<>();

    /**
     * Prepares the encoder up to the layer that W sees; graphs are built when pictures come.
     *
     * @param config  the model's sizes
     * @param weights all parameters by name; those below {@code vision_tower} are used
     */
    public ImageEncoder(LlavaConfig config, Map<String, INDArray> weights) {
        this.config = config;
        this.weights = weights;
    }

    /**
     * Features before the projection.
     *
     * @param pixels [N, 3, S, S], normalised
     * @return [N*P, Dv]
     */
    public synchronized INDArray features(INDArray pixels) {
        int count = (int) pixels.size(0);
        INDArray features = Nd4j.createUninitialized(DataType.FLOAT, (long) count * config.features(), config.vision().hiddenSize());
        for (int done = 0; done < count; ) {
            // A graph takes a fixed number of pictures: 32, and powers of two for what is left.
            int take = Integer.highestOneBit(Math.min(MOST_AT_ONCE, count - done));
            sideBySide(pixels, done, take, features);
            done += take;
        }
        return features;
    }

    /**
     * Features before the projection, of pictures that come one after another.
     *
     * @param pictures each [3, S, S], normalised; at least one; at most 32 are held at a time
     * @return [N*P, Dv], the same as of all pictures at once
     * @throws IllegalArgumentException if there is no picture
     */
    public INDArray features(Iterator<INDArray> pictures) {
        List<INDArray> parts = new ArrayList<>();
        while (pictures.hasNext()) {
            List<INDArray> some = new ArrayList<>();
            while (some.size() < MOST_AT_ONCE && pictures.hasNext()) {
                some.add(pictures.next());
            }
            parts.add(features(Nd4j.stack(0, some.toArray(INDArray[]::new))));
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("A batch needs at least one picture");
        }
        return parts.size() == 1 ? parts.get(0) : Nd4j.concat(0, parts.toArray(INDArray[]::new));
    }

    /** Features of some of the pictures, shared out among the cores: each has a graph of its own, the weights are shared. */
    private void sideBySide(INDArray pixels, int first, int count, INDArray features) {
        int threads = Threads.equal(count, Threads.cores());
        int each = count / threads;
        List<Schedule> own = graphs(each, threads);
        Threads.each(threads, (thread, of) -> {
            long begin = first + (long) thread * each;
            INDArray some = Copied.rows(pixels, begin, begin + each);
            Copied.into(features, own.get(thread).run(Map.of("pixel_values", some)).get("features"), 0, begin * config.features());
            Nd4j.getExecutioner().commit();         // a GPU works on after the call, and another thread reads next
        });
    }

    /**
     * Measures the operations of {@link #features} for a number of pictures that it has seen; {@code null} for no longer.
     *
     * @param clock is told of each operation after it
     */
    public void time(Schedule.Clock clock) {
        graphs.values().forEach(made -> made.forEach(graph -> graph.time(clock)));
    }

    private List<Schedule> graphs(int batch, int threads) {
        List<Schedule> made = graphs.computeIfAbsent(batch, b -> new ArrayList<>());
        while (made.size() < threads) {
            made.add(graph(batch));
        }
        return made;
    }

    private Schedule graph(int batch) {
        SameDiff graph = EmptyGraph.create();
        int size = config.vision().imageSize();
        SDVariable pixels = graph.placeHolder("pixel_values", DataType.FLOAT, batch, 3, size, size);
        Scope scope = Scope.root(graph, weights, name -> false).at("vision_tower.vision_model");
        new VisionTransformer(config.vision(), batch)
                .features(scope, pixels, config.visionFeatureLayer(), config.keepClassToken()).rename("features");
        return new Schedule(graph, List.of("features"));
    }
}
