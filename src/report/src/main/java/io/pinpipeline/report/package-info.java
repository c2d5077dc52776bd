/**
 * A lake as one page of HTML that needs nothing else.
 *
 * <p>The page is made from {@link io.pinpipeline.report.Report}, a plain value, by the template
 * {@code report.jte}, which escapes all text. Its tables hold every number; {@code charts.js} reads
 * them there and draws them, so that a chart cannot say what its table does not.
 */
@NullMarked
package io.pinpipeline.report;

import org.jspecify.annotations.NullMarked;
