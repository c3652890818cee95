package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import llava4j.captions.CaptionFilter;
import llava4j.captions.PhraseBalance;
import llava4j.checkpoint.WholeFile;
import llava4j.error.UserError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Chooses captions that name many different things evenly. */
@Command(name = "filter-captions", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Choose captions for stage 1 as the paper chose 595,000 of CC3M: for every noun phrase that is not too "
                + "rare all its captions, for a very frequent one a random share.",
        footer = {"", "Reads COCO's captions or LLaVA's conversations (the caption is the first answer), and writes the same."})
final class FilterCaptionsCommand implements Callable<Integer> {


    @Option(names = "--data", required = true, paramLabel = "FILE", description = "Captions in English.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The chosen ones.")
    private Path out;

    @Option(names = "--min-frequency", converter = Range.Count.class, defaultValue = "3", paramLabel = "N",
            description = "Pass over phrases that fewer captions say (default ${DEFAULT-VALUE}, the paper's).")
    private int minFrequency;

    @Option(names = "--max-captions", converter = Range.Count.class, defaultValue = "100", paramLabel = "N",
            description = "Captions kept for one phrase (default ${DEFAULT-VALUE}, the paper's).")
    private int maxCaptions;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of the draws among a frequent phrase's captions (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print the counts as JSON.")
    private boolean asJson;

    @Override
    public Integer call() {
        seeOut();
        CaptionFilter.Result result;
        try (CountProgress progress = new CountProgress("filter-captions", "captions")) {
            result = CaptionFilter.run(data, out, new PhraseBalance(minFrequency, maxCaptions, seed), progress);
        }
        if (asJson) {
            System.out.println(new ObjectMapper().createObjectNode().put("out", out.toString())
                    .put("captions", result.captions()).put("phrases", result.phrases())
                    .put("phrases_frequent", result.frequent()).put("phrases_capped", result.capped())
                    .put("min_frequency", minFrequency).put("max_captions", maxCaptions).put("kept", result.kept()));
        } else {
            System.out.printf("%d captions, %d noun phrases%n", result.captions(), result.phrases());
            System.out.printf("%d phrases are said by %d captions or more, %d of them by more than %d%n", result.frequent(),
                    minFrequency, result.capped(), maxCaptions);
            System.out.printf("%d captions kept in %s%n", result.kept(), out);
        }
        return 0;
    }

    /** What would be found only after all captions are read. */
    private void seeOut() {
        try {
            if (Files.exists(out) && Files.exists(data) && Files.isSameFile(data, out)) {
                throw UserError.of("--out %s: is --data itself: choose another place", out);
            }
        } catch (IOException e) {
            throw new UserError("--out " + out + ": cannot be looked at: choose another place", e);
        }
        WholeFile.requirePlace(out);
    }
}
