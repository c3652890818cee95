package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import llava4j.fetch.Bytes;
import llava4j.fetch.EmojiArt;
import llava4j.fetch.Fetch;
import llava4j.fetch.HubSettings;
import llava4j.fetch.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads a checkpoint or a data set. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Download a model directory or a data set's files from the Hugging Face hub, or emoji from npm. Interrupted, the same "
                + "command goes on where it stopped; what is there and whole is not fetched again.",
        footer = {"", "Environment: HF_TOKEN for gated and private repositories; HF_ENDPOINT for a mirror; HTTPS_PROXY, "
                + "HTTP_PROXY, NO_PROXY; npm_config_registry for emoji.", "A named repository and its licence are its authors'."})
final class FetchCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "NAME|hf:OWNER/REPO",
            description = "A name that --list prints, hf:OWNER/REPO or hf:datasets/OWNER/REPO; each may end in @REVISION, a "
                    + "branch, tag or commit (default main).")
    private String what;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the files, made if need be.")
    private Path out;

    @Option(names = "--include", paramLabel = "GLOB",
            description = "Take the files that fit, such as *.json or images/**, instead of the usual ones; may be repeated.")
    private List<String> include;

    @Option(names = "--registry", paramLabel = "URL",
            description = "For emoji: a registry of npm's form (default npm_config_registry of the environment, else npm's own).")
    private String registry;

    @Option(names = "--list", description = "Print the names and what each is for.")
    private boolean list;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (list) {
            Recipe.ALL.forEach(recipe -> System.out.printf("%-18s %-52s %s%s%n", recipe.name(), recipe.repo(), recipe.role(),
                    recipe.size().isEmpty() ? "" : "; " + recipe.size()));
            System.out.printf("%-18s %-52s %s%n", EmojiArt.NAME, "npm: emoji-datasource-google, -twitter 16.0.0",
                    "pictures of things for the picture book; 136 MB, of which 27 MB are kept");
            return 0;
        }
        if (what == null || out == null) {
            throw new ParameterException(spec.commandLine(), what == null
                    ? "say what to fetch: a name that --list prints, or hf:OWNER/REPO" : "say by --out where to put it");
        }
        if (what.equals(EmojiArt.NAME)) {
            return emoji();
        }
        if (registry != null) {
            throw new ParameterException(spec.commandLine(), "--registry goes with emoji: a mirror of the hub is chosen by "
                    + "HF_ENDPOINT");
        }
        Recipe recipe = Recipe.of(what);
        Fetch.Fetched fetched;
        try (FetchProgress progress = new FetchProgress()) {
            fetched = new Fetch(HubSettings.from(System.getenv()), progress)
                    .run(recipe.repo(), include == null ? recipe.include() : include, out);
        }
        report(recipe, fetched);
        return 0;
    }

    private int emoji() {
        if (include != null) {
            throw new ParameterException(spec.commandLine(), "--include does not go with emoji, whose files are chosen already");
        }
        int fetched;
        try (FetchProgress progress = new FetchProgress()) {
            fetched = new EmojiArt(HubSettings.ofRegistry(Optional.ofNullable(registry), System.getenv()), progress).run(out);
        }
        System.out.println(asJson ? new ObjectMapper().createObjectNode().put("out", out.toString()).put("fetched", fetched)
                : "emoji in two styles in " + out + ": " + (fetched == 0 ? "all were here already" : fetched
                + (fetched == 1 ? " package fetched" : " packages fetched")) + "; name their authors where you show them: "
                + out.resolve("ATTRIBUTION.md"));
        return 0;
    }

    private void report(Recipe recipe, Fetch.Fetched fetched) {
        if (asJson) {
            ObjectNode json = new ObjectMapper().createObjectNode().put("out", out.toString())
                    .put("repository", recipe.repo().id()).put("commit", fetched.repo().revision())
                    .put("files", fetched.files().size()).put("fetched", fetched.arrived()).put("bytes", fetched.bytes());
            System.out.println(json);
            return;
        }
        System.out.printf("%d files, %s in %s: %d fetched, %d were here already; checksums are the hub's%n",
                fetched.files().size(), Bytes.text(fetched.bytes()), out, fetched.arrived(),
                fetched.files().size() - fetched.arrived());
        System.out.println("commit " + fetched.repo().revision() + " (" + fetched.repo() + " fetches the same again)");
        if (include == null && !recipe.repo().dataset() && !fetched.has("tokenizer.json")) {
            System.out.println("without tokenizer.json: an encoder needs none; for a decoder make it once with transformers "
                    + "(docs/real-models.md)");
        }
    }
}
