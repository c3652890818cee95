package llava4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import llava4j.data.ConversationFile;
import llava4j.endpoint.EndpointSettings;
import llava4j.error.UserError;
import llava4j.teacher.EndpointTeacher;
import llava4j.teacher.InstructionData;
import llava4j.teacher.InstructionKind;
import llava4j.teacher.RuleTeacher;
import llava4j.teacher.SamplePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes instruction data out of captions and boxes. */
@Command(name = "make-data", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Make instruction data: a teacher that sees captions and boxes but no picture writes conversations, "
                + "detailed descriptions and reasoning, in LLaVA's format.",
        footer = {"", "The data of the tiny world:",
            "  make-data --captions tiny-data/train/captions.json --instances tiny-data/train/instances.json --teacher rule \\",
            "      --per-picture conversation=2,detail=1,reasoning=1 --seed 1 --out tiny-data/train/instructions.json"})
final class MakeDataCommand implements Callable<Integer> {

    @Option(names = "--captions", required = true, paramLabel = "FILE", description = "COCO captions.")
    private Path captions;

    @Option(names = "--instances", required = true, paramLabel = "FILE",
            description = "COCO instances, the boxes, of the same pictures.")
    private Path instances;

    @Option(names = "--teacher", required = true, paramLabel = "rule|URL",
            description = "rule: built in, for the tiny world's captions; or the base address of an OpenAI-compatible "
                    + "endpoint, such as http://localhost:8000/v1. Its key is read from OPENAI_API_KEY.")
    private String teacher;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The data, in LLaVA's format.")
    private Path out;

    @Option(names = "--kinds", split = ",", paramLabel = "KIND", defaultValue = "conversation,detail,reasoning",
            description = "Kinds to make (default ${DEFAULT-VALUE}).")
    private List<InstructionKind> kinds;

    @Option(names = "--proportion", split = ",", paramLabel = "KIND=SHARE",
            description = "Shares of the kinds in the whole (default the paper's: "
                    + "conversation=58,detail=23,reasoning=77).")
    private Map<InstructionKind, Integer> proportion;

    @Option(names = "--per-picture", split = ",", paramLabel = "KIND=NUMBER",
            description = "So many samples of each kind about every picture, instead of a proportion.")
    private Map<InstructionKind, Integer> perPicture;

    @Option(names = "--limit", converter = Range.Count.class, paramLabel = "N",
            description = "Samples to ask for in all (default two for each picture; with --per-picture no limit).")
    private Integer limit;

    @Option(names = "--held-out", split = ",", paramLabel = "PHRASE",
            description = "Leave out pictures whose captions say one of these; \"\" for none (default the tiny world's "
                    + "held-out pairs: ${DEFAULT-VALUE}).",
            defaultValue = "red boat,green cat,blue tree,yellow house,purple car,orange star")
    private List<String> heldOut;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S",
            description = "Of which pictures are asked about and, with rule, what is said (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--resume", description = "Endpoint: go on with an earlier run; its replies lie in FILE.replies.jsonl "
            + "beside the result and are not asked for again.")
    private boolean resume;

    @Mixin
    private EndpointOptions endpoint;

    @Option(names = "--json", description = "Print the counts as JSON.")
    private boolean asJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!teacher.equals("rule") && !EndpointSettings.isAddress(teacher)) {
            throw misuse("--teacher " + teacher + ": need rule, or an address like http://localhost:8000/v1");
        }
        InstructionData data = new InstructionData(captions, instances,
                heldOut.stream().map(String::strip).filter(phrase -> !phrase.isEmpty()).toList());
        SamplePlan plan = plan(data.size());
        if (data.size() == 0) {
            throw UserError.of("%s: every picture has a held-out phrase in its captions: give other ones by --held-out",
                    captions);
        }
        InstructionData.Made made = teacher.equals("rule") ? data.make(plan, new RuleTeacher(), 1, (answered, all) -> { })
                : askEndpoint(data, plan);
        if (made.conversations().isEmpty()) {
            if (made.leftOut().isEmpty()) {
                throw UserError.of("the budget allowed no reply, so %s is not written", out);
            }
            throw UserError.of("none of the teacher's replies is of use (%s), so %s is not written; rule understands the "
                    + "tiny world alone", counts(made.leftOut()), out);
        }
        ConversationFile.write(out, made.conversations());
        report(data, made);
        return 0;
    }

    private InstructionData.Made askEndpoint(InstructionData data, SamplePlan plan) {
        Path log = out.resolveSibling(out.getFileName() + ".replies.jsonl");
        try (EndpointTeacher model = new EndpointTeacher(endpoint.settings(teacher), log, resume);
                ReplyProgress progress = new ReplyProgress()) {
            return data.make(plan, model, endpoint.parallel(), progress);
        }
    }

    private void report(InstructionData data, InstructionData.Made made) {
        if (asJson) {
            ObjectNode json = new ObjectMapper().createObjectNode().put("out", out.toString());
            ObjectNode samples = json.putObject("samples");
            made.samples().forEach((kind, number) -> samples.put(kind.toString(), number));
            ObjectNode leftOut = json.putObject("left_out");
            made.leftOut().forEach((fault, number) -> leftOut.put(fault.toString(), number));
            json.put("not_asked", made.notAsked()).put("pictures", data.size()).put("pictures_held_out", data.heldOut())
                    .put("pictures_without_caption", data.withoutCaption());
            System.out.println(json);
            return;
        }
        System.out.printf("%d samples in %s: %s%n", made.conversations().size(), out, counts(made.samples()));
        if (!made.leftOut().isEmpty()) {
            System.out.println("replies left out: " + counts(made.leftOut()));
        }
        if (made.notAsked() > 0) {
            System.out.println("not asked for, since the budget is spent: " + made.notAsked() + " (--resume goes on)");
        }
        if (data.heldOut() + data.withoutCaption() > 0) {
            System.out.printf("pictures left out: %d that --held-out names, %d without a caption; %d remain%n",
                    data.heldOut(), data.withoutCaption(), data.size());
        }
    }

    private static String counts(Map<?, Integer> numbers) {
        return numbers.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private SamplePlan plan(int pictures) {
        if (perPicture != null && proportion != null) {
            throw misuse("--per-picture and --proportion exclude each other");
        }
        Map<InstructionKind, Integer> numbers = new EnumMap<>(perPicture != null ? perPicture
                : proportion != null ? proportion : SamplePlan.paperProportion(kinds));
        numbers.keySet().retainAll(kinds);
        if (numbers.values().stream().anyMatch(number -> number < 0 || number > 1000)
                || numbers.values().stream().allMatch(number -> number == 0)) {
            throw misuse((perPicture != null ? "--per-picture" : "--proportion")
                    + ": needs numbers from 0 to 1000, one of them above 0, for kinds that --kinds names");
        }
        int most = limit != null ? limit : perPicture != null ? Integer.MAX_VALUE : 2 * pictures;
        return new SamplePlan(numbers, perPicture != null, most, seed);
    }

    private ParameterException misuse(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
