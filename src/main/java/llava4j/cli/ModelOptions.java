package llava4j.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import llava4j.Llava;
import llava4j.checkpoint.ModelDirectory;
import llava4j.execution.NativeMemory;
import llava4j.lora.Adapter;
import llava4j.lora.AdapterDirectory;
import picocli.CommandLine.Option;

/** The options that name a model, shared by every command that opens one. */
final class ModelOptions {

    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Model directory: config.json, *.safetensors, tokenizer.json.")
    Path model;

    @Option(names = "--vision-tower", paramLabel = "DIR",
            description = "Directory of the vision encoder, where the original LLaVA layout keeps it apart.")
    Path visionTower;

    @Option(names = "--weights", defaultValue = "as-stored", paramLabel = "float32|as-stored",
            description = "as-stored (the default): weights that do not learn stay in the 16 bits of their file, if it has so "
                    + "few, and are widened as they are used; float32: all are copied into memory. Results are the same.")
    WeightForm weights;

    @Option(names = "--adapter", paramLabel = "DIR",
            description = "A LoRA adapter that is laid onto the model: adapter_config.json and its tensors, as peft or LLaVA's "
                    + "own code writes them.")
    Path adapter;

    /** How frozen weights are kept. */
    enum WeightForm {
        FLOAT32, AS_STORED;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The model, none of whose weights will change. */
    Llava open() {
        return open(name -> false);
    }

    /** The model, some of whose weights will be trained. */
    Llava open(Predicate<String> trained) {
        Optional<Adapter> laidOn = adapter();
        Llava base = openBase(trained);
        Llava opened = laidOn.map(base::withAdapter).orElse(base);
        NativeMemory.afterReading();
        return opened;
    }

    /** The model without its adapter. */
    Llava openBase(Predicate<String> trained) {
        ShippedModel.requireThere(model);
        return Llava.open(model, encoder(), asStored(trained));
    }

    /** Where the encoder lies, if it is kept apart. */
    Optional<Path> encoder() {
        return Optional.ofNullable(visionTower);
    }

    /** The adapter, if one is given; it is read and checked before the base's weights are. */
    Optional<Adapter> adapter() {
        if (adapter == null) {
            return Optional.empty();
        }
        return Optional.of(AdapterDirectory.read(adapter, ModelDirectory.open(model, encoder())));
    }

    /** Which weights may stay as their file has them. */
    Predicate<String> asStored(Predicate<String> trained) {
        return name -> weights == WeightForm.AS_STORED && !trained.test(name);
    }
}
