package llava4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import llava4j.Llava;
import llava4j.data.FeatureFolder;
import llava4j.execution.Threads;
import llava4j.graph.Dropout;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import llava4j.train.ParallelLoss;
import llava4j.train.Stage;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The model on an executor, opened once for each process.
 *
 * <p>It has no state that counts: the weights that learn come with every step, and the rows with every part. So any executor can
 * compute any part of any step, as often as need be, and one that is lost takes nothing with it. What one would get wrong: a task of
 * an earlier step that Spark has given up may still be at work here. It must not see the weights change, nor leave its own behind:
 * whoever computes holds a lock, and whoever comes asks whether the weights are those of its step.
 */
final class Replica {

    /**
     * What has to be known to open one.
     *
     * @param run       Spark's name of the run: numbers of broadcasts begin anew in each
     * @param asked     the command
     * @param features  folder of the pictures' features, or {@code null} where there are no pictures
     * @param stage     which parameters learn
     * @param dropout   share of an adapter's input that falls out
     * @param seed      of what falls out
     * @param recompute whether activations are computed a second time rather than kept
     */
    record Settings(String run, Asked asked, String features, Stage stage, double dropout, long seed,
                    boolean recompute) implements Serializable {
    }

    private static final Map<Settings, Replica> REPLICAS = new ConcurrentHashMap<>();

    private final Settings settings;
    private final Llava model;
    private final FeatureFolder features;
    private final List<String> trained;
    private final Dropout dropout;
    private final ReadWriteLock weights = new ReentrantReadWriteLock();
    private final Map<Integer, Queue<ParallelLoss>> idle = new ConcurrentHashMap<>();
    private long holds = -1;

    private Replica(Settings settings) {
        this.settings = settings;
        this.model = settings.asked().model();
        this.features = settings.features() == null ? null
                : FeatureFolder.open(Path.of(settings.features()), model, Optional.empty());
        this.trained = settings.stage().trainedNames(model);
        this.dropout = new Dropout(settings.dropout(), settings.seed());
    }

    static Replica of(Settings settings) {
        return REPLICAS.computeIfAbsent(settings, Replica::new);
    }

    /** The gradient of some rows, at the weights of their step. */
    PartGradient gradient(PartOfStep part, Broadcast<byte[]> ofStep) {
        if (LossGraph.scored(part.labels()) == 0) {
            return PartGradient.NONE;
        }
        Prompt prompt = new Prompt(part.ids(), part.attends(), featuresOf(part.images()));
        Queue<ParallelLoss> free = idle.computeIfAbsent(prompt.batch(), rows -> new ConcurrentLinkedQueue<>());
        ParallelLoss kept = free.poll();
        ParallelLoss loss = kept != null ? kept : new ParallelLoss(model.config(), model.weights(), prompt.batch(),
                settings.stage().trained(), true, dropout, settings.recompute(), 1);
        take(ofStep);
        try {
            return PartGradient.of(loss.gradients(prompt, part.labels(), part.step(), part.firstRow()));
        } finally {
            weights.readLock().unlock();
            free.add(loss);
        }
    }

    private INDArray featuresOf(List<String> images) {
        if (images.isEmpty()) {
            return null;
        }
        synchronized (features) {
            Threads.fit(model.config().decoder().hiddenSize());
            return features.of(images);
        }
    }

    /** Sees to it that the weights are those of a step, and that they stay so until the reader's lock is given back. */
    private void take(Broadcast<byte[]> ofStep) {
        byte[] numbers = ofStep.value();
        weights.writeLock().lock();
        try {
            if (holds != ofStep.id()) {
                Floats.into(numbers, trained, model.weights());
                holds = ofStep.id();
            }
            weights.readLock().lock();
        } finally {
            weights.writeLock().unlock();
        }
    }
}
