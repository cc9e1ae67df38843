/** Tests of losses. */
@NullMarked
package dev.kindling.nn.loss;

import org.jspecify.annotations.NullMarked;
