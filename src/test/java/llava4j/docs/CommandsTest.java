package llava4j.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import llava4j.cli.Main;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands that the pages show are understood by the command line; none of them is run here. */
class CommandsTest {

    private static final Pattern START = Pattern.compile(
            "java (?:-\\S+ +)*-jar target/llava4j\\.jar|-Dexec\\.args=(?=\")");
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

    /** As a shell splits them; comments are left out, brackets round what may be left out are opened. */
    private static String[] arguments(String command) {
        List<String> arguments = new ArrayList<>();
        Matcher argument = ARGUMENT.matcher(command.replaceAll("\\s#.*$", "").replaceAll("\\[(--[^\\]]*)\\]", "$1"));
        while (argument.find()) {
            arguments.add(argument.group(1) != null ? argument.group(1)
                    : argument.group(2) != null ? argument.group(2) : argument.group(3));
        }
        return arguments.toArray(String[]::new);
    }
}
