package llava4j.demo;

import llava4j.Llava;
import llava4j.train.TrainingListener;

/** Follows the main job's training, stage by stage. */
@FunctionalInterface
public interface Watcher {

    /**
     * {@return a listener for a stage that begins}
     *
     * @param name  of the stage
     * @param steps optimizer steps
     * @param model the one that learns, in place; it may be asked between two steps, and must not be changed
     */
    TrainingListener stage(String name, int steps, Llava model);
}
