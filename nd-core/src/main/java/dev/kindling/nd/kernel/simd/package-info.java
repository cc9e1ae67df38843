/** The kernels on the Vector API: the one package that imports {@code jdk.incubator.vector}. Internal. */
@NullMarked
package dev.kindling.nd.kernel.simd;

import org.jspecify.annotations.NullMarked;
