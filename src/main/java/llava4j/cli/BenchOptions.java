package llava4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What LLaVA-Bench is read from and who judges. */
final class BenchOptions {

    @Option(names = "--questions", paramLabel = "FILE",
            description = "LLaVA-Bench's questions, JSON lines; with --images and --references. Without it the tiny world's.")
    Path questions;

    @Option(names = "--context", paramLabel = "FILE", description = "The pictures in words, JSON lines, for the judge.")
    Path context;

    @Option(names = "--references", paramLabel = "FILE", description = "The reference answers, JSON lines.")
    Path references;

    @Option(names = "--images", paramLabel = "DIR",
            description = "Folder of the pictures (of ScienceQA's default: tiny-data).")
    Path images;

    @Option(names = "--judge", defaultValue = "rule", paramLabel = "rule|URL",
            description = "rule: checks every statement against the scene, tiny world only (default); or an OpenAI-compatible "
                    + "endpoint.")
    String judge;

    @Option(names = "--judge-model", defaultValue = "gpt-4", paramLabel = "NAME",
            description = "The endpoint's model (default ${DEFAULT-VALUE}).")
    String judgeModel;

    @Option(names = "--max-new-tokens", converter = Range.Count.class, paramLabel = "N",
            description = "Most tokens of an answer, of llava-bench and scienceqa (default 48 for the tiny world, else 512).")
    Integer longest;

    @Mixin
    ReplyOptions replies;
}
