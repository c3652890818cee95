package llava4j.cli;

import llava4j.generate.Sampler;
import picocli.CommandLine.Option;

/** How the next token is chosen. */
final class SamplingOptions {

    @Option(names = "--temperature", converter = Range.Temperature.class, defaultValue = "0", paramLabel = "T",
            description = "0 takes the likeliest token (default); 1 draws from the model's own probabilities.")
    double temperature;

    @Option(names = "--top-p", converter = Range.Share.class, defaultValue = "1", paramLabel = "P",
            description = "Draw among the likeliest tokens that hold this share of the probability (default ${DEFAULT-VALUE}).")
    double topP;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "Of the draws (default ${DEFAULT-VALUE}).")
    long seed;

    Sampler sampler() {
        return Sampler.of(temperature, topP, seed);
    }
}
