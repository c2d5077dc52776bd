/**
 * Delta tables: atomic commits and reading, through Delta Kernel.
 *
 * <p>The table's log is the only truth about a table: its rows, and what they came from.
 */
@NullMarked
package io.pinpipeline.lake.delta;

import org.jspecify.annotations.NullMarked;
