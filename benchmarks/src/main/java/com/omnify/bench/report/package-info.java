/** What was measured, for people and for programs. */
@NullMarked
package com.omnify.bench.report;

import org.jspecify.annotations.NullMarked;
