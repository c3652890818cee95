/**
 * LLaVA ("Visual Instruction Tuning", arXiv 2304.08485) with Figure 1 of the paper as folders: {@code vision} is g,
 * {@code projector} is W, {@code language} is f, and {@code model} joins them. {@link llava4j.Llava} is the box that a
 * usable model comes in.
 */
package llava4j;
