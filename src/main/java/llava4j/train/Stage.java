package llava4j.train;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.Template;
import llava4j.data.ConversationIterator;
import llava4j.model.LossGraph;
import llava4j.model.Prompt;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The paper's two stages (section 4.2): what is trained in each, and on what form of data.
 *
 * <p>Stage 1, feature alignment: encoder and decoder are frozen, W alone learns to say in the decoder's words what the
 * encoder saw; the samples are a picture and its caption. Stage 2, instruction tuning: the encoder stays frozen, W and
 * the decoder learn to converse about pictures.
 */
public enum Stage {
    FEATURE_ALIGNMENT(name -> name.startsWith("multi_modal_projector.")),
    INSTRUCTION_TUNING(name -> name.startsWith("multi_modal_projector.") || name.startsWith("language_model."));

    private final Predicate<String> trained;

    Stage(Predicate<String> trained) {
        this.trained = trained;
    }

    /** Stage 1 or 2. */
    public static Stage of(int number) {
        return values()[number - 1];
    }

    /** Which parameters learn. */
    public Predicate<String> trained() {
        return trained;
    }

    /** The form of the stage's samples: {@code plain} in stage 1, the model's own template in stage 2. */
    public ConversationEncoder encoder(Llava model) {
        return this == FEATURE_ALIGNMENT ? model.conversationEncoder().with(Template.PLAIN)
                : model.conversationEncoder();
    }

    /** Names of the parameters that learn, in the model's order. */
    public List<String> trainedNames(Llava model) {
        return model.weights().keySet().stream().filter(trained).collect(Collectors.toList());
    }

    /**
     * The stage's objective over batches of conversations.
     *
     * @param batch samples a step, as {@code batches} gives them
     */
    public Objective objective(Llava model, ConversationIterator batches, int batch) {
        ParallelLoss graph = new ParallelLoss(model.config(), model.weights(), batch, trained, true);
        return step -> {
            MultiDataSet set = batches.at(step);
            int[][] mask = set.getFeaturesMaskArray(0).toIntMatrix();
            boolean[][] attends = new boolean[mask.length][mask[0].length];
            int tokens = 0;
            for (int b = 0; b < mask.length; b++) {
                for (int t = 0; t < mask[b].length; t++) {
                    attends[b][t] = mask[b][t] == 1;
                    tokens += mask[b][t];
                }
            }
            INDArray features = set.numFeatureArrays() > 1 ? set.getFeatures(1) : null;
            LossGraph.Gradients result = graph.gradients(
                    new Prompt(set.getFeatures(0).toIntMatrix(), attends, features), set.getLabels(0).toIntMatrix());
            return new Objective.Step(result.loss(), result.byName(), set.getExampleMetaData().stream()
                    .map(String::valueOf).collect(Collectors.toList()), tokens);
        };
    }
}
