package e12_cosine_schedule;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class CosineScheduleTest {

    @Test
    @Order(1)
    void theRateClimbsInAStraightLineFromZero() {
        double peak = Numbers.of("e12").whole(1, 9) / 1000.0;
        double[] rates = new double[5];
        for (int t = 0; t < 5; t++) {
            rates[t] = rate(t, 100, 0.05, peak);
        }
        Check.same("100 steps, 5 of them climbing, peak " + peak + ": rate",
                new double[] {0, 0.2 * peak, 0.4 * peak, 0.6 * peak, 0.8 * peak}, rates, 1e-12);
    }

    @Test
    @Order(2)
    void theCosineBeginsAtThePeakWhereTheClimbEnds() {
        double rate = rate(20, 100, 0.2, 1);
        Check.that(Math.abs(rate - 1) < 1e-9, "the first step after the climb has rate " + Check.show(rate)
                + ", should have the peak 1: count the cosine's progress from the end of the climb");
    }

    @Test
    @Order(3)
    void theCosineFallsToHalfInTheMiddleAndAlmostToZeroAtTheEnd() {
        double end = rate(99, 100, 0.2, 1);
        Check.that(end != 1, "the rate never falls: are whole numbers divided by whole numbers?");
        double middle = rate(60, 100, 0.2, 1);
        Check.that(Math.abs(middle - 0.5) < 1e-9, "half way down the rate is " + Check.show(middle)
                + ", should be 0.5: half a wave, (1 + cos) / 2, runs from 1 to 0");
        Check.same("the last step's rate", (1 + Math.cos(Math.PI * 79 / 80)) / 2, end, 1e-9);
    }

    @Test
    @Order(4)
    void theNumberOfClimbingStepsIsRoundedUp() {
        double rate = rate(1, 50, 0.03, 1);
        Check.that(rate != 1, "50 steps, 3 % climbing, makes 1.5: the number of climbing steps is rounded up, to 2");
        Check.same("rate of step 1", 0.5, rate, 1e-12);
    }

    @Test
    @Order(5)
    void withoutAClimbTheFirstStepHasThePeak() {
        Check.same("ratio 0: the first rate", 0.5, rate(0, 10, 0, 0.5), 1e-12);
    }

    @Test
    @Order(6)
    void sameAsTheScheduleOfTransformers() {
        Reference schedule = Reference.of("e12");
        double[] rates = schedule.vector("rates");
        double[] yours = new double[rates.length];
        for (int t = 0; t < rates.length; t++) {
            yours[t] = rate(t, rates.length, schedule.number("ratio"), schedule.number("peak"));
        }
        Check.same("rate", rates, yours, 1e-9);
    }

    private static double rate(int step, int steps, double ratio, double peak) {
        return Check.noNaN("the rate of step " + step, CosineSchedule.rate(step, steps, ratio, peak));
    }
}
