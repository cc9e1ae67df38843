/**
 * Augmentation: random changes to images, {@code [channels, height, width]}, that leave their class as it is. Values are
 * taken to run from 0 to 1 where that matters, so augment first and standardize after.
 */
@NullMarked
package dev.kindling.data.augment;

import org.jspecify.annotations.NullMarked;
