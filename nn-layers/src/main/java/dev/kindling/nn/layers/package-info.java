/** Layers with weights, and layers that reshape, normalize or add noise. */
@NullMarked
package dev.kindling.nn.layers;

import org.jspecify.annotations.NullMarked;
