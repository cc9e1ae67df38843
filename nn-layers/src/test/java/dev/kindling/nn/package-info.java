/** Tests of models. */
@NullMarked
package dev.kindling.nn;

import org.jspecify.annotations.NullMarked;
