package llava4j.mutants;

/**
 * A file after something was done to it.
 *
 * @param name     what was done, and where
 * @param content  its bytes now
 * @param expected what must come of it
 */
record Mutant(String name, byte[] content, Expected expected) {

    Mutant(String name, String content, Expected expected) {
        this(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8), expected);
    }
}
