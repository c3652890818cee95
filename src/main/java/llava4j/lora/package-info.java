/**
 * LoRA adapters: low-rank matrices beside frozen ones, as peft and LLaVA's own code write them. What they compute is in
 * {@link llava4j.graph.LowRankPath}; here they are made, read, written, checked and merged.
 */
package llava4j.lora;
