package llava4j.mutants;

/** What may happen to a damaged file; whatever happens, it ends cleanly. */
enum Expected {
    /** The damage leaves no doubt. */
    REFUSED,
    /** It says the same in other bytes: whitespace, the order of keys, a key of nobody's. */
    SAME,
    /** It may be seen or be without effect, but must not change the result. */
    REFUSED_OR_SAME,
    /** It may say something else that is right as well: another number, another name. */
    EITHER
}
