package llava4j.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.Llava;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes W and the decoder as the main job left them. The encoder stays in its own directory: it is frozen in both stages, so
 * that a second copy would add nothing but its size.
 */
@Command(name = "llava", mixinStandardHelpOptions = true,
        description = "The main job's W and tuned decoder, without its encoder: what chat and serve use if no --model is given.")
final class PretrainLlavaCommand implements Callable<Integer> {

    @Option(names = "--model", defaultValue = "target/demo/model", paramLabel = "DIR",
            description = "What the main job has made (default ${DEFAULT-VALUE}).")
    private Path model;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model directory to write.")
    private Path out;

    @Override
    public Integer call() {
        Llava.open(model, Optional.empty()).saveWithoutEncoder(out, ShippedModel.ENCODER.toString());
        System.out.println("W and decoder of " + model + " are in " + out + "; its encoder is " + ShippedModel.ENCODER);
        return 0;
    }
}
