package llava4j.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import llava4j.Llava;
import llava4j.cli.ReadCommand;

/**
 * The command line that the driver was given, from which every executor opens the same model: all machines see the same files
 * under the same names.
 *
 * @param folder    the driver's working directory
 * @param arguments a command and its options
 */
record Asked(String folder, List<String> arguments) implements Serializable {

    private static final Map<Asked, Llava> MODELS = new ConcurrentHashMap<>();

    /** The command line as it was given; an encoder that config.json names from the driver's working directory is named in full. */
    static Asked of(Path folder, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        ReadCommand.of(folder, arguments).flatMap(ReadCommand::namedEncoder)
                .ifPresent(encoder -> all.addAll(List.of("--vision-tower", encoder.toString())));
        return new Asked(folder.toString(), List.copyOf(all));
    }

    /** The model, opened once in each process. */
    Llava model() {
        return MODELS.computeIfAbsent(this, asked -> ReadCommand.of(Path.of(asked.folder), asked.arguments).orElseThrow().openModel());
    }
}
