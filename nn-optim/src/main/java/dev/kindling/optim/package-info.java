/** How parameters change: optimizers, learning-rate schedules, regularizers, gradient clipping. */
@NullMarked
package dev.kindling.optim;

import org.jspecify.annotations.NullMarked;
