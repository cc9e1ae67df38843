/**
 * What people look at: a progress bar, learning curves, confusion matrix, decision boundary, grids of images, bars, and
 * the numbers of a run as JSON. Pictures are saved as PNG or SVG, whichever the file's name ends in.
 *
 * <p>Pictures need no screen: unless the application has set {@code java.awt.headless} itself, the first picture sets it
 * to {@code true}. An application that opens windows of its own sets it to {@code false}. The JVM does need a font, as
 * text is measured with it.
 */
@NullMarked
package dev.kindling.report;

import org.jspecify.annotations.NullMarked;
