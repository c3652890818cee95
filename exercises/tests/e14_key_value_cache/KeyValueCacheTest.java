package e14_key_value_cache;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class KeyValueCacheTest {

    @Test
    @Order(1)
    void theFirstTokenSeesItselfAlone() {
        double[] v = Numbers.of("e14").vector(3);
        double[] out = new KeyValueCache().step(new double[] {1, 2}, new double[] {3, 4}, v.clone());
        Check.same("one token in the cache: the result (should be its value)", v, out, 1e-12);
    }

    @Test
    @Order(2)
    void theCacheGrowsByOneTokenAStep() {
        KeyValueCache cache = new KeyValueCache();
        Check.that(cache.length() == 0, "a new cache is not empty: are its fields static?");
        for (int t = 0; t < 3; t++) {
            cache.step(new double[2], new double[2], new double[2]);
        }
        Check.that(cache.length() == 3, "after 3 tokens the length is " + cache.length());
        Check.that(new KeyValueCache().length() == 0, "a new cache is not empty: are its fields static?");
    }

    @Test
    @Order(3)
    void aTokenSeesItsOwnKeyAndValue() {
        KeyValueCache cache = new KeyValueCache();
        cache.step(new double[] {1}, new double[] {0}, new double[] {10});
        double[] out = Check.noNaN("scores 0 and 10000: the result",
                cache.step(new double[] {100}, new double[] {100}, new double[] {20}));
        Check.that(Math.abs(out[0] - 10) > 1e-6, "token 1 does not see its own value: k and v go into the cache before "
                + "the token looks");
        Check.same("token 1, all weight on itself: the result", new double[] {20}, out, 1e-9);
    }

    @Test
    @Order(4)
    void theCacheKeepsCopies() {
        KeyValueCache cache = new KeyValueCache();
        double[] k = {1};
        double[] v = {5};
        cache.step(new double[] {0}, k, v);
        k[0] = 0;
        v[0] = 99;
        double[] out = Check.noNaN("the result", cache.step(new double[] {0}, new double[] {0}, new double[] {7}));
        Check.that(out[0] != 53, "the cache changed when the caller used its arrays again: keep copies, k.clone()");
        Check.same("values 5 and 7, equal weights: the result", new double[] {6}, out, 1e-9);
    }

    @Test
    @Order(5)
    void tokenByTokenIsCausalAttentionOfTorch() {
        Reference torch = Reference.of("e14");
        double[][] q = torch.matrix("q");
        double[][] k = torch.matrix("k");
        double[][] v = torch.matrix("v");
        KeyValueCache cache = new KeyValueCache();
        for (int t = 0; t < q.length; t++) {
            Check.same("token " + t + ": out", torch.matrix("out")[t], cache.step(q[t], k[t], v[t]), 1e-6);
        }
    }
}
