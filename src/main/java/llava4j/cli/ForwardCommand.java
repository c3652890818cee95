package llava4j.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.checkpoint.ModelDirectory;
import llava4j.checkpoint.Safetensors;
import llava4j.checkpoint.SafetensorsWriter;
import llava4j.graph.NamedTensors;
import llava4j.execution.Threads;
import llava4j.lora.Adapter;
import llava4j.model.ForwardTensors;
import llava4j.vision.ClipTensors;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One forward pass, file to file: the way to compare with another implementation. */
@Command(name = "forward", mixinStandardHelpOptions = true,
        description = "Run a batch through a LLaVA, a LLaMA or a CLIP, from one safetensors file to another.",
        footer = {"", "In: input_ids, attention_mask I64 [B,T], padded on either side, <image> once for each image token;",
            "pixel_values F32 [N,3,H,W] where there are pictures (IDEFICS: [B,N,3,H,W], and image_attention_mask I64 [B,T,N]);",
            "labels I64 [B,T] (-100: ignored) where the loss is wanted.",
            "Out: logits [B,T,V], image_features_pre_projection [N,P,Dv], image_features [N,P,D], loss, "
                    + "per_token_loss [B,T-1];",
            "of BLIP-2 also image_embeds and query_output, of IDEFICS image_features_pre_resampler;",
            "of a CLIP image_embeds [N,d], text_embeds [C,d], logits_per_image [N,C]."})
final class ForwardCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Option(names = "--input", required = true, paramLabel = "FILE", description = "The safetensors file to read.")
    private Path input;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The safetensors file to write.")
    private Path output;

    @Override
    public Integer call() {
        NamedTensors given = read();
        ModelDirectory directory = ModelDirectory.open(model.model, model.encoder());
        Optional<Adapter> adapter = model.adapter();
        Map<String, INDArray> out;
        if (directory.kind() == ModelDirectory.Kind.CLIP) {
            Threads.fit(directory.clip().vision().hiddenSize());
            out = ClipTensors.run(directory.clip(), directory.weights(model.asStored(name -> false)), given);
        } else {
            Threads.fit(directory.llava().decoder().hiddenSize());
            Map<String, INDArray> weights = directory.weights(model.asStored(name -> false));
            out = new ForwardTensors(directory.llava(), adapter.map(a -> a.onto(weights)).orElse(weights)).run(given);
        }
        SafetensorsWriter.write(output, out);
        return 0;
    }

    private NamedTensors read() {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (Safetensors file = Safetensors.open(input)) {
            ForwardTensors.INPUTS.stream().filter(file.names()::contains)
                    .forEach(name -> tensors.put(name, file.get(name)));
        }
        return new NamedTensors(input.toString(), tensors);
    }
}
