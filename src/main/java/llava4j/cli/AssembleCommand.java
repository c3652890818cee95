package llava4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import llava4j.Assembly;
import llava4j.model.Design;
import llava4j.model.LlavaConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a language model and a vision encoder together: the model before stage 1. */
@Command(name = "assemble", mixinStandardHelpOptions = true,
        description = "Put a language model and a CLIP together, with a random projection between them: what stage 1 begins "
                + "with. <image> joins the vocabulary if it has none; weights keep the number format of their files.")
final class AssembleCommand implements Callable<Integer> {

    @Option(names = "--language", required = true, paramLabel = "DIR",
            description = "Directory of a LLaMA: config.json, *.safetensors, tokenizer.json.")
    private Path language;

    @Option(names = "--vision", required = true, paramLabel = "DIR",
            description = "Directory of a CLIP, or of its vision tower alone: config.json, *.safetensors.")
    private Path vision;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Model directory to write.")
    private Path out;

    @Option(names = "--projector", defaultValue = "linear", paramLabel = "linear|mlp2x_gelu",
            description = "W: one matrix (LLaVA, the default) or two with a GELU between them (LLaVA 1.5).")
    private String projector;

    @Option(names = "--feature-layer", converter = Range.Layer.class, defaultValue = "-2", paramLabel = "N",
            description = "Which of the encoder's hidden states W sees, counted from the end (default ${DEFAULT-VALUE}, "
                    + "before the last layer).")
    private int featureLayer;

    @Mixin
    private TemplateOption template;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "Of W (default ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        if (!projector.equals("linear") && !projector.equals("mlp2x_gelu")) {
            throw new ParameterException(spec.commandLine(), "--projector " + projector + ": there are linear and mlp2x_gelu");
        }
        OutputFolder.forModel(out);
        LlavaConfig made = Assembly.write(language, vision, out, new Design(featureLayer, projector, 0), template.asked(), seed);
        System.out.printf("%s: %d image tokens a picture, <image> is token %d of %d; next: train --stage 1 --model %s%n", out,
                made.imageTokens(), made.imageTokenId(), made.decoder().vocabularySize(), out);
        return 0;
    }
}
