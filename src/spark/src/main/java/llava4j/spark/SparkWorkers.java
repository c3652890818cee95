package llava4j.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.cli.ReadCommand;
import llava4j.cli.Workers;
import llava4j.data.FeatureFolder;
import llava4j.data.PictureEncoding;
import llava4j.error.UserError;
import llava4j.evaluate.Exam;
import llava4j.train.Objective;
import llava4j.train.Stage;
import llava4j.train.StageRun;
import llava4j.train.TrainingPlan;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** The heavy work of encode, evaluate and train, done by a cluster's executors. */
final class SparkWorkers implements Workers, Exam.Examiners {

    private final Cluster cluster;
    private final Asked asked;

    SparkWorkers(Cluster cluster, Asked asked) {
        this.cluster = cluster;
        this.asked = asked;
    }

    @Override
    public Set<String> encode(Llava model, Path images, FeatureFolder features, List<String> names,
                              BiConsumer<Integer, Integer> progress, Consumer<String> fault) {
        List<List<String>> shards = cut(features.missing(names), PictureEncoding.SHARD);
        if (shards.isEmpty()) {
            return Set.of();
        }
        Asked of = asked;
        String pictures = images.toAbsolutePath().toString();
        String folder = features.folder().toAbsolutePath().toString();
        FeatureFolder.Precision precision = features.precision();
        int missing = shards.stream().mapToInt(List::size).sum();
        JavaSparkContext spark = cluster.context();
        SparkListener counter = counter(done -> progress.accept(Math.min(missing, done * PictureEncoding.SHARD), missing));
        spark.sc().addSparkListener(counter);
        List<EncodedShard> encoded;
        try {
            encoded = Told.results(spark.parallelize(shards, shards.size())
                    .map(shard -> Told.of(() -> EncodedShard.of(of, pictures, folder, precision, shard))).collect());
        } finally {
            spark.sc().removeSparkListener(counter);
        }
        WholeFile.removeLeftovers(features.folder());       // of executors that were killed while they wrote
        features.takeNew();
        Set<String> bad = new LinkedHashSet<>();
        encoded.forEach(shard -> {
            shard.faults().forEach(fault);
            bad.addAll(shard.bad());
        });
        return bad;
    }

    private static SparkListener counter(Consumer<Integer> progress) {
        AtomicInteger done = new AtomicInteger();
        return new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd task) {
                if (task.taskInfo().successful()) {
                    progress.accept(done.incrementAndGet());
                }
            }
        };
    }

    @Override
    public Objective objective(Stage stage, Llava model, StageRun run, TrainingPlan plan) {
        if (run.trainedParameters() > Floats.MOST) {
            throw UserError.of("%,d parameters would learn, at most %,d go through Spark: freeze more (--lora-rank), or see "
                    + "docs/scaling.md for other trainers", run.trainedParameters(), Floats.MOST);
        }
        Optional<Path> features = ReadCommand.of(Path.of(asked.folder()), asked.arguments()).orElseThrow().option("--features");
        JavaSparkContext spark = cluster.context();
        return new SparkObjective(spark, new Replica.Settings(spark.sc().applicationId(), asked,
                run.features() == null ? null : features.map(Path::toString).orElse(null), stage, plan.loraDropout(), plan.seed(),
                plan.recompute()), model, run.batches(), plan.parts());
    }

    @Override
    public List<String> answers(List<Exam.Paper> papers, int longest) {
        List<Papers> tasks = cut(papers, Exam.BATCH).stream().map(Papers::of).toList();
        if (tasks.isEmpty()) {
            return List.of();
        }
        Asked of = asked;
        return Told.results(cluster.context().parallelize(tasks, tasks.size())
                .map(task -> Told.of(() -> task.answers(of.model(), longest))).collect()).stream().flatMap(List::stream).toList();
    }

    private static <T> List<List<T>> cut(List<T> all, int size) {
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            pieces.add(new ArrayList<>(all.subList(from, Math.min(all.size(), from + size))));
        }
        return pieces;
    }
}
