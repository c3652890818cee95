package e07_contrastive_loss;

import exercises.Check;
import exercises.Numbers;
import exercises.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class ContrastiveLossTest {

    @Test
    @Order(1)
    void aBlindEncoderHasTheLossOfGuessing() {
        int batch = Numbers.of("e07").whole(3, 8);
        double[][] same = new double[batch][];
        Arrays.fill(same, new double[] {1, 2});
        double loss = loss(same, same, 2);
        Check.not(batch * Math.log(batch), loss, "you return the sum over the batch, it is the mean");
        Check.same(batch + " pairs, all alike: the loss (should be log " + batch + ")", Math.log(batch), loss, 1e-9);
    }

    @Test
    @Order(2)
    void theLengthOfAVectorDoesNotMatter() {
        Numbers numbers = Numbers.of("e07 length");
        double[][] images = numbers.matrix(4, 3);
        double[][] texts = numbers.matrix(4, 3);
        double loss = loss(images, texts, 1);
        double[][] longer = Arrays.stream(images).map(r -> Arrays.stream(r).map(x -> 10 * x).toArray())
                .toArray(double[][]::new);
        Check.that(Math.abs(loss - loss(longer, texts, 1)) < 1e-9, "ten times longer vectors give "
                + "another loss: divide each row by its length first");
    }

    @Test
    @Order(3)
    void picturesAndCaptionsMayChangePlaces() {
        Numbers numbers = Numbers.of("e07 both");
        double[][] images = numbers.matrix(4, 3);
        double[][] texts = numbers.matrix(4, 3);
        double a = loss(images, texts, 1);
        double b = loss(texts, images, 1);
        Check.that(Math.abs(a - b) < 1e-9, "the loss changes when pictures and captions change places ("
                + Check.show(a) + " and " + Check.show(b) + "): take the mean of both directions");
    }

    @Test
    @Order(4)
    void theScaleIsStoredAsALogarithm() {
        double[][] pairs = {{1, 0}, {0, 1}};
        double loss = loss(pairs, pairs, 0);
        Check.not(Math.log(2), loss, "logitScale 0 makes all scores 0: the factor is exp(logitScale), here 1");
        Check.same("two pairs at a right angle, logitScale 0: the loss (should be log(1 + 1/e))",
                Math.log(1 + Math.exp(-1)), loss, 1e-9);
    }

    @Test
    @Order(5)
    void largeScalesStayNumbers() {
        double[][] pairs = {{1, 0}, {0, 1}};
        Check.same("logitScale 7, so scores of 1097: the loss", 0, loss(pairs, pairs, 7), 1e-9);
    }

    @Test
    @Order(6)
    void sameAsClipModelInTransformers() {
        Reference clip = Reference.of("e07");
        Check.same("loss", clip.number("loss"),
                loss(clip.matrix("images"), clip.matrix("texts"), clip.number("logit_scale")), 1e-6);
    }

    private static double loss(double[][] images, double[][] texts, double logitScale) {
        return Check.noNaN("the loss", ContrastiveLoss.loss(images, texts, logitScale));
    }
}
