package llava4j.train;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import llava4j.Llava;
import llava4j.connector.Connector;
import llava4j.conversation.ConversationEncoder;
import llava4j.conversation.Template;
import llava4j.data.ConversationIterator;
import llava4j.data.ConversationRecordReader;
import llava4j.data.SampleCheck;
import llava4j.data.SampleRules;
import llava4j.error.UserError;
import llava4j.graph.Dropout;
import llava4j.graph.LowRankPath;
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
    /** Stage 1: the connector (in the paper W) alone learns, from pictures and their captions. */
    FEATURE_ALIGNMENT(Connector::owns),
    /** Stage 2: the connector and the decoder learn, from conversations about pictures. */
    INSTRUCTION_TUNING(name -> Connector.owns(name) || name.startsWith("language_model.")),
    /** Stage 2 as LoRA: W and the low-rank matrices beside the decoder's learn, the decoder's own stay. */
    LOW_RANK_TUNING(name -> Connector.owns(name) || name.startsWith("language_model.")
            && (name.endsWith("." + LowRankPath.A) || name.endsWith("." + LowRankPath.B)));

    private final Predicate<String> trained;

    Stage(Predicate<String> trained) {
        this.trained = trained;
    }

    /**
     * {@return stage 1 or 2, all of it}
     *
     * @param number 1 or 2
     */
    public static Stage of(int number) {
        return values()[number - 1];
    }

    /** {@return which parameters learn, by their names} */
    public Predicate<String> trained() {
        return trained;
    }

    /**
     * {@return what turns the stage's samples into tokens: in template {@code plain} for captions that answer nothing, in the
     * model's own for all that answers a request}
     *
     * @param model whose tokenizer is used
     * @param rules whether captions answer brief requests
     */
    public ConversationEncoder encoder(Llava model, SampleRules rules) {
        return this == FEATURE_ALIGNMENT && rules.brief().isEmpty() ? model.conversationEncoder().with(Template.PLAIN)
                : model.conversationEncoder();
    }

    /**
     * {@return the same for samples that are asked as their file asks them}
     *
     * @param model whose tokenizer is used
     */
    public ConversationEncoder encoder(Llava model) {
        return encoder(model, SampleRules.STRICT);
    }

    /**
     * Reads the stage's data and checks every sample in them, before anything that takes long.
     *
     * @param model  whose tokenizer, template and context they must fit
     * @param data   conversations in LLaVA's format; for stage 1 also COCO captions
     * @param images folder of the pictures they name; empty if it is not asked whether they are there
     * @param rules  how samples are taken
     * @return the samples that can be trained on, and what there is to say about them
     * @throws UserError naming all samples that cannot be trained on; if the data are the other stage's; or if the model has
     *                   nothing that learns in this stage
     */
    public SampleCheck check(Llava model, Path data, Optional<Path> images, SampleRules rules) {
        if (trainedNames(model).isEmpty()) {
            throw new UserError("nothing in this model learns in stage 1: it has no connector; assemble a LLaVA first");
        }
        if (rules.brief().isPresent() && model.template() == Template.PLAIN) {
            throw new UserError("brief instructions cannot be asked in template plain, which drops them: choose the template of "
                    + "stage 2 with --template");
        }
        try (ConversationRecordReader reader = ConversationRecordReader.open(data)) {
            if (reader.isCaptions() && this != FEATURE_ALIGNMENT) {
                throw UserError.of("%s: holds captions in COCO's format, which are data for --stage 1: make conversations of "
                        + "them with make-data", data);
            }
        }
        return SampleCheck.of(data, encoder(model, rules), model.config().decoder().maxPositions(), images, rules);
    }

    /**
     * {@return the names of the parameters that learn, in the model's order}
     *
     * @param model whose parameters they are
     */
    public List<String> trainedNames(Llava model) {
        return model.weights().keySet().stream().filter(trained).collect(Collectors.toList());
    }

    /**
     * {@return how many numbers learn}
     *
     * @param model whose parameters they are
     */
    public long trainedParameters(Llava model) {
        return trainedNames(model).stream().mapToLong(name -> model.weights().get(name).length()).sum();
    }

    /**
     * {@return the stage's objective over batches of conversations, each run whole}
     *
     * @param model   its weights are read in every step, so that changes in place count
     * @param batches the samples, encoded for this stage
     * @param dropout of an adapter's low-rank paths
     */
    public Objective objective(Llava model, ConversationIterator batches, Dropout dropout) {
        return wholeBatches(model, batches, dropout, false, 0);
    }

    /**
     * {@return the stage's objective over batches of conversations, each run as a plan says: whole or in pieces}
     *
     * @param model   its weights are read in every step, so that changes in place count
     * @param batches the samples, encoded for this stage
     * @param plan    how many rows are run at a time, whether activations are kept, and how much falls out
     */
    Objective objective(Llava model, ConversationIterator batches, TrainingPlan plan) {
        Dropout dropout = new Dropout(plan.loraDropout(), plan.seed());
        if (!plan.inPieces()) {
            return wholeBatches(model, batches, dropout, plan.recompute(), plan.parts());
        }
        ParallelLoss loss = loss(model, plan.microBatch(), dropout, plan.recompute(), plan.parts());
        return objective(batches, new MicroBatches(model.config(), loss, plan.microBatch())::gradients);
    }

    private Objective wholeBatches(Llava model, ConversationIterator batches, Dropout dropout, boolean recompute, int parts) {
        // Two at most: the last batch of an epoch may be smaller than the others
        Map<Integer, ParallelLoss> graphs = new HashMap<>();
        return objective(batches, (prompt, labels, step) -> graphs.computeIfAbsent(prompt.batch(),
                rows -> loss(model, rows, dropout, recompute, parts)).gradients(prompt, labels, step, 0));
    }

    private ParallelLoss loss(Llava model, int rows, Dropout dropout, boolean recompute, int parts) {
        return new ParallelLoss(model.config(), model.weights(), rows, trained, true, dropout, recompute, parts);
    }

    /** Loss and gradient of a batch in a step. */
    private interface BatchLoss {
        LossGraph.Gradients of(Prompt prompt, int[][] labels, int step);
    }

    private static Objective objective(ConversationIterator batches, BatchLoss loss) {
        return step -> {
            MultiDataSet set = batches.at(step);
            batches.expect(step + 1);
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
            LossGraph.Gradients result = loss.of(
                    new Prompt(set.getFeatures(0).toIntMatrix(), attends, features), set.getLabels(0).toIntMatrix(), step);
            return new Objective.Step(result.loss(), result.byName(), set.getExampleMetaData().stream()
                    .map(String::valueOf).collect(Collectors.toList()), tokens);
        };
    }
}
