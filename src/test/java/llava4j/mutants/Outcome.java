package llava4j.mutants;

/**
 * How a command ended.
 *
 * @param end  of its own accord or not
 * @param code its exit code, where it exited
 * @param out  what it printed
 * @param err  what stood on stderr, from Java and from native code
 */
record Outcome(End end, int code, String out, String err) {

    enum End { EXITED, HUNG, DIED }
}
