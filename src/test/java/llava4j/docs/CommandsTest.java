package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import llava4j.cli.Main;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The commands that the pages show are understood by the command line, and each block says whether it is run;
 * {@link RunPages} runs them.
 */
class CommandsTest {

    private static final Pattern START = Pattern.compile(
            "java (?:-\\S+ +)*-jar target/llava4j\\.jar|-Dexec\\.args=(?=\")");
    private static final List<String> LANGUAGES = List.of("sh", "text", "java", "json", "mermaid", "bibtex");
    private static final Pattern COMMAND = Pattern.compile("^(\\$ )?(java|mvn|pip|python3?|jupyter|git|exercises/grade) ");
    /** Files of the repository: what is made in target is not there yet. */
    private static final Pattern NAMED = Pattern.compile("(?<![\\w./])(?:src|tiny-data|exercises|notebooks)/[\\w./-]+");
    private static final Pattern TESTS = Pattern.compile("-Dtest='([^']+)'");
    private static final Pattern ARGUMENT = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"']+)");

    @Test
    void everyCommandOnAPageIsAcceptedByTheCommandLine() throws IOException {
        List<String> stale = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (String command : commands(page.text())) {
                checked++;
                try {
                    commandLine().parseArgs(arguments(command));
                } catch (CommandLine.ParameterException e) {
                    stale.add(page.file() + ": " + command.strip() + ": " + e.getMessage());
                }
            }
        }
        assertTrue(checked > 30, "the pages' commands were not found: " + checked);
        assertEquals(List.of(), stale, "commands that would be refused");
    }

    @Test
    void everyBlockSaysWhatItHolds() throws IOException {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                Commands commands = new Commands(page, block);
                if (block.language().equals("sh")) {
                    checked++;
                    commands.fault().ifPresent(fault -> wrong.add(commands + ": " + fault));
                } else if (!LANGUAGES.contains(block.language())) {
                    wrong.add(commands + ": the block's language is none of " + LANGUAGES + "; commands are sh");
                } else if (block.language().equals("text") && block.lines().stream().anyMatch(CommandsTest::isCommand)) {
                    wrong.add(commands + ": a command in a block of text: make it one of sh");
                }
            }
            page.prose().stream().filter(line -> line.startsWith("    ") && isCommand(line))
                    .forEach(line -> wrong.add(page.file() + ": an indented command, which nothing runs: make it a block "
                            + "of sh: " + line.strip()));
        }
        assertTrue(checked > 30, "the pages' blocks were not found: " + checked);
        assertEquals(List.of(), wrong, "blocks that nothing would run");
    }

    @Test
    void everyFileAndTestThatABlockNamesIsThere() throws IOException {
        Set<String> there;
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            there = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
        List<String> absent = new ArrayList<>();
        int checked = 0;
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                Matcher named = NAMED.matcher(block.language().equals("sh") ? String.join(" ", block.lines()) : "");
                while (named.find()) {
                    checked++;
                    if (!Files.exists(Path.of(named.group()))) {
                        absent.add(new Commands(page, block) + ": " + named.group());
                    }
                }
                Matcher tests = TESTS.matcher(String.join(" ", block.lines()));
                while (tests.find()) {
                    Stream.of(tests.group(1).split(",")).filter(name -> !there.contains(name + ".java"))
                            .forEach(name -> absent.add(new Commands(page, block) + ": " + name));
                }
            }
        }
        assertTrue(checked > 10, "the blocks' files were not found: " + checked);
        assertEquals(List.of(), absent, "files that are not there");
    }

    @Test
    void aMarkReplacesWholeWordsAndKeepsTheLines() {
        Commands commands = onPage("""
                Text.

                <!-- run with DIR = target/demo, 600 = 2 --seed 1 -->
                ```sh
                inspect DIR --steps 600
                inspect DIR/600.json
                ```
                """);
        assertEquals(Optional.empty(), commands.fault());
        List<String> lines = commands.script().lines().toList();
        assertEquals("inspect target/demo --steps 2 --seed 1", lines.get(4), "line 5 of the page");
        assertEquals("inspect DIR/600.json", lines.get(5));
    }

    @Test
    void aMarkThatIsMisspeltOrReplacesNothingIsNoticed() {
        assertTrue(onPage("<!-- not running: slow -->\n```sh\nmvn verify\n```\n").fault().isPresent());
        assertTrue(onPage("<!-- run with FILE = a.json -->\n```sh\nmvn verify\n```\n").fault().isPresent());
        assertEquals(Optional.of("slow"), onPage("<!-- not run: slow -->\n```sh\nmvn verify\n```\n").reason());
    }

    @Test
    void everyOptionInCodeFormIsAnOptionOfSomeCommand() throws IOException {
        Set<String> known = new TreeSet<>();
        collect(commandLine(), known);
        List<String> stale = new ArrayList<>();
        for (Page page : Page.all()) {
            for (String span : page.codeSpans()) {
                String option = span.split("[ =]")[0];
                if (option.matches("--[a-z][a-z0-9-]+") && !known.contains(option)) {
                    stale.add(page.file() + ": " + option);
                }
            }
        }
        assertEquals(List.of(), stale, "options that no command has");
    }

    @Test
    void anOptionThatDoesNotExistIsNoticed() {
        String command = commands("    java -jar target/llava4j.jar doctor --colour\n").get(0);
        String message = assertThrows(CommandLine.ParameterException.class,
                () -> commandLine().parseArgs(arguments(command))).getMessage();
        assertTrue(message.contains("--colour"), message);
    }

    private static Commands onPage(String text) {
        Page page = new Page(Path.of("page.md"), text);
        return new Commands(page, page.blocks().get(0));
    }

    private static boolean isCommand(String line) {
        return COMMAND.matcher(line.strip()).find();
    }

    private static CommandLine commandLine() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void collect(CommandLine command, Set<String> names) {
        for (CommandLine.Model.OptionSpec option : command.getCommandSpec().options()) {
            for (String name : option.names()) {
                names.add(name);
                if (option.negatable()) {
                    names.add(command.getNegatableOptionTransformer().makeNegative(name, command.getCommandSpec()));
                }
            }
        }
        command.getSubcommands().values().forEach(sub -> collect(sub, names));
    }

    /** What stands behind {@code llava4j.jar} on a page, lines that go on joined. */
    private static List<String> commands(String text) {
        String joined = text.replaceAll("\\\\\\R\\s*", " ");
        List<String> commands = new ArrayList<>();
        Matcher start = START.matcher(joined);
        while (start.find()) {
            int end = start.end();
            boolean quoted = false;
            boolean fromMaven = joined.startsWith("-Dexec", start.start());
            while (end < joined.length()) {
                char c = joined.charAt(end);
                if (!quoted && (c == '\n' || c == '`' || c == '|')) {
                    break;
                }
                quoted ^= c == '"';
                end++;
                if (fromMaven && !quoted) {
                    break;
                }
            }
            String command = joined.substring(start.end(), end);
            commands.add(fromMaven ? command.replace("\"", "") : command);
        }
        return commands;
    }

    /** As a shell splits them; comments are left out. */
    private static String[] arguments(String command) {
        List<String> arguments = new ArrayList<>();
        Matcher argument = ARGUMENT.matcher(command.replaceAll("\\s#.*$", ""));
        while (argument.find()) {
            arguments.add(argument.group(1) != null ? argument.group(1)
                    : argument.group(2) != null ? argument.group(2) : argument.group(3));
        }
        return arguments.toArray(String[]::new);
    }
}
