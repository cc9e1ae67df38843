/** What a network is made of: layers, parameters, passes, and the model that holds them together. */
@NullMarked
package dev.kindling.nn;

import org.jspecify.annotations.NullMarked;
