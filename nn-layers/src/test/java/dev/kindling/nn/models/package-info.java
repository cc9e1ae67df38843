/** Tests of ready networks. */
@NullMarked
package dev.kindling.nn.models;

import org.jspecify.annotations.NullMarked;
