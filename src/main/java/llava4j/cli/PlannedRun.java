package llava4j.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import llava4j.language.DecoderConfig;
import llava4j.model.LlavaConfig;
import llava4j.plan.Memory;
import llava4j.plan.PictureMemory;
import llava4j.plan.TrainingRun;
import picocli.CommandLine.Option;

/** The options of a training run that decide its memory, as {@code train} has them. */
final class PlannedRun {

    @Option(names = "--batch", converter = Range.BatchSize.class, defaultValue = "8", paramLabel = "B",
            description = "Samples a step (default ${DEFAULT-VALUE}).")
    int batch;

    @Option(names = "--micro-batch", converter = Range.BatchSize.class, paramLabel = "M",
            description = "Samples that are run at a time (default: the whole batch).")
    private Integer microBatch;

    @Option(names = "--parts", converter = Range.BatchSize.class, paramLabel = "N",
            description = "As in train: what is run at a time is split into N equal parts at most, each with gradients of its own "
                    + "(default: as many parts as cores).")
    private Integer parts;

    @Option(names = "--recompute", description = "Activations are computed a second time rather than kept.")
    private boolean recompute;

    @Option(names = "--lora-rank", converter = Range.Count.class, paramLabel = "R",
            description = "Stage 2 as LoRA: low-rank paths of rank R beside all of the decoder's matrices learn.")
    private Integer loraRank;

    @Option(names = "--weights", defaultValue = "float32", paramLabel = "float32|as-stored",
            description = "as-stored: weights that do not learn stay in the 16 bits of their file (default ${DEFAULT-VALUE}).")
    private ModelOptions.WeightForm weights;

    @Option(names = "--pictures", converter = Range.CountOrNone.class, defaultValue = "1000", paramLabel = "N",
            description = "Pictures of the data set, whose features are kept in memory up to 1 GB of them (default "
                    + "${DEFAULT-VALUE}).")
    private int pictures;

    @Option(names = "--features", arity = "0..1", fallbackValue = "", paramLabel = "DIR",
            description = "As in train: the features lie in a folder, and none are kept in memory. No encoder runs; where DIR is "
                    + "given and holds none yet, it runs first. DIR may be left out.")
    private String features;

    /** The run of one stage. */
    private TrainingRun run(DecoderConfig decoder, int stage, int length, int rows) {
        return new TrainingRun(stage, batch, false, length, recompute, stage == 2 && loraRank != null ? loraRank : 0,
                weights == ModelOptions.WeightForm.AS_STORED, 1).inPieces(decoder, batch, rows, parts == null ? 0 : parts);
    }

    /** What one stage takes beside its pictures. */
    Memory memory(LlavaConfig config, int stage, int length) {
        return Memory.training(config, run(config.decoder(), stage, length, rows()));
    }

    /** What decoding takes. */
    Memory decoding(LlavaConfig config, int length) {
        return Memory.decoding(config, batch, length, weights == ModelOptions.WeightForm.AS_STORED);
    }

    /** Samples that are run at a time. */
    int rows() {
        return microBatch == null ? batch : Math.min(microBatch, batch);
    }

    /** What the pictures take in training. */
    PictureMemory pictures(LlavaConfig config) {
        PictureMemory all = PictureMemory.ofDataSet(config, pictures, batch);
        return features == null ? all : features.isEmpty() || holdsFeatures(Path.of(features)) ? PictureMemory.NONE
                : new PictureMemory(all.encoder(), 0);
    }

    private static boolean holdsFeatures(Path folder) {
        try (DirectoryStream<Path> shards = Files.newDirectoryStream(folder, "features-*.safetensors")) {
            return shards.iterator().hasNext();
        } catch (IOException e) {
            return false;       // not there yet: train makes it
        }
    }

    /** The most rows of the batch that can be run at a time in so many bytes, the pictures' taken off; 0 where not even one can. */
    int largestMicroBatch(LlavaConfig config, int stage, int length, long bytes) {
        int rows = batch;
        while (rows > 0 && Memory.training(config, run(config.decoder(), stage, length, rows)).all() > bytes) {
            rows--;
        }
        return rows;
    }

    /** The weights' form and what else was chosen, in words. */
    @Override
    public String toString() {
        return (weights == ModelOptions.WeightForm.AS_STORED ? "frozen weights in 16 bits" : "float32") + ", batch " + batch
                + (rows() < batch ? " in pieces of " + rows() : "")
                + (parts != null ? ", in " + parts + " parts at most" : "") + (recompute ? ", recomputed" : "")
                + (loraRank != null ? ", LoRA of rank " + loraRank : "");
    }
}
