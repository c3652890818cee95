/**
 * What the notebooks show of Figure 1's stations: charts, picture grids, heat maps, tokens in colour, and the source of the
 * method that computes an equation. Nothing here computes the model.
 */
package llava4j.show;
