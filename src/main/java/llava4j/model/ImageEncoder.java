package llava4j.model;

import llava4j.execution.EmptyGraph;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import llava4j.execution.Schedule;
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
    private final Map<Integer, Schedule> graphs = new HashMap<>();

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
        List<INDArray> parts = new ArrayList<>();
        int count = (int) pixels.size(0);
        for (int done = 0; done < count; ) {
            // A graph takes a fixed number of pictures: 32, and powers of two for what is left.
            int take = Integer.highestOneBit(Math.min(MOST_AT_ONCE, count - done));
            INDArray part = pixels.get(interval(done, done + take), NDALL, NDALL, NDALL).dup('c');
            parts.add(graph(take).run(Map.of("pixel_values", part)).get("features").dup('c'));
            done += take;
        }
        return parts.size() == 1 ? parts.get(0) : Nd4j.concat(0, parts.toArray(INDArray[]::new));
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

    private static final org.nd4j.linalg.indexing.INDArrayIndex NDALL = org.nd4j.linalg.indexing.NDArrayIndex.all();

    private Schedule graph(int batch) {
        return graphs.computeIfAbsent(batch, b -> {
            SameDiff graph = EmptyGraph.create();
            int size = config.vision().imageSize();
            SDVariable pixels = graph.placeHolder("pixel_values", DataType.FLOAT, b, 3, size, size);
            Scope scope = Scope.root(graph, weights, name -> false).at("vision_tower.vision_model");
            new VisionTransformer(config.vision(), b)
                    .features(scope, pixels, config.visionFeatureLayer(), config.keepClassToken()).rename("features");
            return new Schedule(graph, List.of("features"));
        });
    }
}
