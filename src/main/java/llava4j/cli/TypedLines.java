package llava4j.cli;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Lines that a person types in a chat: they can be edited and called up again, and the tab key completes commands, file names
 * and, for a model of few words, its words.
 *
 * <p>What one would get wrong: JLine takes an exclamation mark for a call to its history, as shells do; in a chat it is only
 * said aloud. And it would split the name of a file at its spaces and drop the backslashes of a path on Windows.
 */
final class TypedLines implements AutoCloseable {

    private static final int FEW_WORDS = 5000;
    private static final List<String> WITH_FILE = List.of("/image", "/save");
    private static final List<String> COMMANDS = List.of("/image", "/reset", "/save", "/quit");

    private final Terminal terminal;
    private final LineReader reader;

    /** @param words that the model knows */
    static TypedLines of(Set<String> words) throws IOException {
        return new TypedLines(TerminalBuilder.builder().system(true).dumb(true).build(), words);
    }

    TypedLines(Terminal terminal, Set<String> words) {
        this.terminal = terminal;
        reader = LineReaderBuilder.builder().terminal(terminal).appName("llava4j")
                .parser((line, cursor, context) -> Words.of(line, cursor))
                .completer((shell, line, candidates) -> complete(line, words, candidates))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true).build();
    }

    private static void complete(ParsedLine line, Set<String> words, List<Candidate> candidates) {
        if (line.wordIndex() == 0 && line.word().startsWith("/")) {
            COMMANDS.forEach(command -> candidates.add(new Candidate(command)));
        } else if (WITH_FILE.contains(line.words().get(0))) {
            files(line.word(), candidates);
        } else if (words.size() <= FEW_WORDS) {
            words.stream().filter(word -> word.matches("[\\p{L}-]{2,}")).forEach(word -> candidates.add(new Candidate(word)));
        }
    }

    private static void files(String begun, List<Candidate> candidates) {
        String folder = begun.substring(0, Math.max(begun.lastIndexOf('/'), begun.lastIndexOf(File.separatorChar)) + 1);
        File[] files = new File(folder.isEmpty() ? "." : folder).listFiles();
        Arrays.stream(files == null ? new File[0] : files).sorted().forEach(file -> candidates.add(new Candidate(
                folder + file.getName() + (file.isDirectory() ? "/" : ""), file.getName(), null, null, null, null,
                !file.isDirectory())));
    }

    /**
     * A line's words up to the cursor, the last of which is completed; what follows a command that takes a file is one. Nothing is
     * quoted. JLine has to be told so, or it prints a warning into the chat.
     */
    private record Words(String line, int cursor, List<String> words) implements CompletingParsedLine {

        static Words of(String line, int cursor) {
            String begun = line.substring(0, cursor);
            return new Words(line, cursor, WITH_FILE.stream().filter(command -> begun.startsWith(command + " ")).findFirst()
                    .map(command -> List.of(command, begun.substring(command.length()).stripLeading()))
                    .orElseGet(() -> List.of(begun.split(" +", -1))));
        }

        @Override
        public int wordIndex() {
            return words.size() - 1;
        }

        @Override
        public String word() {
            return words.get(wordIndex());
        }

        @Override
        public int wordCursor() {
            return word().length();
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor();
        }

        @Override
        public int rawWordLength() {
            return word().length();
        }
    }

    /** The next line, or {@code null} when there are no more; a line that is given up with Ctrl-C is empty. */
    String next() {
        try {
            return reader.readLine("you> ");
        } catch (UserInterruptException e) {
            return "";
        } catch (EndOfFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
