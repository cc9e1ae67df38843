/** Learning rates as functions of time. */
@NullMarked
package dev.kindling.optim.schedule;

import org.jspecify.annotations.NullMarked;
