/** Datasets, their views, statistics and transforms, and the loaders that turn them into mini-batches. */
@NullMarked
package dev.kindling.data;

import org.jspecify.annotations.NullMarked;
