package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import llava4j.Llava;
import llava4j.conversation.StreamedText;
import llava4j.conversation.UnknownWords;
import llava4j.generate.Generator;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;
import llava4j.tinyworld.WorldWords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues a raw prompt, in which no template is put. */
@Command(name = "generate", mixinStandardHelpOptions = true,
        description = "Continue a raw prompt; each <image> in it is the place of one --image (of BLIP-2, a picture stands before it).")
final class GenerateCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private AnswerPrecisionOption precision;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private SamplingOptions sampling;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture; once for each <image>, in order.")
    private List<Path> images = new ArrayList<>();

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The text to continue.")
    private String prompt;

    @Option(names = "--max-new-tokens", converter = Range.Count.class, defaultValue = "64", paramLabel = "N",
            description = "Longest continuation (default ${DEFAULT-VALUE}).")
    private int longest;

    @Option(names = "--json", description = "Print prompt_ids (pictures expanded), generated_ids and text as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        precision.choose(model);
        Llava llava = pictures.asked(model.open());
        int[] ids = llava.text().prompt(prompt, images.size(),
                llava.config().vision() == null ? 1 : llava.config().imageTokens());
        UnknownWords.notice(llava.tokenizer(), prompt, WorldWords.guide(llava.tokenizer().vocabulary()))
                .ifPresent(notice -> System.err.println("llava4j: " + notice));
        INDArray features = images.isEmpty() ? null : llava.imageFeaturesOf(images);
        StreamedText text = new StreamedText(llava.tokenizer(), "", piece -> {
            if (!json) {
                System.out.print(piece);
                System.out.flush();
            }
        });
        Generator generator = new Generator(llava.config(), llava.weights());
        Prompt read = Prompt.padded(List.of(ids), llava.config().padTokenId(), true, features);
        int[] generated = generator.generate(read, longest, sampling.sampler(), (row, token) -> text.add(token)).get(0);
        text.finish();
        if (generated.length < longest && !generator.ended(generated)) {
            System.err.println("llava4j: the text stops here: the model's context of "
                    + llava.config().decoder().maxPositions() + " tokens is full");
        }
        if (!json) {
            System.out.println();
            return 0;
        }
        ObjectNode result = new ObjectMapper().createObjectNode();
        put(result.putArray("prompt_ids"), ids);
        put(result.putArray("generated_ids"), generated);
        result.put("text", llava.tokenizer().decode(generated, true));
        System.out.println(result);
        return 0;
    }

    private static void put(ArrayNode array, int[] ids) {
        for (int id : ids) {
            array.add(id);
        }
    }
}
