/**
 * g of Figure 1, CLIP's vision transformer, Zv = g(Xv); and beside it CLIP's text tower and contrastive loss, which
 * made it what it is and which LLaVA leaves behind.
 */
package llava4j.vision;
