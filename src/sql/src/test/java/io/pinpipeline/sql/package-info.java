/** The tables as SQL engines see them. */
@NullMarked
package io.pinpipeline.sql;

import org.jspecify.annotations.NullMarked;
