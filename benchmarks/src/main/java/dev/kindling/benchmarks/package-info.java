/** What the hot loops cost, beside what the machine could do. */
@NullMarked
package dev.kindling.benchmarks;

import org.jspecify.annotations.NullMarked;
