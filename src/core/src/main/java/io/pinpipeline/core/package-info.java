/** What a record is and how it is cleaned: plain Java, no engine, no I/O. */
@NullMarked
package io.pinpipeline.core;

import org.jspecify.annotations.NullMarked;
