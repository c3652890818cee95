package llava4j.execution;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/** This process's own environment variables, which native libraries read when they are loaded, and Java cannot set. */
final class ProcessEnvironment {

    private ProcessEnvironment() {
    }

    /**
     * Sets a variable for the native libraries that are still to be loaded; {@link System#getenv(String)} does not see it.
     *
     * @param name  of the variable
     * @param value what they will read
     */
    static void set(String name, String value) {
        if (Platform.isWindows()) {
            NativeLibrary.getInstance("msvcrt").getFunction("_putenv_s").invokeInt(new Object[] {name, value});
        } else {
            NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {name, value, 1});
        }
    }
}
