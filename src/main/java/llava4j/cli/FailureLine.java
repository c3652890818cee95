package llava4j.cli;

import java.nio.file.InvalidPathException;
import llava4j.error.UserError;

/**
 * A failure in one line, or a line for each of several mistakes: what is wrong and what to do. Only what nobody foresaw is
 * called a defect.
 */
final class FailureLine {

    private FailureLine() {
    }

    static String of(Throwable failure) {
        if (failure instanceof UserError) {
            return "llava4j: " + String.join(System.lineSeparator() + "  ", ((UserError) failure).lines());
        }
        return "llava4j: " + words(failure).replaceAll("\\s*\\R\\s*", " ");
    }

    private static String words(Throwable failure) {
        if (failure instanceof InvalidPathException) {
            InvalidPathException name = (InvalidPathException) failure;
            return "\"" + name.getInput().replaceAll("\\p{Cntrl}", "?") + "\": " + (name.getInput().indexOf('\0') >= 0
                    ? "is no file name: it holds a character that no name can have"
                    : "a file of this name cannot be reached in this locale, whose encoding is " + Encoding.ofNames() + ": "
                    + Encoding.REMEDY);
        }
        if (failure instanceof OutOfMemoryError) {
            return "the memory does not suffice (" + failure.getMessage() + "): a smaller --batch, or more of it for Java "
                    + "(docs/faq.md, Out of memory)";
        }
        if (failure instanceof LinkageError) {
            return "a native library cannot be loaded (" + root(failure) + "): llava4j doctor says more";
        }
        return "failed unexpectedly: " + failure + " (this is a defect; --stacktrace shows where)";
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }
}
