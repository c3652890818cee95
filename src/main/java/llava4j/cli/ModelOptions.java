package llava4j.cli;

import java.nio.file.Path;
import java.util.Optional;
import llava4j.Llava;
import picocli.CommandLine.Option;

/** The options that name a model, shared by every command that opens one. */
final class ModelOptions {

    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Model directory: config.json, *.safetensors, tokenizer.json.")
    Path model;

    @Option(names = "--vision-tower", paramLabel = "DIR",
            description = "Directory of the vision encoder, where the original LLaVA layout keeps it apart.")
    Path visionTower;

    Llava open() {
        return Llava.open(model, Optional.ofNullable(visionTower));
    }
}
