package llava4j.mutants;

/**
 * What came of a mutant.
 *
 * @param kind    the column of the table
 * @param message what was wrong, for a fault; else what the command said
 */
record Verdict(Kind kind, String message) {

    enum Kind { REFUSED, SAME, ACCEPTED, FAULT }

    static Verdict fault(String message) {
        return new Verdict(Kind.FAULT, message);
    }
}
