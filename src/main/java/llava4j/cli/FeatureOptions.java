package llava4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import llava4j.Llava;
import llava4j.data.FeatureFolder;
import llava4j.data.FeatureStore;
import llava4j.data.FeaturesAsNeeded;
import llava4j.data.Pictures;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.error.Faults;
import picocli.CommandLine.Option;

/** The option that says where training finds the pictures' features, and keeps those it has to compute. */
final class FeatureOptions {

    @Option(names = "--features", paramLabel = "DIR",
            description = "Folder of the pictures' features, as encode writes it; what is missing in it is computed first. "
                    + "Without it they are computed anew at each start: at once if they fit into 1 GB, else step by step.")
    private Path features;

    /**
     * The features of a data set's pictures, all of which are there then; {@code null} if no folder was named.
     *
     * @throws llava4j.error.UserError naming the pictures that cannot be read, unless their samples may be left out
     */
    FeatureStore complete(Llava model, Path images, SampleCheck samples, Workers workers) {
        if (features == null || samples.set().pictures().isEmpty()) {
            return null;
        }
        FeatureFolder folder = FeatureFolder.open(features, model, Optional.empty());
        Faults faults = new Faults(images.toString());
        Set<String> bad = encode(model, images, folder, samples.set().pictures(), faults, workers);
        if (samples.rules().missing() == SampleRules.Missing.STOP) {
            faults.throwIfAny();
        }
        samples.leaveOut(bad);
        return folder;
    }

    /** What a user may want to know of a run that computes features in each epoch. */
    static Optional<String> note(FeatureStore features, Llava model, SampleCheck samples) {
        int pictures = samples.set().pictures().size();
        return !(features instanceof FeaturesAsNeeded) ? Optional.empty() : Optional.of(String.format(Locale.ROOT,
                "the features of %d pictures would take %.1f GB: they are computed a batch ahead, in each epoch anew; to compute "
                + "them once, keep them with --features DIR", pictures, Pictures.bytes(model, pictures) / 1e9));
    }

    /** Encodes what is missing, with its progress on stderr. */
    static Set<String> encode(Llava model, Path images, FeatureFolder folder, List<String> names, Faults faults,
                              Workers workers) {
        try (CountProgress progress = new CountProgress("encode", "pictures")) {
            return workers.encode(model, images, folder, names, progress, fault -> {
                System.err.println("encode: left out: " + fault);
                faults.add(fault);
            });
        }
    }
}
