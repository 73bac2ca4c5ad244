/**
 * The page {@code report.html}: a result to look at, in one file that needs no network.
 *
 * <p>It is made of the files of a result alone, so that the step that publishes one and {@code
 * octant report}, later, make the same page. Charts are drawn by uPlot (MIT), which is copied into
 * the page.
 */
@NullMarked
package io.octant.pipeline.report;

import org.jspecify.annotations.NullMarked;
