/** The door to EJML: tensors and matrices over one array, and the decompositions. */
@NullMarked
package dev.kindling.nd.linalg;

import org.jspecify.annotations.NullMarked;
