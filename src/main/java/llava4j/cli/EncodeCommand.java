package llava4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.checkpoint.WholeFile;
import llava4j.conversation.Conversation;
import llava4j.data.ConversationRecordReader;
import llava4j.data.FeatureFolder;
import llava4j.data.PictureFolder;
import llava4j.data.SampleRules;
import llava4j.error.Faults;
import llava4j.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Computes the features of pictures once and for all. */
@Command(name = "encode", mixinStandardHelpOptions = true,
        description = "Run pictures through the frozen encoder and keep their features in a folder, for train --features. "
                + "Started again, it goes on where it was ended.")
final class EncodeCommand implements Callable<Integer>, OpensModel {

    @ParentCommand
    private Main main;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PictureOptions pictures;

    @Option(names = "--images", required = true, paramLabel = "DIR", description = "Folder of the pictures.")
    private Path images;

    @Option(names = "--data", paramLabel = "FILE",
            description = "Encode the pictures that this data file names (default: all that are in the folder).")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the features; added to if it is there.")
    private Path out;

    @Option(names = "--precision", paramLabel = "float16|float32",
            description = "How features are kept: float32 (the default) as the encoder gives them, float16 in half the room. "
                    + "A folder that has features already keeps its own.")
    private FeatureFolder.Precision precision;

    @Option(names = "--missing", defaultValue = "stop", paramLabel = "stop|skip",
            description = "Pictures that are not there or cannot be read: all others are encoded and the command fails "
                    + "(default), or succeeds.")
    private SampleRules.Missing missing;

    @Override
    public Llava openModel() {
        return pictures.asked(model.open());
    }

    @Override
    public Integer call() {
        WholeFile.requirePlace(out.resolve("features"));
        List<String> names = data == null ? new PictureFolder(images).pictures() : named();
        if (names.isEmpty()) {
            throw UserError.of("%s: %s", data == null ? images : data, data == null ? "holds no picture" : "names no picture");
        }
        Llava llava = openModel();
        FeatureFolder folder = FeatureFolder.open(out, llava, Optional.ofNullable(precision));
        int wanted = folder.missing(names).size();
        Faults faults = new Faults(images.toString());
        Set<String> bad = FeatureOptions.encode(llava, images, folder, names, faults, main.workers());
        System.out.printf(Locale.ROOT, "%d pictures encoded, %d were there already, %d cannot be read; features [%d, %d], %s, in "
                + "%d files in %s%n", wanted - bad.size(), names.size() - wanted, bad.size(), llava.config().features(),
                llava.config().vision().hiddenSize(), folder.precision(), folder.shards(), out);
        if (missing == SampleRules.Missing.STOP) {
            faults.throwIfAny();
        }
        return 0;
    }

    /** The pictures of a data file, each once; what else the file says is looked at by inspect and train. */
    private List<String> named() {
        if (!Files.exists(data)) {
            throw UserError.of("%s: no such file", data);
        }
        Set<String> names = new LinkedHashSet<>();
        Faults faults = new Faults(data.toString());
        try (ConversationRecordReader reader = ConversationRecordReader.open(data)) {
            while (reader.hasNext()) {
                reader.nextSample(faults).map(Conversation::images).ifPresent(names::addAll);
            }
        }
        faults.throwIfAny();
        return new ArrayList<>(names);
    }
}
