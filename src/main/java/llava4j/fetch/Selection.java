package llava4j.fetch;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import llava4j.error.UserError;

/**
 * Which files of a repository are taken: those that {@code --include} names, and without it, of a model, what this project
 * reads.
 *
 * <p>Many repositories hold the same weights several times over (PyTorch's {@code .bin}, TensorFlow's {@code .h5}, ONNX in a
 * folder). What one would get wrong: taking all of them, or taking a {@code .bin}, which is a pickle, that is, a program
 * that runs when it is opened.
 */
final class Selection {

    private static final List<String> MODEL = List.of("config.json", "generation_config.json", "preprocessor_config.json",
            "processor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
            "added_tokens.json", "chat_template.*", "*.safetensors", "model.safetensors.index.json");
    private static final int NAMED = 12;

    private Selection() {
    }

    /**
     * {@return the files to take, the small ones first, so that a refusal shows before the large ones}
     *
     * @param repo    named in errors
     * @param include patterns of paths, as {@code *.json} or {@code images/**}; none for a model's files
     * @param files   all files of the repository
     * @throws UserError if a pattern is malformed or fits no file, if a data set's files are not chosen, or if a model has
     *                   no {@code config.json} or no safetensors
     */
    static List<HubFile> of(HubRepo repo, List<String> include, List<HubFile> files) {
        List<HubFile> taken = new ArrayList<>(include.isEmpty() ? ofModel(repo, files) : named(repo, include, files));
        taken.sort(Comparator.comparingLong(HubFile::size).thenComparing(HubFile::path));
        return taken;
    }

    private static List<HubFile> ofModel(HubRepo repo, List<HubFile> files) {
        if (repo.dataset()) {
            throw UserError.of("%s: say by --include which files to take: %s", repo, names(files));
        }
        List<PathMatcher> patterns = MODEL.stream().map(Selection::pattern).toList();
        List<HubFile> taken = files.stream().filter(file -> file.atTop() && fits(patterns, file)).toList();
        if (taken.stream().noneMatch(file -> file.path().equals("config.json"))) {
            throw UserError.of("%s: has no config.json, so it is no model directory; its files: %s (--include takes them all "
                    + "the same)", repo, names(files));
        }
        if (taken.stream().noneMatch(file -> file.path().endsWith(".safetensors"))) {
            boolean pickled = files.stream().anyMatch(file -> file.path().endsWith(".bin"));
            throw UserError.of(pickled ? "%s: has its weights as .bin alone, which is a program and not read here: look on its "
                    + "Community page for a conversion to safetensors and take it by its revision (%1$s@refs/pr/N), or convert "
                    + "it once with transformers (docs/real-models.md says how)"
                    : "%s: has no *.safetensors at its top, and nothing else is read here; its files: %s",
                    repo.at("main"), names(files));
        }
        return taken;
    }

    private static List<HubFile> named(HubRepo repo, List<String> include, List<HubFile> files) {
        List<PathMatcher> patterns = include.stream().map(Selection::pattern).toList();
        for (int i = 0; i < patterns.size(); i++) {
            PathMatcher pattern = patterns.get(i);
            if (files.stream().noneMatch(file -> fits(List.of(pattern), file))) {
                throw UserError.of("--include %s: fits no file of %s: %s", include.get(i), repo, names(files));
            }
        }
        return files.stream().filter(file -> fits(patterns, file)).toList();
    }

    private static PathMatcher pattern(String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw UserError.of("--include %s: %s; * stands for any letters, ** for folders as well", glob,
                    e.getDescription());
        }
    }

    private static boolean fits(List<PathMatcher> patterns, HubFile file) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(Path.of(file.path())));
    }

    private static String names(List<HubFile> files) {
        String names = files.stream().filter(file -> !file.path().startsWith(".")).limit(NAMED)
                .map(file -> file.path() + " (" + Bytes.text(file.size()) + ")").collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names + (files.size() > NAMED ? ", ..." : "");
    }
}
