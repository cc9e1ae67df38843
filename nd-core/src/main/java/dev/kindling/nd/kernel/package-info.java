/** Internal: the loops behind the operations, one implementation a provider, and the thread pool. */
@NullMarked
package dev.kindling.nd.kernel;

import org.jspecify.annotations.NullMarked;
