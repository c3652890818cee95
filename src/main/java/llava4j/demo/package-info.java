/**
 * The main job: both stages on the tiny world, the exam with its controls, a chat, and the report. Everything it does
 * is done by the folders of Figure 1 and by {@code train} and {@code evaluate}.
 */
package llava4j.demo;
