package llava4j.cli;

import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.regex.Pattern;
import llava4j.error.UserError;

/**
 * A failure in one line, or a line for each of several mistakes: what is wrong and what to do. Only what nobody foresaw is
 * called a defect.
 */
final class FailureLine {

    private static final int DEEPEST = 20;
    /** What C++ and libnd4j say where malloc has failed. */
    private static final Pattern NATIVE = Pattern.compile("bad_alloc|(?i)allocation failed|(can't|cannot|failed to) allocate");

    private FailureLine() {
    }

    static String of(Throwable failure) {
        if (failure instanceof UserError) {
            return "llava4j: " + String.join(System.lineSeparator() + "  ", ((UserError) failure).lines());
        }
        return "llava4j: " + UserError.shown(words(failure));
    }

    private static String words(Throwable failure) {
        if (failure instanceof InvalidPathException) {
            InvalidPathException name = (InvalidPathException) failure;
            return "\"" + name.getInput().replaceAll("\\p{Cntrl}", "?") + "\": " + (name.getInput().indexOf('\0') >= 0
                    || name.getIndex() >= 0         // Windows alone says which: one of < > : " | ? *
                    ? "is no file name: it holds a character that no name can have here"
                    : "a file of this name cannot be reached in this locale, whose encoding is " + Encoding.ofNames() + ": "
                    + Encoding.remedy());
        }
        Optional<Throwable> memory = outOfMemory(failure);
        if (memory.isPresent()) {
            return "the memory does not suffice (" + memory.get().getMessage() + "): train with --micro-batch 1, take a smaller "
                    + "--batch, or give Java more of it (llava4j plan says what is needed; docs/faq.md, Out of memory)";
        }
        if (failure instanceof LinkageError) {
            return "a native library cannot be loaded (" + root(failure) + "): may files be written to and run from "
                    + System.getProperty("java.io.tmpdir") + "? -Djava.io.tmpdir=DIR names another folder; llava4j doctor says "
                    + "more";
        }
        return "failed unexpectedly: " + failure + " (this is a defect; --stacktrace shows where)";
    }

    /**
     * The failure of an allocation, which may lie under others: threads wrap what ends them, and native code knows no
     * {@link OutOfMemoryError}.
     */
    private static Optional<Throwable> outOfMemory(Throwable failure) {
        Throwable found = failure;
        for (int depth = 0; found != null && depth < DEEPEST; depth++) {
            if (found instanceof OutOfMemoryError || NATIVE.matcher(String.valueOf(found.getMessage())).find()) {
                return Optional.of(found);
            }
            found = found.getCause();
        }
        return Optional.empty();
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
