/** A stand-in for local storage in tests: it creates, and nothing else. */
@NullMarked
package io.pinpipeline.lake.localfiles;

import org.jspecify.annotations.NullMarked;
