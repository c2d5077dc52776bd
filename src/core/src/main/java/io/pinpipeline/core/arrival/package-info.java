/** Which record of a key came first: what de-duplication asks while records are cleaned. */
@NullMarked
package io.pinpipeline.core.arrival;

import org.jspecify.annotations.NullMarked;
