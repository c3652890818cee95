package llava4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import llava4j.Assembly;
import llava4j.connector.ConnectorType;
import llava4j.model.Design;
import llava4j.model.LlavaConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a language model and a vision encoder together: the model before stage 1. */
@Command(name = "assemble", mixinStandardHelpOptions = true,
        description = "Put a language model and a CLIP together, with a random connector between them: what stage 1 begins "
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

    @Option(names = "--projector", paramLabel = "linear|mlp2x_gelu",
            description = "W: one matrix (LLaVA, the default) or two with a GELU between them (LLaVA 1.5).")
    private String projector;

    @Option(names = "--connector", paramLabel = "projector|mlp|qformer|gated",
            description = "What joins the two: W as one matrix or two, BLIP-2's Q-Former, or Flamingo's resampler with gated "
                    + "layers in the decoder.")
    private String connector;

    @Option(names = "--feature-layer", converter = Range.Layer.class, paramLabel = "N",
            description = "Which of the encoder's hidden states is read, counted from the end (default -2, before the last "
                    + "layer; for gated -1).")
    private Integer featureLayer;

    @Mixin
    private TemplateOption template;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "Of the connector (default ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        ConnectorType type = type();
        OutputFolder.forModel(out);
        LlavaConfig made = Assembly.write(language, vision, out, new Design(featureLayer == null ? type.featureLayer()
                : featureLayer, type.type(), 0), template.asked(), seed);
        System.out.printf("%s: %d image tokens a picture, <image> is token %d of %d; next: train --stage 1 --model %s%n", out,
                made.imageTokens(), made.imageTokenId(), made.decoder().vocabularySize(), out);
        return 0;
    }

    private ConnectorType type() {
        if (projector != null && !projector.equals("linear") && !projector.equals("mlp2x_gelu")) {
            throw new ParameterException(spec.commandLine(), "--projector " + projector + ": there are linear and mlp2x_gelu");
        }
        if (projector != null && connector != null) {
            throw new ParameterException(spec.commandLine(), "--projector and --connector: give one of the two");
        }
        return connector == null ? ConnectorType.of(projector == null ? "linear" : projector).orElseThrow()
                : ConnectorType.of(connector).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "--connector " + connector + ": there are " + ConnectorType.names()));
    }
}
