package e14_key_value_cache;

/** Exercise 14: attention that remembers. The page beside this file says how. */
public final class KeyValueCache {

    /**
     * Takes in a token and lets it look at all tokens so far, itself included.
     *
     * @param q [d]
     * @param k [d], not kept: the caller may change it afterwards
     * @param v [e], not kept either
     * @return [e]
     */
    public double[] step(double[] q, double[] k, double[] v) {
        throw new UnsupportedOperationException("exercise 14: take in a token");
    }

    /** How many tokens are in the cache. */
    public int length() {
        throw new UnsupportedOperationException("exercise 14: count the tokens");
    }
}
