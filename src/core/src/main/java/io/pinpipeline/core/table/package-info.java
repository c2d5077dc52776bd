/** Tables as columns: schemas, and blocks of rows held column by column. */
@NullMarked
package io.pinpipeline.core.table;

import org.jspecify.annotations.NullMarked;
